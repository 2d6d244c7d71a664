"""Signature blocks: one per party, never alone on a page, never cut by a page break."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import makers, pdf

LINES = (
    "Nom et qualité :",
    "Acte n°",
    "exécutoire le",
    "Fait à",
    "Mode : [ ] manuscrite [ ] électronique",
    "Signature :",
)
SIZES = [2, 3, 4, 5, 6, 7, 9, 12, pytest.param(300, marks=pytest.mark.slow)]


def pages_of_rows(content: bytes) -> list[set[int]]:
    """For each row of blocks, from the structure of the file: the pages that its content stands on."""
    file = pdf.opened(content)
    number = {page.objgen: index for index, page in enumerate(file.pages)}
    found = []
    for table in (element for element in pdf.elements(content) if element.S == "/Table"):
        for row in (element for element in pdf.below(table) if element.S == "/TR"):
            if "Fait à" in pdf.said_under(content, row):
                found.append({number[page.objgen] for page in pdf.pages_under(row)})
    return found


@pytest.mark.parametrize("members", SIZES)
def test_blocks_stay_whole_and_never_stand_alone(members: int) -> None:
    """Within the limits of the renderer too, else it would have refused."""
    content = pdf.pdf_of(makers.issued_html(makers.dossier(members)))
    pages = [" ".join(page.split()) for page in pdf.pages_of(content)]
    first = next(page for page in pages if "Article 22." in page)
    assert "Commune 001" in first[first.index("Article 22.") :]  # a heading, its text, and the first blocks together
    rows = pages_of_rows(content)
    assert len(rows) == (members + 1) // 2  # two blocks a row
    assert all(len(row) == 1 for row in rows), "a block is cut in two"
    with_blocks: list[Any] = [page for page in pages if "Signature :" in page]
    assert sum(page.count("Signature :") for page in with_blocks) == members
    for page in with_blocks:
        assert len({page.count(line) for line in LINES}) == 1
        assert page.count("Signature :") > 1 or "Article" in page or "Annexe" in page, "a block alone on its page"
