"""Reads access_matrix.txt, and says what an answer is in its notation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test import Client

from tests.house.access_world import ROLES

TABLE = Path(__file__).with_name("access_matrix.txt")
CODES = {200: "2", 302: "3", 400: "B", 403: "F", 404: "N", 405: "M", 409: "C", 410: "G", 422: "U", 429: "T", 503: "S"}
SIGN_IN = "/comptes/connexion/"
TOKEN = "csrfmiddlewaretoken"
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE")
# What the machinery itself writes at each request; not the site's data. The log of downloads is written by a GET, and
# so are the counts of attempts at doors that a link opens.
ITS_OWN = ('"django_session"', '"documents_download"', '"procurement_cacherow"')


@dataclass(frozen=True, slots=True)
class Row:
    """An address with its blanks in braces, and what each role gets by GET and by POST."""

    address: str
    get: str
    post: str

    def cells(self, role: str) -> dict[str, str]:
        """Method → expected code."""
        place = list(ROLES).index(role)
        return {"GET": self.get[place], "POST": self.post[place]}


def rows() -> list[Row]:
    """Every line of the table that is not a comment."""
    lines = [line.split("#")[0].split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return [Row(*line) for line in lines if line]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the statements that wrote something."""

    code: str
    writes: list[str]
    response: Any


def ask(cookies: dict[str, str], method: str, address: str, data: Any = None, **options: Any) -> Answer:
    """One request with these cookies, undone afterwards; a form that is sent empty still holds its token.

    Other keywords are those of Django's test client.
    """
    client = Client(**options)
    client.cookies.load(cookies)
    writes: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES) and not any(table in sql for table in ITS_OWN):
            writes.append(sql[:120])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        response = client.post(address, {TOKEN: "x", **(data or {})}) if method == "POST" else client.get(address)
        transaction.set_rollback(True)
    return Answer(code_of(response), writes, response)


def code_of(response: Any) -> str:
    """The letter of the table: L when one is sent to sign in, 3 when sent elsewhere."""
    if response.status_code == 302 and response["Location"].startswith(SIGN_IN):
        return "L"
    return CODES.get(response.status_code, str(response.status_code))
