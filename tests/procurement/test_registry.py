import csv
import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from procurement import registry
from procurement.models import Body, BodyKind
from procurement.registry_rows import PUBLIC_COLUMNS, SYNDICAT_COLUMNS, BodyRow, Refusal, Unreadable, read
from procurement.text import fold

GOOD = {
    "siren": "213801517", "siret_siege": "21380151700540", "kind": "commune", "nature": "COM", "insee": "38151",
    "name": "Échirolles", "dep": "38", "reg": "84", "pop_mun": "37491", "pop_tot": "37905", "postal_code": "38130",
    "postal_codes": "", "lat": "45.1451", "lon": "5.7143", "epci_siren": "", "ept_siren": "",
}  # fmt: skip
OTHER = GOOD | {"siren": "210100012", "siret_siege": "21010001200017", "name": "L'Abergement-Clémenciat", "dep": "01"}


def write(path: Path, *rows: dict[str, str], columns: list[str] = PUBLIC_COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return tmp_path / "newer.csv"


def load(*paths: Path) -> tuple[int, int, int, list[str]]:
    report = registry.load(paths)
    return report.created, report.updated, report.unchanged, [str(refusal) for refusal in report.refused]


def command(path: Path, *words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_registry", *words, path=path, stdout=out, stderr=err, verbosity=0)
    return out.getvalue(), err.getvalue()


def test_the_shipped_files_hold_the_promised_bodies() -> None:
    rows = [row for path in registry.SHIPPED for _, row in read(path, 2023)]
    bodies = [row for row in rows if isinstance(row, BodyRow)]
    assert len(rows) == len(bodies) == registry.SHIPPED_ROWS == 36_253 + 8_870
    assert sum(row.kind == BodyKind.SYNDICAT for row in bodies) == 8_870
    communes = [row for row in bodies if row.kind == BodyKind.COMMUNE]
    assert sum(row.population for row in communes) == 68_350_798  # INSEE 2023, Mayotte 2017
    assert {row.population_year for row in communes if row.department == "976"} == {2017}
    assert not any(row.siren.startswith("000") for row in bodies)
    longest = {name: max(len(str(getattr(row, name) or "")) for row in bodies) for name in ("name", "search_text")}
    assert longest["name"] <= 255
    assert longest["search_text"] <= 500


@pytest.mark.django_db
def test_the_whole_registry_loads_and_a_second_load_changes_nothing() -> None:
    assert load(*registry.SHIPPED) == (45_123, 0, 0, [])
    assert load(*registry.SHIPPED) == (0, 0, 45_123, [])
    grenoble = Body.objects.get(siren="200040715")
    assert grenoble.communes.filter(siren=GOOD["siren"]).exists()


@pytest.mark.django_db
def test_only_changed_rows_are_written_and_absent_bodies_stay(newer: Path) -> None:
    assert load(write(newer, GOOD, OTHER)) == (2, 0, 0, [])
    assert load(write(newer, GOOD | {"pop_mun": "40000"})) == (0, 1, 0, [])
    assert load(write(newer, GOOD | {"pop_mun": "40000"}, OTHER)) == (0, 0, 2, [])
    assert Body.objects.get(siren=GOOD["siren"]).population == 40_000


@pytest.mark.django_db
def test_a_body_keeps_its_identity_and_what_a_steward_wrote(newer: Path) -> None:
    load(write(newer, GOOD))
    before = Body.objects.get(siren=GOOD["siren"])
    Body.objects.filter(pk=before.pk).update(closed_on="2026-01-01")
    by_hand = Body.objects.create(name="SDIS sans SIREN", kind=BodyKind.SDIS)
    load(write(newer, GOOD | {"name": "Échirolles-Nouvelle"}))
    after = Body.objects.get(siren=GOOD["siren"])
    assert (after.pk, after.name, str(after.closed_on)) == (before.pk, "Échirolles-Nouvelle", "2026-01-01")
    assert Body.objects.filter(pk=by_hand.pk, name="SDIS sans SIREN").exists()


BAD = {
    "siren, key": ({"siren": "213801518"}, "colonne siren : « 213801518 » n'est pas un SIREN."),
    "siren, empty": ({"siren": ""}, "colonne siren : «  » n'est pas un SIREN."),
    "siren, other digits": ({"siren": "²13801517"}, "colonne siren : « ²13801517 » n'est pas un SIREN."),
    "siret, key": ({"siret_siege": "21380151700010"}, "colonne siret_siege : « 21380151700010 » n'est pas un SIRET"),
    "siret, of another": ({"siret_siege": "21010001200017"}, "n'est pas un établissement de 213801517"),
    "kind": ({"kind": "partenaire"}, "colonne kind : « partenaire » n'est pas une nature connue."),
    "name": ({"name": " "}, "colonne name"),
    "name, long": ({"name": "a" * 256}, "colonne name"),
    "population": ({"pop_mun": "-3"}, "colonne pop_mun : « -3 » n'est pas un nombre d'habitants."),
    "population, empty": ({"pop_tot": ""}, "colonne pop_tot"),
    "population, huge": ({"pop_tot": "9" * 400}, "colonne pop_tot"),
    "department": ({"dep": "département"}, "colonne dep"),
    "latitude": ({"lat": "nan"}, "colonne lat : « nan » n'est pas une coordonnée."),
    "longitude": ({"lon": "181"}, "colonne lon"),
    "unknown grouping": ({"epci_siren": "200069193"}, "colonne epci_siren : « 200069193 » n'est pas dans le registre."),
    "twice": ({"siren": "210100012", "siret_siege": ""}, "« 210100012 » est déjà dans newer.csv, ligne 2."),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "reason"), BAD.values(), ids=BAD)
def test_a_bad_row_is_named_by_line_and_nothing_is_written(newer: Path, change: dict[str, str], reason: str) -> None:
    *counts, refused = load(write(newer, OTHER, GOOD | change))
    assert counts == [0, 0, 0]
    assert len(refused) == 1
    assert refused[0].startswith("newer.csv, ligne 3 : ")
    assert reason in refused[0]
    assert not Body.objects.exists()


@pytest.mark.django_db
def test_the_command_refuses_with_status_1_and_says_where(newer: Path) -> None:
    out, err = StringIO(), StringIO()
    write(newer, GOOD, OTHER | {"siren": "123456789"})
    with pytest.raises(CommandError) as refusal:
        call_command("load_registry", "--json", path=newer, stdout=out, stderr=err, verbosity=0)
    assert refusal.value.returncode == 1
    assert json.loads(out.getvalue()) == {"created": 0, "updated": 0, "unchanged": 0, "refused": 1}
    assert "ligne 3 : colonne siren : « 123456789 » n'est pas un SIREN." in err.getvalue()


@pytest.mark.django_db
def test_the_command_reads_plain_and_compressed_files_and_counts_in_json(newer: Path) -> None:
    assert "1 créés" in command(write(newer, GOOD))[0]
    compressed = newer.with_suffix(".csv.gz")
    compressed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + newer.read_bytes().replace(b"\n", b"\r\n")))
    assert json.loads(command(compressed, "--json")[0]) == {"created": 0, "updated": 0, "unchanged": 1, "refused": 0}
    command(newer, "--population-year", "2024")
    assert Body.objects.get().population_year == 2024


