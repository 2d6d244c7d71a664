"""From the two registry files to checked rows. Nothing here touches the database."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError

from procurement import validators
from procurement.models import BodyKind
from procurement.text import fold

MAYOTTE, MAYOTTE_YEAR = "976", 2017  # its own census: the last published one
PUBLIC_COLUMNS = (
    "siren siret_siege kind nature insee name dep reg pop_mun pop_tot postal_code postal_codes lat lon "
    "epci_siren ept_siren"
).split()
SYNDICAT_COLUMNS = "siren name nature cat_juridique dep reg population".split()
KINDS = frozenset(BodyKind.values) - {BodyKind.PARTNER}
QUOTED = re.compile(r"''(.+?)''|\"(.+?)\"")

Row = Mapping[str, str]


class BodyRow(NamedTuple):
    """What the registry knows of one body, named as the columns of `Body` in the database."""

    siren: str
    siret: str
    name: str
    kind: str
    legal_form: str
    insee: str
    department: str
    region: str
    postal_codes: str
    population: int
    population_total: int | None
    population_year: int | None
    latitude: float | None
    longitude: float | None
    epci_id: str | None
    search_text: str


class Unreadable(Exception):
    """The file is not a registry file at all; the message says why, in French."""


@dataclass(frozen=True, order=True)
class Refusal:
    """A row that cannot be loaded. Lines count from 1, the header being line 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, ligne {self.line} : {self.reason}"


def read(path: Path, year: int) -> Iterator[tuple[int, BodyRow | Refusal]]:
    """Each row with its line number. `year` is that of the populations.

    Raises Unreadable when the file cannot be opened, is not UTF-8 CSV, or has other columns.
    """
    for line, header, cells in _cells(path):
        try:
            if len(cells) != len(header):
                raise ValueError(f"{len(cells)} cellules, alors que l'en-tête en a {len(header)}.")
            row = dict(zip(header, cells, strict=True))
            yield line, _public_body(row, year) if "kind" in row else _syndicat(row)
        except ValueError as error:
            yield line, Refusal(path.name, line, str(error))


def _cells(path: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            reader = csv.reader((line.decode("utf-8-sig") for line in file), strict=True)
            header = next(reader, [])
            if sorted(header) not in (sorted(PUBLIC_COLUMNS), sorted(SYNDICAT_COLUMNS)):
                raise Unreadable(f"{path} : les colonnes attendues sont {', '.join(PUBLIC_COLUMNS)}.")
            for cells in reader:
                yield reader.line_num, header, cells
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{path} ne se lit pas : {getattr(error, 'strerror', None) or 'fichier abîmé'}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path} n'est pas un fichier CSV en UTF-8.") from error


def _public_body(row: Row, year: int) -> BodyRow:
    siren, name = _siren(row), _name(row)
    insee, codes = _text(row, "insee", 5), row["postal_codes"].replace("|", " ") or row["postal_code"]
    if row["kind"] not in KINDS:
        raise ValueError(f"colonne kind : « {row['kind']} » n'est pas une nature connue.")
    return BodyRow(
        siren=siren,
        siret=_siret(row, siren),
        name=name,
        kind=row["kind"],
        legal_form=_text(row, "nature", 10),
        insee=insee,
        department=_text(row, "dep", 7).partition("|")[0],  # Alsace and Corse cover two: the one of their seat
        region=_text(row, "reg", 3),
        postal_codes=codes[:200],
        population=_count(row, "pop_mun"),
        population_total=_count(row, "pop_tot"),
        population_year=MAYOTTE_YEAR if row["dep"] == MAYOTTE else year,
        latitude=_degrees(row, "lat", 90),
        longitude=_degrees(row, "lon", 180),
        epci_id=row["epci_siren"] or None,
        search_text=fold(f"{name} {codes} {siren} {insee}"),
    )


def _syndicat(row: Row) -> BodyRow:
    siren, name = _siren(row), _name(row)
    place = _text(row, "dep", 3), _text(row, "reg", 3)
    return BodyRow(
        siren, "", name, BodyKind.SYNDICAT.value, _text(row, "nature", 10), "", *place, "", _count(row, "population"),
        None, None, None, None, None, fold(f"{name} {siren}"),
    )  # fmt: skip


def _siren(row: Row) -> str:
    if not validators.is_siren(row["siren"]):
        raise ValueError(f"colonne siren : « {row['siren']} » n'est pas un SIREN.")
    return row["siren"]


def _siret(row: Row, siren: str) -> str:
    siret = row["siret_siege"]
    if siret:
        try:
            validators.siret(siret)
        except ValidationError as error:
            raise ValueError(f"colonne siret_siege : {error.messages[0]}") from None
        if not siret.startswith(siren):
            raise ValueError(f"colonne siret_siege : « {siret} » n'est pas un établissement de {siren}.")
    return siret


def _name(row: Row) -> str:
    """The name with its spaces made single and its straight quotation marks made French ones."""
    name = QUOTED.sub(lambda match: f"«\u00a0{match[1] or match[2]}\u00a0»", " ".join(row["name"].split()))
    if not 0 < len(name) <= 255:
        raise ValueError("colonne name : il faut de 1 à 255 caractères.")
    return name


def _text(row: Row, column: str, longest: int) -> str:
    if len(row[column]) > longest:
        raise ValueError(f"colonne {column} : « {row[column][:40]} » dépasse {longest} caractères.")
    return row[column]


def _count(row: Row, column: str) -> int:
    value = row[column]
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise ValueError(f"colonne {column} : « {value[:40]} » n'est pas un nombre d'habitants.")
    return int(value)


def _degrees(row: Row, column: str, limit: int) -> float | None:
    value = row[column]
    if not value:
        return None
    try:
        degrees = float(value)
    except ValueError:
        degrees = float("nan")
    if not -limit <= degrees <= limit:
        raise ValueError(f"colonne {column} : « {value[:40]} » n'est pas une coordonnée.")
    return degrees
