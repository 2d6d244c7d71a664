"""The styles of the editable documents: page, headings, text, lists, tables; names as a writer finds them in menus."""

from __future__ import annotations

from xml.sax.saxutils import escape

NAMESPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {
            "office": "office",
            "style": "style",
            "text": "text",
            "table": "table",
            "fo": "xsl-fo-compatible",
            "svg": "svg-compatible",
            "meta": "meta",
            "draw": "drawing",
        }.items()
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
VERSION = "1.4"  # that of the manifest odfdo writes: LibreOffice refuses parts of another one
WIDTH_MM = 166.0  # of the text: A4 less two margins of 22 mm
GREEN, GREY, INK = "#0b5a4e", "#56615d", "#1c2321"

# name → (parent, paragraph properties, text properties)
_PARAGRAPHS = {
    "Standard": ("", 'fo:line-height="138%"', 'fo:font-size="10.5pt" style:font-name="Serif"'),
    "Text_20_body": ("Standard", 'fo:margin-bottom="2.2mm" fo:orphans="2" fo:widows="2"', ""),
    "Heading": ("Standard", 'fo:keep-with-next="always"', 'style:font-name="Sans" fo:font-weight="bold"'),
    "Heading_20_1": ("Heading", 'fo:margin-top="2mm" fo:margin-bottom="4mm"', 'fo:font-size="21pt"'),
    "Heading_20_2": (
        "Heading",
        'fo:margin-top="6.5mm" fo:margin-bottom="1.8mm"',
        f'fo:font-size="12pt" fo:color="{GREEN}"',
    ),
    "Heading_20_3": ("Heading", 'fo:margin-top="4.5mm" fo:margin-bottom="1.4mm"', 'fo:font-size="10.5pt"'),
    "Annexe": ("Heading_20_2", 'fo:break-before="page" fo:margin-top="0mm"', f'fo:font-size="15pt" fo:color="{INK}"'),
    "Lede": (
        "Text_20_body",
        'fo:margin-bottom="8mm"',
        f'style:font-name="Sans" fo:font-size="13pt" fo:color="{GREY}"',
    ),
    "Issuer": (
        "Text_20_body",
        'fo:margin-bottom="14mm"',
        'style:font-name="Sans" fo:font-size="12pt" fo:font-weight="bold"',
    ),
    "Next_20_Issuer": ("Issuer", 'fo:break-before="page"', ""),
    "Note": ("Text_20_body", "", f'fo:font-size="9.5pt" fo:color="{GREY}"'),
    "Kept": ("Text_20_body", 'fo:keep-with-next="always" fo:keep-together="always"', ""),
    "List_20_Contents": ("Standard", 'fo:margin-bottom="0.8mm"', ""),
    "Table": (
        "Standard",
        'fo:keep-with-next="always" fo:margin-top="1.5mm" fo:margin-bottom="1.2mm"',
        f'style:font-name="Sans" fo:font-size="8.6pt" fo:color="{GREY}"',
    ),
    "Table_20_Contents": ("Standard", 'fo:line-height="130%"', 'style:font-name="Sans" fo:font-size="8.6pt"'),
    "Table_20_Heading": ("Table_20_Contents", "", 'fo:font-weight="bold"'),
    "Cell_20_Right": ("Table_20_Contents", 'fo:text-align="end"', ""),
    "Heading_20_Right": ("Table_20_Heading", 'fo:text-align="end"', ""),
    "Header": ("Standard", "", f'style:font-name="Sans" fo:font-size="8pt" fo:color="{GREY}"'),
    "Footer": ("Header", "", ""),
}
_FONTS = {  # ours when the reader has them, else what every LibreOffice has
    "Serif": ("Source Serif 4;Source Serif Pro;Liberation Serif", "roman"),
    "Sans": ("Atkinson Hyperlegible Next;Atkinson Hyperlegible;Liberation Sans", "swiss"),
}
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def fonts() -> str:
    """Font declarations."""
    faces = "".join(
        f'<style:font-face style:name="{name}" svg:font-family="{names}" style:font-family-generic="{family}"/>'
        for name, (names, family) in _FONTS.items()
    )
    return f"<office:font-face-decls>{faces}</office:font-face-decls>"