UNREADABLE: dict[str, bytes] = {
    "absent.csv": b"",
    "empty.csv": b"",
    "other.csv": b"a,b\n1,2\n",
    "missing.csv": ",".join(PUBLIC_COLUMNS[1:]).encode(),
    "twice.csv": ",".join([*PUBLIC_COLUMNS, "siren"]).encode(),
    "cp1252.csv": (",".join(SYNDICAT_COLUMNS) + "\n200000172,Éts,SIVU,7353,74,84,1\n").encode("cp1252"),
    "quote.csv": (",".join(SYNDICAT_COLUMNS) + '\n200000172,"a"b,SIVU,7353,74,84,1\n').encode(),
    "open.csv": (",".join(SYNDICAT_COLUMNS) + '\n200000172,"a').encode(),
    "plain.csv.gz": b"not compressed",
    "cut.csv.gz": gzip.compress(b"siren," * 5_000)[:-12],
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_not_a_registry_exits_2_and_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name != "absent.csv":
        path.write_bytes(UNREADABLE[name])
    with pytest.raises(CommandError) as refusal:
        command(path)
    assert refusal.value.returncode == 2
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_row_with_too_few_cells_is_refused_by_its_line(newer: Path) -> None:
    newer.write_text(",".join(SYNDICAT_COLUMNS) + "\n200000172,X\n")
    assert list(read(newer, 2023)) == [(2, Refusal("newer.csv", 2, "2 cellules, alors que l'en-tête en a 7."))]


def test_a_directory_is_not_a_registry(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        list(read(tmp_path, 2023))


def parsed(newer: Path, **change: str) -> Any:
    [(_, row)] = read(write(newer, GOOD | change), 2023)
    return row


def test_a_row_becomes_what_a_page_shows(newer: Path) -> None:
    row = parsed(newer, postal_codes="38130|38136", name='CC  "Sources de lumière"')
    assert row.name == "CC «\u00a0Sources de lumière\u00a0»"
    assert row.postal_codes == "38130 38136"
    assert row.search_text == "cc sources de lumiere 38130 38136 213801517 38151"
    assert (row.population, row.population_total, row.population_year) == (37_491, 37_905, 2023)
    assert parsed(newer, dep="67|68", insee="67|68").department == "67"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("  ŒUVRE  d’Æ ", "oeuvre d ae"),
        ("Échirolles, 38130", "echirolles 38130"),
        ("«\u00a0»", ""),
        ("İstanbul", "istanbul"),
    ],
)
def test_folded_text_has_no_accent_no_case_and_single_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded
