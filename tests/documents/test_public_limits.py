"""The doors without account are counted: by address, read through trusted proxies only; a true secret never waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db
WRONG = "x" * 43


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    """Three attempts each."""
    doors = ("verify_code", "verify_file", "return_wrong", "return_copy")
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **dict.fromkeys(doors, "3/h/ip")}


def code(**headers: str) -> Any:
    return Client().get("/verifier/", {"code": "0" * 16}, **headers)


def file() -> Any:
    content = SimpleUploadedFile("x.pdf", b"not a pdf", "application/pdf")
    return Client().post("/verifier/", {"file": content}, REMOTE_ADDR="192.0.2.7")


def secret() -> Any:
    return Client().get(f"/retour/{WRONG}/", REMOTE_ADDR="192.0.2.7")


DOORS = {
    "a code": (lambda: code(REMOTE_ADDR="192.0.2.7"), 200),
    "a file": (file, 200),
    "a wrong secret": (secret, 404),
    "the document of a wrong secret": (
        lambda: Client().get(f"/retour/{WRONG}/document.pdf", REMOTE_ADDR="192.0.2.7"),
        404,
    ),
}


@pytest.mark.parametrize(("door", "answer"), DOORS.values(), ids=DOORS)
def test_a_door_without_account_closes_after_too_many_attempts(door: Any, answer: int) -> None:
    answers = [door() for _ in range(5)]
    assert [response.status_code for response in answers] == [answer] * 3 + [429] * 2
    assert "Attendez quelques minutes" in answers[-1].content.decode()
    assert code(REMOTE_ADDR="198.51.100.9").status_code == 200


def test_a_forged_header_moves_no_count_and_a_trusted_proxy_s_does(settings: Any) -> None:
    forged = [code(HTTP_X_FORWARDED_FOR=f"203.0.113.{last}").status_code for last in range(5)]
    assert forged == [200] * 3 + [429] * 2
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    through = [code(HTTP_X_FORWARDED_FOR=f"203.0.113.{last}").status_code for last in range(5)]
    assert through == [200] * 5


def test_the_page_itself_is_not_counted() -> None:
    assert {Client().get("/verifier/").status_code for _ in range(6)} == {200}
