"""What the renderer may take: a document is made within its limits, or refused in one line (quality.md D7)."""

from __future__ import annotations

import resource

import pytest

from documents.render import FAILED, TOO_BIG, RenderFailed, limits, render_pdf
from tests.documents import makers, pdf

ROWS = 5_000


def test_a_page_that_never_ends_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.render.LIMIT_SECONDS", 2)
    with pytest.raises(RenderFailed, match="dans le temps permis"):
        render_pdf("<html lang=fr><title>x</title><table><tr><td colspan=1000000>x</table></html>")


@pytest.mark.parametrize("mebibytes", [30, 60])
def test_a_page_too_big_for_its_memory_is_refused_in_one_line(mebibytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the memory ends: Python starting, a library loading, the page laid out."""
    monkeypatch.setattr("documents.render.MOST_MEBIBYTES", mebibytes)
    with pytest.raises(RenderFailed) as refused:
        render_pdf(makers.issued_html(makers.dossier(100), "needs-annex"))
    assert str(refused.value) in (
        TOO_BIG,
        f"{FAILED}le moteur de rendu s’est arrêté",
    )  # a library that aborts says nothing


@pytest.mark.slow
@pytest.mark.parametrize(("code", "last"), [("needs-annex", "Commune 5000"), ("financial-annex", "Commune 5000")])
def test_an_annex_of_five_thousand_rows_is_whole_or_refused_cleanly(code: str, last: str) -> None:
    html = makers.issued_html(makers.dossier(ROWS), code)
    seconds, mebibytes = limits(len(html.encode()))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        content = render_pdf(html)
    except RenderFailed as refused:
        assert "permis" in str(refused)  # noqa: PT017  # either outcome is right
    else:
        text = pdf.text_of(content)
        assert last in text
        assert text.count("Commune ") >= ROWS
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert used.ru_utime - before <= seconds + 5
    assert used.ru_maxrss <= mebibytes * 1024
