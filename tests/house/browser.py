"""A test client that behaves: it reads a page, finds the form, fills it in, and sends the token it was given."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from procurement.models import User


class Form(dict[str, list[str]]):
    """The fields of a form with the values shown, and where it goes."""

    def __init__(self, action: str, method: str) -> None:
        super().__init__()
        self.action, self.method = action, method


class _Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.found.append(Form(given.get("action") or "", (given.get("method") or "get").lower()))
        elif not self.found:
            return
        elif tag == "select":
            self._select = name
            self.found[-1].setdefault(name, [])
        elif tag == "option" and "selected" in given and self._select:
            self.found[-1][self._select].append(given.get("value") or "")
        elif tag == "textarea":
            self._text = name
            self.found[-1][name] = [""]
        elif tag in ("input", "button") and name and "disabled" not in given:
            self._input(tag, name, given)

    def _input(self, tag: str, name: str, given: dict[str, str | None]) -> None:
        values = self.found[-1].setdefault(name, [])
        chosen = "checked" in given if given.get("type") in ("checkbox", "radio") else tag == "input"
        if chosen and given.get("type") not in ("submit", "file", "image"):
            values.append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[-1][self._text][0] += data.removeprefix("\n") if not self.found[-1][self._text][0] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""


class Browser(Client):
    """`sign_in`, then `submit`: a page whose form has no token, or lacks a field, fails the test."""

    def __init__(self, **options: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **options)

    def sign_in(self, user: User) -> "Browser":
        """Enter as `user`, without going through the sign-in page."""
        self.force_login(user)
        return self

    def forms(self, page: str) -> list[Form]:
        """The forms shown at address `page`, which must answer 200."""
        response = self.get(page)
        assert response.status_code == 200, f"{page} : {response.status_code}"
        parser = _Forms()
        parser.feed(response.content.decode())
        return parser.found

    def submit(self, page: str, data: dict[str, Any] | None = None, *, to: str = "", **options: Any) -> Any:
        """Post the form of `page` that goes `to` an address (by default the page itself), with `data` filled in.

        A key that the form does not show is an error; the fields left out keep the values shown.
        """
        here = urlsplit(page).path
        target = to or here
        for form in self.forms(page):
            if form.method == "post" and urlsplit(urljoin(here, form.action)).path == target:
                unknown = set(data or {}) - set(form)
                assert not unknown, f"le formulaire de {page} ne montre pas {sorted(unknown)}, mais {sorted(form)}"
                return self.post(target, {**form, **(data or {})}, **options)
        raise AssertionError(f"{page} ne montre pas de formulaire vers {target}")
