"""Signature blocks: one per party, never alone on a page, never cut by a page break."""

from __future__ import annotations

import pytest

from tests.documents import makers, pdf

LINES = ("Acte n°", "exécutoire le", "Fait à", "Signature :")


@pytest.mark.parametrize("members", [2, 12, pytest.param(300, marks=pytest.mark.slow)])
def test_blocks_stay_whole_and_never_stand_alone(members: int) -> None:
    """Within the limits of the renderer too, else it would have refused."""
    pages = [" ".join(page.split()) for page in pdf.pages_of(pdf.pdf_of(makers.issued_html(makers.dossier(members))))]
    first = next(page for page in pages if "Article 22." in page)
    assert "Commune 001" in first[first.index("Article 22.") :]  # a heading, its text, and the first blocks together
    with_blocks = [page for page in pages if "Signature :" in page]
    for page in with_blocks:
        assert len({page.count(line) for line in LINES}) == 1, "a block is cut in two"
    assert sum(page.count("Signature :") for page in with_blocks) == members
    last = with_blocks[-1]
    assert members == 2 or last.count("Signature :") > 1 or "Article" in last
