"""The timeline of contract ends, and the search of a CPV code."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from procurement.access import ActorRequest, member, page
from projects.actions.projects import edit_project
from projects.needs import cpv
from projects.needs.cpv_search import search
from projects.timetable.windows import Row, Windows, windows
from projects.views.frame import editable_or_refused

LEFT, STEP, TOP, LINE = 220, 96, 32, 34  # px of the drawing


@require_safe
@page(member)
def contract_windows(request: ActorRequest) -> HttpResponse:
    """Who could switch when: counts from three bodies up, one's own bodies by name."""
    found = windows(request.actor)
    groups = [("Par domaine", found.by_domain), ("Par département", found.by_department)]
    context = {
        "windows": found,
        "groups": [(title, rows, _drawing(found, rows)) for title, rows in groups if rows],
        "advice": _advice(found),
    }
    return render(request, "projects/library/windows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(member)
def project_cpv(request: ActorRequest, ref: str) -> HttpResponse:
    """Find a CPV code by a word or a beginning of code, and give it to the project. Works without script."""
    project = editable_or_refused(request, ref)
    if request.method == "POST":
        code = request.POST.get("cpv", "")
        if code not in cpv.labels():
            return render(request, "projects/library/cpv.html", _cpv(project, "", wrong=True), status=422)
        edit_project(project, actor=request.actor, cpv=code)
        messages.success(request, f"Code CPV {code} : {cpv.label(code)}.")
        return redirect("project_edit", ref)
    return render(request, "projects/library/cpv.html", _cpv(project, request.GET.get("q", "")[:100]))


def _cpv(project: Any, query: str, *, wrong: bool = False) -> dict[str, Any]:
    rows, more = search(query)
    current = cpv.label(project.cpv)
    return {"project": project, "query": query, "rows": rows, "more": more, "wrong": wrong, "current": current}


def _advice(found: Windows) -> list[tuple[str, Any, int]]:
    """For each domain, the first window in which three bodies or more could switch: sign before it begins."""
    said = []
    for row in found.by_domain:
        half, count = next((half, count) for half, count in zip(found.halves, row.counts, strict=True) if count)
        said.append((row.label, half.starts, count))
    return said


def _drawing(found: Windows, rows: list[Row]) -> dict[str, Any]:
    """Places of the drawing: a disc per window, its radius by the square root of the count."""
    most = max(count or 0 for row in rows for count in row.counts)
    lines = [
        {
            "label": row.label,
            "y": TOP + LINE * place + LINE // 2,
            "discs": [
                {"x": LEFT + STEP * index + STEP // 2, "r": round(6 + 9 * (count / most) ** 0.5), "count": count}
                for index, count in enumerate(row.counts)
                if count
            ],
        }
        for place, row in enumerate(rows)
    ]
    heads = [{"x": LEFT + STEP * index + STEP // 2, "half": half} for index, half in enumerate(found.halves)]
    size = {"width": LEFT + STEP * len(heads), "height": TOP + LINE * len(rows)}
    return {"lines": lines, "heads": heads, **size}
