"""The words of an HTML page, in order, spaces of every kind made plain."""

from __future__ import annotations

from html.parser import HTMLParser


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("style", "title")
        if tag not in ("strong", "em", "code"):
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag not in ("strong", "em", "code"):
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def of_html(html: str) -> str:
    """What a reader of the page reads."""
    parser = _Words()
    parser.feed(html)
    return " ".join("".join(parser.found).split())
