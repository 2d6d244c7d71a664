"""The same HTML as the PDF's → an editable ODT with real styles, headings, lists and tables.

A strict walker: a tag it does not know stops it, so that the two forms of a document cannot drift apart in silence.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

import odfdo
from lxml import html as lxml_html  # type: ignore[import-untyped]
from lxml.html import HtmlElement  # type: ignore[import-untyped]

from documents.odt_styles import WIDTH_MM, fonts, part, styles_xml
from documents.stamp import Page

EDITABLE = "Version modifiable, sans valeur : seul le PDF émis se signe"
HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
BLOCKS = {"p", "ul", "ol", "table", "section", "div", *HEADINGS}
INLINE = {"strong": "Strong_20_Emphasis", "em": "Emphasis", "code": "", "span": ""}
PARAGRAPHS = {"": "Text_20_body", "lede": "Lede", "issuer": "Issuer", "note": "Note", "party": "Text_20_body"}
PARAGRAPHS |= {"next-issuer": "Next_20_Issuer"}  # of a further letter, on its own page
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RULE = "0.4pt solid #d9d6ce"


class UnknownTag(ValueError):
    """The page holds something that has no place in an editable document: a template of ours is at fault."""


def _spaces(text: str | None) -> str:
    """Runs of white space become one space; no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _trim(xml: str) -> str:
    """No space at the edges of a paragraph, nor around a line break."""
    return re.sub(r" ?<text:line-break/> ?", "<text:line-break/>", xml.strip(" "))


class Walker:
    """Turns the body of a page into the body of a text document; styles of tables are collected on the way."""

    def __init__(self) -> None:
        self.styles: list[str] = []
        self._tables = 0

    def blocks(self, parent: HtmlElement, style: str = "") -> Iterator[str]:
        """The paragraphs, lists and tables under `parent`; text between them becomes paragraphs of `style`."""
        loose = _spaces(escape(parent.text or ""))
        for child in parent:
            if isinstance(child.tag, str) and child.tag in BLOCKS:
                yield from self._loose(loose, style)
                yield from self._block(child, style)
                loose = _spaces(escape(child.tail or ""))
            else:
                loose += self._inline(child) + _spaces(escape(child.tail or ""))
        yield from self._loose(loose, style)

    def _loose(self, xml: str, style: str) -> Iterator[str]:
        if _trim(xml):
            yield f'<text:p text:style-name="{style or "Text_20_body"}">{_trim(xml)}</text:p>'

    def _block(self, element: HtmlElement, style: str) -> Iterator[str]:
        tag, classes = element.tag, (element.get("class") or "").split()
        if tag in HEADINGS:
            yield self._heading(element)
        elif tag == "p":
            own = style or PARAGRAPHS.get(classes[0] if classes else "", "")
            if not own:
                raise UnknownTag(f"paragraphe de classe « {classes[0]} »")
            yield f'<text:p text:style-name="{own}">{_trim(self._text(element))}</text:p>'
        elif tag in ("ul", "ol"):
            yield self._list(element)
        elif tag == "table":
            yield from self._table(element, kept=style == "Kept", signatures="signatures" in classes)
        else:
            yield from self.blocks(element, "Kept" if "keep" in classes else style)

    def _heading(self, element: HtmlElement) -> str:
        level = HEADINGS[element.tag]
        parent = element.getparent()
        annex = level == 2 and parent is not None and parent.get("class") == "annex"
        style = "Annexe" if annex else f"Heading_20_{level}"
        # A list header: the number stands in the text, the outline must not add its own.
        return (
            f'<text:h text:style-name="{style}" text:outline-level="{level}" text:is-list-header="true">'
            f"{_trim(self._text(element))}</text:h>"
        )

    def _list(self, element: HtmlElement) -> str:
        items: list[str] = []
        for item in element:
            if item.tag != "li":
                raise UnknownTag(f"<{item.tag}> dans une liste")
            first = element.get("start") if element.tag == "ol" and not items else None
            start = f' text:start-value="{int(first)}"' if first else ""
            items.append(f"<text:list-item{start}>{''.join(self.blocks(item, 'List_20_Contents'))}</text:list-item>")
        style = "Numbers" if element.tag == "ol" else "Bullets"
        return f'<text:list text:style-name="{style}">{"".join(items)}</text:list>'

    def _text(self, element: HtmlElement) -> str:
        xml = _spaces(escape(element.text or ""))
        for child in element:
            xml += self._inline(child) + _spaces(escape(child.tail or ""))
        return xml

    def _inline(self, element: HtmlElement) -> str:
        if not isinstance(element.tag, str):  # a comment
            return ""
        if element.tag == "br":
            return "<text:line-break/>"
        if element.tag not in INLINE:
            raise UnknownTag(f"<{element.tag}>")
        style = INLINE[element.tag]
        text = self._text(element)
        return f'<text:span text:style-name="{style}">{text}</text:span>' if style else text

    # Tables -----------------------------------------------------------------------------------------------------------
    def _table(self, element: HtmlElement, *, kept: bool, signatures: bool) -> Iterator[str]:
        self._tables += 1
        name = f"Tableau{self._tables}"
        caption, columns, sections = self._parts(element)
        if caption is not None:
            yield f'<text:p text:style-name="Table">{_trim(self._text(caption))}</text:p>'
        self._table_styles(name, columns, kept=kept, signatures=signatures)
        body = "".join(f'<table:table-column table:style-name="{name}.{i}"/>' for i in range(len(columns)))
        for section in sections:
            rows = "".join(self._row(row, name, section.tag) for row in section)
            body += f"<table:table-header-rows>{rows}</table:table-header-rows>" if section.tag == "thead" else rows
        yield f'<table:table table:name="{name}" table:style-name="{name}">{body}</table:table>'
        yield '<text:p text:style-name="Note"/>'

    def _parts(self, element: HtmlElement) -> tuple[HtmlElement | None, list[float], list[HtmlElement]]:
        """Caption, widths of the columns in mm, sections of rows."""
        caption, widths, sections = None, [], []
        for child in element:
            if child.tag == "caption":
                caption = child
            elif child.tag == "colgroup":
                widths = [_width(col) for col in child]
            elif child.tag in ("thead", "tbody", "tfoot"):
                sections.append(child)
            else:
                raise UnknownTag(f"<{child.tag}> dans un tableau")
        free = [index for index, width in enumerate(widths) if not width]
        left = WIDTH_MM - sum(widths)
        return caption, [width or left / len(free) for width in widths], sections

    def _table_styles(self, name: str, columns: list[float], *, kept: bool, signatures: bool) -> None:
        rows = ' style:may-break-between-rows="false"' if kept else ""
        border = 'fo:border="0.4pt solid #7c8782" fo:padding="2.5mm"'
        line = f'fo:border="none" fo:border-bottom="{RULE}" fo:padding-top="1.3mm" fo:padding-bottom="1.3mm" '
        line += 'fo:padding-right="1.6mm"'
        height = ' style:min-row-height="37mm"' if signatures else ""
        self.styles += [
            f'<style:style style:name="{name}" style:family="table"><style:table-properties style:width="{WIDTH_MM}mm" '
            f'table:align="left"{rows}/></style:style>',
            f'<style:style style:name="{name}.row" style:family="table-row">'
            f'<style:table-row-properties fo:keep-together="always"{height}/></style:style>',
            f'<style:style style:name="{name}.cell" style:family="table-cell">'
            f"<style:table-cell-properties {border if signatures else line}/></style:style>",
            *(
                f'<style:style style:name="{name}.{index}" style:family="table-column"><style:table-column-properties '
                f'style:column-width="{width:.2f}mm"/></style:style>'
                for index, width in enumerate(columns)
            ),
        ]

    def _row(self, row: HtmlElement, name: str, section: str) -> str:
        if row.tag != "tr":
            raise UnknownTag(f"<{row.tag}> parmi les lignes d'un tableau")
        cells = "".join(self._cell(cell, name, section) for cell in row)
        return f'<table:table-row table:style-name="{name}.row">{cells}</table:table-row>'

    def _cell(self, cell: HtmlElement, name: str, section: str) -> str:
        if cell.tag not in ("td", "th"):
            raise UnknownTag(f"<{cell.tag}> dans une ligne de tableau")
        heads = cell.tag == "th" or section == "tfoot"
        right = "num" in (cell.get("class") or "").split()
        style = ("Heading_20_Right" if heads else "Cell_20_Right") if right else ""
        style = style or ("Table_20_Heading" if heads else "Table_20_Contents")
        span = int(cell.get("colspan") or 1)
        spanned = f' table:number-columns-spanned="{span}"' if span > 1 else ""
        inside = "".join(self.blocks(cell, style)) or f'<text:p text:style-name="{style}"/>'
        covered = "<table:covered-table-cell/>" * (span - 1)
        return f'<table:table-cell table:style-name="{name}.cell"{spanned}>{inside}</table:table-cell>{covered}'


def _width(col: HtmlElement) -> float:
    """The width of a column in mm; 0 when it takes what is left."""
    found = re.search(r"width:\s*([\d.]+)(mm|%)", col.get("style") or "")
    if not found:
        return 0.0
    return float(found[1]) * (WIDTH_MM / 100 if found[2] == "%" else 1.0)


def render_odt(page: Page) -> bytes:
    """The editable document of a page made by `render_html`. Raises UnknownTag for a page of another make."""
    tree = lxml_html.document_fromstring(NOT_XML.sub("", page.html))
    walker, stamp = Walker(), page.stamp
    body = "".join(walker.blocks(tree.body))
    content = (
        f"{fonts()}<office:automatic-styles>{''.join(walker.styles)}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body>"
    )
    foot = f"{stamp.reference} · {stamp.state} · code {stamp.code}"
    meta = (
        f"<office:meta><dc:title>{escape(tree.findtext('.//title') or page.title)}</dc:title>"
        f"<dc:language>fr-FR</dc:language><meta:generator>Cordée</meta:generator>"
        f"<dc:date>{stamp.day.isoformat()}T00:00:00</dc:date></office:meta>"
    )
    parts = {
        "content.xml": part("document-content", content),
        "styles.xml": styles_xml(page.title, EDITABLE, foot),
        "meta.xml": part("document-meta", meta),
    }
    container = odfdo.Document("text").container
    assert container is not None  # a new document has one
    for name, xml in parts.items():
        container.set_part(name, xml.encode())
    target = io.BytesIO()
    container.save(target)
    return target.getvalue()
