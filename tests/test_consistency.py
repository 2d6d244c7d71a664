"""What no compiler checks: templates that nobody uses, blocks that nobody shows, pins and versions that differ."""

import re
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = {path.relative_to(ROOT / "templates").as_posix(): path for path in (ROOT / "templates").rglob("*.*")}
PYTHON = [path for app in ("procurement", "projects", "documents") for path in (ROOT / app).rglob("*.py")]
# Found by Django, allauth or the form renderer through their own naming rules, not by a name in our code.
FOUND_BY_NAME = re.compile(r"^(400|403|404|429|500|403_csrf)\.html$|^(account|allauth|admin|forms|django)/")
# The only files that may mark text as safe: what they build is escaped there.
MAY_MARK_SAFE: set[str] = set()
MAY_SHOW_SAFE = {"forms/hint.html"}  # help texts come from our own code, and Django's hold markup (password rules)

NAMED = r"\{% (?:extends|include) [\"']([^\"']+)[\"']"


def _text(name: str) -> str:
    """A template without its comments."""
    source = TEMPLATES[name].read_text(encoding="utf-8")
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", source, flags=re.DOTALL)


def _parent(name: str) -> str:
    match = re.search(r"\{% extends [\"']([^\"']+)[\"'] %\}", _text(name))
    return match[1] if match else ""


def _blocks(text: str) -> set[str]:
    return set(re.findall(r"\{% block (\w+)", text))


def test_every_template_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PYTHON] + [_text(name) for name in TEMPLATES]
    everything = "\n".join(sources)
    assert [name for name in TEMPLATES if not FOUND_BY_NAME.match(name) and name not in everything] == []


def test_what_a_template_names_exists() -> None:
    named = {(name, other) for name in TEMPLATES for other in re.findall(NAMED, _text(name))}
    assert {pair for pair in named if pair[1] not in TEMPLATES and not FOUND_BY_NAME.match(pair[1])} == set()


def test_a_block_exists_in_a_parent() -> None:
    """A block that no parent shows is text that nobody reads."""
    assert {name: _hidden_blocks(name) for name in TEMPLATES if _hidden_blocks(name)} == {}


def _hidden_blocks(name: str) -> set[str]:
    parent = _parent(name)
    if parent not in TEMPLATES:
        return set()
    shown: set[str] = set()
    while parent in TEMPLATES:
        shown |= _blocks(_text(parent))
        parent = _parent(parent)
    return _blocks(_text(name)) - shown - _nested(_text(name))


def _nested(text: str) -> set[str]:
    """Blocks that stand inside another: shown where that one is."""
    depth, found = 0, set()
    for name in re.findall(r"\{% (?:block (\w+)|endblock)", text):
        if name and depth:
            found.add(name)
        depth += 1 if name else -1
    return found


def _offenders(pattern: str, exempt: str = "$^") -> dict[str, list[str]]:
    found = {name: re.findall(pattern, _text(name)) for name in TEMPLATES if not re.match(exempt, name)}
    return {name: lines for name, lines in found.items() if lines}


def test_no_template_has_inline_script_or_style() -> None:
    inline = r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=[\"']|javascript:|\shx-on"
    assert _offenders(inline, exempt="print/") == {}


def test_no_template_turns_escaping_off() -> None:
    """Messages in plain text may: there is no markup to inject into."""
    off = r"\|\s*safe\b|\|\s*safeseq|autoescape off"
    assert set(_offenders(off, exempt=r".*\.txt$")) == MAY_SHOW_SAFE


def test_a_template_fits_two_screens() -> None:
    assert [name for name, path in TEMPLATES.items() if path.read_text(encoding="utf-8").count("\n") > 120] == []


def test_no_code_marks_text_as_safe() -> None:
    marking = re.compile(r"\bmark_safe\b|\bSafeString\b|\bSafeText\b|autoescape=False|is_safe=True")
    found = {p.relative_to(ROOT).as_posix() for p in PYTHON if marking.search(p.read_text(encoding="utf-8"))}
    assert found == MAY_MARK_SAFE


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())  # SystemExit when one is missing


def _pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_lock_files_agree_hold_hashes_and_name_no_host() -> None:
    base, served, dev = (_pins(ROOT / f"requirements/{name}.txt") for name in ("base", "postgres", "dev"))
    assert base
    assert base.items() < served.items() < dev.items()
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert text.count("--hash=sha256:") >= text.count("==")
        assert re.findall(r"https?://|index-url|find-links", text) == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in project["dependencies"]}
    assert asked <= set(_pins(ROOT / "requirements/base.txt"))
    assert [extra for lines in project["optional-dependencies"].values() for extra in lines if "cordee" in extra] == []


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f'softwareVersion: "{version}"' in (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_links_between_pages_of_documentation_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    ]
    assert len(links) > 5
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []
