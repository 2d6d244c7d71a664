"""Conventions of 30 to 1,000 members beside a bare WeasyPrint, deliberations with one and two workers, LibreOffice.

`python -m bench.documents [ROUNDS] [MOST] [LETTERS]` prints medians of interleaved rounds (3 unless said; more of them
for short conventions, which noise disturbs most) up to conventions of MOST members (1,000), then the times of LETTERS
deliberations (300). Exits 1 when the median of the ratios, round by round, of our wall time to that of a bare
`write_pdf` of the same page passes 1.15, when growth is far from linear, or when two workers are not 1.7 times
faster than one. « Bare » is another process that imports WeasyPrint, reads the same HTML and writes the same variant
of PDF with the same bundled assets, and nothing else.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
SIZES = (30, 100, 300, 1000)
MOST_RATIO, LEAST_SPEEDUP = 1.15, 1.7
MOST_GROWTH = 1.5  # seconds per member at the largest size, over those at 100 members
BARE = """
import sys, warnings
from pathlib import Path
from documents.render_worker import ASSETS, BASE_URL, TYPES, no_clock, no_system_fonts
warnings.simplefilter("ignore")
no_system_fonts(Path(sys.argv[1])); no_clock()
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse
class Bundled(URLFetcher):
    def fetch(self, url, headers=None):
        return URLFetcherResponse(url, ASSETS[url].read_bytes(), {"Content-Type": TYPES[ASSETS[url].suffix]})
page = sys.stdin.buffer.read().decode()
html = HTML(string=page, base_url=BASE_URL, url_fetcher=Bundled())
sys.stdout.buffer.write(html.write_pdf(pdf_variant="pdf/a-3a"))
"""


def main(rounds: int, most: int, letters: int) -> int:
    """Measure, print, and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        os.environ["SECRET_KEY"] = "bench" * 10
        import django  # after the environment above, which the settings read once

        django.setup()
        sizes = [size for size in SIZES if size <= most]
        failed = _conventions(sizes, rounds, Path(folder))
        return int(failed + _deliberations(letters, Path(folder)) > 0)


def _conventions(sizes: list[int], rounds: int, folder: Path) -> int:
    from documents.render import render_pdf  # after django.setup()

    print(f"conventions, médiane de tours alternés{'':<8}pages     nous      nu  rapport  ms par membre")
    pace, failed = {}, 0
    for size in sizes:
        html = _page(size, "convention").html
        content = render_pdf(html)
        times = _alternate(_rounds(rounds, size), partial(render_pdf, html), partial(_bare, html, folder))
        ours, bare = (statistics.median(column) for column in zip(*times, strict=True))
        ratio = statistics.median(first / second for first, second in times)
        pace[size] = ours / size
        print(
            f"  {size:>5} membres{_pages(content, folder):>35}{ours:9.2f}{bare:8.2f}{ratio:9.2f}"
            f"{1000 * pace[size]:15.1f}"
        )
        failed += ratio > MOST_RATIO
    growth = pace[max(sizes)] / pace[100] if 100 in pace else 1.0
    print(f"croissance de 100 à {max(sizes)} membres : {growth:.2f} fois le temps par membre (limite {MOST_GROWTH})")
    print(f"rapport le plus élevé permis : {MOST_RATIO}")
    return failed + (growth > MOST_GROWTH)


def _deliberations(letters: int, folder: Path) -> int:
    """The same letters one after the other, by two workers, then by LibreOffice from their ODT."""
    from documents.render import render_pdf, write_as  # after django.setup()

    pages = [_page(letters, "deliberation", index) for index in range(letters)]
    one = _clock(lambda: [render_pdf(page.html) for page in pages])
    with ThreadPoolExecutor(2) as pool:  # each thread waits for a process of its own
        two = _clock(lambda: list(pool.map(render_pdf, [page.html for page in pages])))
    source = folder / "odt"
    source.mkdir()
    written = _clock(lambda: [(source / f"{n}.odt").write_bytes(write_as(p, "odt")) for n, p in enumerate(pages)])
    office = _clock(lambda: _office(source, folder))
    print(f"{letters} délibérations : {one:.1f} s avec un ouvrier, {two:.1f} s avec deux, soit {one / two:.2f} fois")
    print(f"les mêmes par LibreOffice : {written:.1f} s pour écrire les ODT, {office:.1f} s pour les convertir en PDF")
    print(f"rapport le plus faible permis à deux ouvriers : {LEAST_SPEEDUP}")
    return int(one / two < LEAST_SPEEDUP)


def _page(members: int, code: str, party: int = 1) -> Any:
    from tests.documents import makers  # dossiers of any size, whose shares come from the real cost sharing

    facts = _facts.setdefault(members, None) or makers.dossier(members)
    _facts[members] = facts
    siren = facts.parties[party].siren if code == "deliberation" else ""
    return makers.issued(facts, code, siren=siren)


_facts: dict[int, Any] = {}


def _rounds(asked: int, size: int) -> int:
    """Three times as many at 100 members and below: a second of somebody else's is a third of a short page."""
    return 3 * asked if size <= 100 else asked


def _alternate(rounds: int, ours: Callable[[], object], bare: Callable[[], object]) -> list[tuple[float, float]]:
    """Seconds of both, taken in turn and each first every other time: who else uses the machine weighs on both."""
    times = []
    for turn in range(rounds):
        order = (ours, bare) if turn % 2 == 0 else (bare, ours)
        taken = dict(zip(order, [_clock(work) for work in order], strict=True))
        times.append((taken[ours], taken[bare]))
    return times


def _clock(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _bare(html: str, folder: Path) -> None:
    """A process that does nothing else: our own also sets limits, substitutes characters and finishes the file."""
    command = [sys.executable, "-c", BARE, str(folder)]
    subprocess.run(command, input=html.encode(), check=True, capture_output=True)


def _pages(content: bytes, folder: Path) -> int:
    file = folder / "counted.pdf"
    file.write_bytes(content)
    said = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True).stdout
    return int(next(line.split()[1] for line in said.splitlines() if line.startswith("Pages:")))


def _office(source: Path, folder: Path) -> None:
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    command += ["--outdir", str(folder / "office"), *map(str, sorted(source.glob("*.odt")))]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:4]]
    sys.exit(main(*given, *(3, 1000, 300)[len(given) :]))