def part(name: str, inside: str) -> str:
    """A part of the file: its declaration, its namespaces, what it holds."""
    return f'{XML}<office:{name} {NAMESPACES} office:version="{VERSION}">{inside}</office:{name}>'


def _paragraph(name: str, parent: str, shape: str, letters: str) -> str:
    level = (
        f' style:default-outline-level="{name[-1]}"' if name.startswith("Heading_20_") and name[-1].isdigit() else ""
    )
    above = f' style:parent-style-name="{parent}"' if parent else ""
    said = name.replace("_20_", " ")
    return (
        f'<style:style style:name="{name}" style:display-name="{said}" style:family="paragraph"{above}{level}>'
        f"<style:paragraph-properties {shape}/><style:text-properties {letters}/></style:style>"
    )


def _list_style(name: str, mark: str) -> str:
    """A list style with its three levels; `mark` begins with the kind of level, bullet or number."""
    kind, _, rest = mark.partition(" ")
    levels = "".join(
        f'<text:list-level-style-{kind} text:level="{level}" {rest}><style:list-level-properties '
        'text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment '
        f'text:label-followed-by="listtab" fo:text-indent="-4mm" fo:margin-left="{5.5 * level:.1f}mm"/>'
        f"</style:list-level-properties></text:list-level-style-{kind}>"
        for level in (1, 2, 3)
    )
    return f'<text:list-style style:name="{name}" style:display-name="{name}">{levels}</text:list-style>'


def styles_xml(left: str, right: str, foot: str) -> str:
    """The part `styles.xml`: header with `left` and `right`, footer with `foot` and the page number."""
    lists = _list_style("Bullets", 'bullet text:bullet-char="•"') + _list_style(
        "Numbers", 'number style:num-format="1" style:num-suffix="."'
    )
    tab = f'<style:tab-stops><style:tab-stop style:position="{WIDTH_MM}mm" style:type="right"/></style:tab-stops>'
    edge = (
        '<style:style style:name="Edge" style:family="paragraph" style:parent-style-name="Header">'
        f"<style:paragraph-properties>{tab}</style:paragraph-properties></style:style>"
    )
    paragraphs = "".join(_paragraph(name, *rest) for name, rest in _PARAGRAPHS.items())
    inside = (
        f"{fonts()}"
        '<office:styles><style:default-style style:family="paragraph"><style:text-properties fo:language="fr" '
        f'fo:country="FR" style:font-name="Serif" fo:font-size="10.5pt" fo:color="{INK}"/></style:default-style>'
        f"{paragraphs}{lists}"
        '<style:style style:name="Strong_20_Emphasis" style:display-name="Strong Emphasis" style:family="text">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="Emphasis" style:family="text"><style:text-properties fo:font-style="italic"/>'
        "</style:style></office:styles>"
        f"<office:automatic-styles>{edge}"
        '<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="210mm" '
        'fo:page-height="297mm" fo:margin-top="14mm" fo:margin-bottom="12mm" fo:margin-left="22mm" '
        'fo:margin-right="22mm"/><style:header-style><style:header-footer-properties fo:min-height="10mm" '
        'fo:margin-bottom="3mm"/></style:header-style><style:footer-style><style:header-footer-properties '
        'fo:min-height="8mm" fo:margin-top="3mm"/></style:footer-style></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page">'
        f'<style:header><text:p text:style-name="Edge">{escape(left)}<text:tab/>{escape(right)}</text:p></style:header>'
        f'<style:footer><text:p text:style-name="Edge">{escape(foot)}<text:tab/>page <text:page-number/> / '
        "<text:page-count/></text:p></style:footer></style:master-page></office:master-styles>"
    )
    return part("document-styles", inside)
