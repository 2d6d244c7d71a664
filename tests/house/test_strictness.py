"""The suite is as strict as it says: each guard is tried on what it must stop."""

import socket
import warnings
from pathlib import Path

import pytest
from django.template import Context, engines
from django.template.base import Origin, Template

from tests.conftest import ROOT
from tests.house.browser import _Forms


def render(source: str, origin: str) -> str:
    engine = engines["django"].engine
    return Template(source, origin=Origin(origin), engine=engine).render(Context({"known": "oui"}))


OURS, THEIRS = str(ROOT / "templates/x.html"), str(Path("/elsewhere/x.html"))


@pytest.mark.parametrize(
    "source", ["{{ unknown }}", "{{ known.unknown }}", "{{ unknown|upper }}", "{% if 1 %}{{ unknown }}{% endif %}"]
)
def test_an_undefined_variable_in_our_templates_fails(source: str) -> None:
    with pytest.raises(AssertionError, match="unknown"):
        render(source, OURS)


@pytest.mark.parametrize(
    ("source", "origin", "shown"),
    [
        ("{{ unknown|default:'rien' }}", OURS, "rien"),
        ("{% if unknown %}oui{% else %}non{% endif %}", OURS, "non"),
        ("{{ known|upper }}", OURS, "OUI"),
        ("[{{ unknown }}]", THEIRS, "[]"),
        ("{{ unknown|default:'rien' }}", THEIRS, "rien"),
    ],
)
def test_what_may_be_absent_may_be_absent(source: str, origin: str, shown: str) -> None:
    assert render(source, origin) == shown


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443), ("2001:db8::1", 80, 0, 0)])
def test_the_network_is_out_of_reach(address: tuple[object, ...]) -> None:
    family = socket.AF_INET6 if ":" in str(address[0]) else socket.AF_INET
    with socket.socket(family) as door, pytest.raises(AssertionError, match="réseau"):
        door.connect(address)


def test_names_are_not_looked_up() -> None:
    with pytest.raises(AssertionError, match="réseau"):
        socket.getaddrinfo("example.org", 80)


def test_the_loopback_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_a_warning_is_an_error() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_forms_are_read_as_a_person_would_see_them() -> None:
    parser = _Forms()
    parser.feed(
        "<form method=post action='x/'><input type=hidden name=a value=1><input name=b>"
        "<input type=checkbox name=c value=2>"
        "<input type=radio name=d value=3 checked><select name=e><option value=4><option value=5 selected></select>"
        "<textarea name=f>\nsix &amp; 7</textarea><button name=g value=8>ok</button>"
        "<input name=h value=9 disabled></form>"
    )
    [form] = parser.found
    assert (form.method, form.action) == ("post", "x/")
    assert form == {"a": ["1"], "b": [""], "c": [], "d": ["3"], "e": ["5"], "f": ["six & 7"], "g": []}
