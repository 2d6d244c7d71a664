"""What follows an issue: signatures and stamps leave it what it was; anything else is found, even under a signature."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from documents.signatures.continuation import difference
from documents.signatures.inspection import Inspection, signature_of
from documents.signatures.worker import describe
from documents.verification import _judged
from tests.documents import continued, pdf
from tests.documents.continued import CORNER, TITLE, annotation, updated
from tests.documents.makers import dossier, issued_html
from tests.documents.signing import signed

ALTERED = {
    "page drawn anew": (continued.page_redrawn, "page 1"),
    "drawing replaced": (continued.stream_replaced, "contenu remplacé"),
    "fonts replaced": (continued.resources_replaced, "page 1"),
    "page taken out": (continued.page_taken_out, "contenu remplacé"),
    "table attached replaced": (continued.table_replaced, "contenu remplacé"),
    "catalogue": (continued.opened_elsewhere, "catalogue"),
    "field to type in": (continued.text_field, "autre qu'une signature"),
    "form shown instead": (continued.form_in_place, "formulaire"),
    "link": (annotation("/Link", CORNER), "autre qu'une signature"),
    "stamp over the text": (annotation("/Stamp", TITLE), "texte recouvert page 1"),
}


@pytest.fixture(scope="module")
def issue() -> bytes:
    """A convention, as it is issued."""
    return pdf.pdf_of(issued_html(dossier(2, reference="P-2026-001")))


def judged(issue: bytes, content: bytes) -> tuple[str, bool]:
    """What is said of `content`, and whether it stands: in this process, the worker runs elsewhere."""
    found = describe(content, [], len(issue))
    return _judged(Inspection(found["pages"], found["scan"], found["altered"], tuple(found["signatures"])))


@pytest.mark.parametrize(("change", "said"), ALTERED.values(), ids=ALTERED)
def test_a_change_of_what_was_issued_is_found(issue: bytes, change: Callable[..., None], said: str) -> None:
    assert said in difference(issue, updated(issue, change))


@pytest.mark.parametrize("name", ["page drawn anew", "drawing replaced", "table attached replaced"])
def test_a_signature_put_on_a_change_does_not_cover_it(issue: bytes, name: str) -> None:
    change, said = ALTERED[name]
    reason, sound = judged(issue, signed(updated(issue, change)))
    assert (said in reason, sound) == (True, False)


def visibly(content: bytes, box: continued.Box) -> bytes:
    return signed(content, box=box)


def field_prepared(writer: continued.IncrementalPdfFileWriter, name: str = "Signature1") -> None:
    append_signature_field(writer, SigFieldSpec(name, box=CORNER))


def field_taken_out(writer: continued.IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form["/Fields"].pop(0)
    writer.update_container(form["/Fields"])


def proved(content: bytes) -> bytes:
    """Two signatures, each followed by what proves it later."""
    for field in ("Signature1", "Signature2"):
        content = updated(signed(content, field=field), certificates_kept)
    return content


def certificates_kept(writer: continued.IncrementalPdfFileWriter) -> None:
    held = writer.root["/DSS"]["/Certs"] if "/DSS" in writer.root else []
    kept = continued.generic.StreamObject(stream_data=b"der")
    certificates = continued.generic.ArrayObject([*held, writer.add_object(kept)])
    made = continued.generic.DictionaryObject({continued.pdf_name("/Certs"): writer.add_object(certificates)})
    if "/DSS" in writer.root:
        writer.root["/DSS"]["/Certs"] = made["/Certs"]
        writer.update_container(writer.root["/DSS"])
    else:
        writer.root["/DSS"] = writer.add_object(made)
        writer.update_root()


SOUND: dict[str, Callable[[bytes], bytes]] = {
    "signed": signed,
    "signed twice": lambda content: signed(signed(content), "Luc Petit", field="Signature2"),
    "certified": lambda content: signed(content, certify=True),
    "signed in a visible box": lambda content: visibly(content, CORNER),
    "signed, then stamped": lambda content: updated(signed(content), annotation("/Stamp", CORNER)),
    "signed in a field prepared": lambda content: signed(updated(content, field_prepared)),
    "two fields prepared, signed in turn": lambda content: signed(
        signed(updated(updated(content, field_prepared), lambda writer: field_prepared(writer, "Signature2"))),
        field="Signature2",
    ),
    "proved for later": proved,
    "stamped, then signed": lambda content: signed(updated(content, annotation("/Stamp", CORNER))),
}


@pytest.mark.parametrize("how", SOUND.values(), ids=SOUND)
def test_a_signature_leaves_the_issue_what_it_was(issue: bytes, how: Callable[[bytes], bytes]) -> None:
    reason, sound = judged(issue, how(issue))
    assert sound, reason


DOUBTFUL: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "not signed": (lambda content: updated(content, annotation("/Stamp", CORNER)), "sans signature"),
    "signed over the text": (lambda content: visibly(content, TITLE), "texte recouvert"),
    "signed, then stamped over the text": (
        lambda content: updated(signed(content), annotation("/Stamp", TITLE)),
        "texte recouvert",
    ),
    "signature taken out": (
        lambda content: updated(signed(signed(content), field="Signature2"), field_taken_out),
        "après elle",
    ),
    "signed, then altered": (lambda content: updated(signed(content), continued.page_redrawn), "page 1"),
    "altered back": (
        lambda content: updated(
            signed(updated(content, continued.page_redrawn)), lambda writer: put_back(writer, content)
        ),
        "après elle",
    ),
    "signature spoilt": (lambda content: spoilt(signed(content)), "Signature"),
}


def put_back(writer: continued.IncrementalPdfFileWriter, content: bytes) -> None:
    """Page 1 shows again what was issued."""
    first = continued.page_of(continued.IncrementalPdfFileWriter(continued.io.BytesIO(content)))
    number = first.get_object().raw_get("/Contents").reference.idnum
    page = continued.page_of(writer)
    page.get_object()["/Contents"] = continued.generic.IndirectObject(number, 0, writer)
    writer.mark_update(page)


def spoilt(content: bytes) -> bytes:
    """The signature itself, one digit changed."""
    place = content.rindex(b"/Contents <") + 400
    return content[:place] + (b"1" if content[place : place + 1] == b"0" else b"0") + content[place + 1 :]


@pytest.mark.parametrize(("how", "said"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_a_person_must_look_at(issue: bytes, how: Callable[[bytes], bytes], said: str) -> None:
    reason, sound = judged(issue, how(issue))
    assert (said in reason, sound) == (True, False), reason


def test_a_file_of_no_table_is_irregular(issue: bytes) -> None:
    assert difference(issue, issue + b"1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n")


def test_an_unverified_time_stamp_is_said_to_be_so(issue: bytes) -> None:
    [item] = describe(signed(issue, stamped=True), [], len(issue))["signatures"]
    assert (item["stamped"], item["stamp_trusted"]) == (True, False)
    assert signature_of(item).clock == "horodatage non vérifié"
