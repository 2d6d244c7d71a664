"""Reading a JSON file that somebody wrote."""

from __future__ import annotations

import contextlib
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement import jsonfile
from procurement.jsonfile import Unreadable, read_json


def read(folder: Path, content: bytes) -> Any:
    path = folder / "x.json"
    path.write_bytes(content)
    return read_json(path)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"1", 1),
        (b"-0", 0),
        (b"1.10", Decimal("1.10")),
        (b"1e3", Decimal("1E+3")),
        (b"9" * 40, int("9" * 40)),
        (b'\xef\xbb\xbf{"a": [null, true]}', {"a": [None, True]}),
        ('"é \\u00e9 🧗 \\ud83e\\uddd7"'.encode(), "é é 🧗 🧗"),
        (b"[" * 49 + b"]" * 49, None),
    ],
)
def test_numbers_are_exact_and_text_is_text(tmp_path: Path, content: bytes, value: Any) -> None:
    found = read(tmp_path, content)
    assert value is None or (found == value and type(found) is type(value))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ce n'est pas du JSON (ligne 1, colonne 1)"),
        (b'{"a": 1,\n}', "ce n'est pas du JSON (ligne 2, colonne 1)"),
        (b"{'a': 1}", "ce n'est pas du JSON"),
        (b"1 2", "ce n'est pas du JSON"),
        (b'"\x01"', "ce n'est pas du JSON"),
        (b"\xff\xfe1\x00", "ce fichier n'est pas en UTF-8"),
        ("é".encode("cp1252"), "ce fichier n'est pas en UTF-8"),
        (b'{"a": 1, "b": 2, "a": 3}', "« a » figure deux fois"),
        (b'[{"a": {"b": 1, "b": 1}}]', "« b » figure deux fois"),
        (b"9" * 41, "Nombre de 41 chiffres"),
        (b"0." + b"1" * 40, "n'est pas un nombre acceptable"),
        (b"[NaN]", "« NaN » n'est pas un nombre acceptable"),
        (b"[-Infinity]", "« -Infinity » n'est pas un nombre acceptable"),
        (b'["\\udc00"]', "« \\udc00 » contient un caractère qui ne s'écrit pas"),
        (b'{"\\u0000": 1}', "« \\x00 » contient un caractère qui ne s'écrit pas"),
        (b"[" * 51 + b"]" * 51, "plus de 50 niveaux"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "plus de 50 niveaux"),
        (b"[" * 10**6, "imbriquées"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, content)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_too_big_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path / "absent", tmp_path, Path("/proc/self/mem")):
        with pytest.raises(Unreadable):
            read_json(path)
    monkeypatch.setattr(jsonfile, "LARGEST", 3)
    with pytest.raises(Unreadable, match="fichier de plus de"):
        read(tmp_path, b"[1,2]")


@pytest.mark.skipif(os.geteuid() == 0, reason="root lit tout")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.touch(mode=0)
    with pytest.raises(Unreadable, match="Permission denied"):
        read_json(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail_otherwise(tmp_path: Path, content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        read(tmp_path, content)
