"""Facts about the data shipped: the taxonomy, the starter library, and the demo scenario."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import itertools
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from procurement.validators import is_siren
from projects.costsharing import Member, key_from_json, split

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "projects" / "data"
LIBRARIES = sorted((DATA / "requirements").glob("*.json"))
PRIORITIES = {"must", "should", "could", "wont"}
LEAST = {
    "etat-civil": 60,
    "cimetieres": 12,
    "elections": 12,
    "urbanisme": 12,
    "courrier-ged": 12,
    "finances": 12,
    "rh": 12,
    "enfance": 12,
}
# The list of domain.md §7, plus what communes also ask for.
CODES = set(LEAST) | set(
    "marches-publics sig gru social archives securite-civile messagerie-collaboratif infrastructure autre".split()
)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


DOMAINS: list[dict[str, Any]] = read(DATA / "domains.json")
SCENARIO: dict[str, Any] = read(ROOT / "demo" / "etat-civil.json")
NEEDS: list[dict[str, Any]] = SCENARIO["needs"]
PROJECT: dict[str, Any] = SCENARIO["project"]
PARTICIPATIONS: list[dict[str, Any]] = SCENARIO["participations"]
BODIES: dict[str, dict[str, Any]] = {body["siren"]: body for body in SCENARIO["bodies"]}
BUYERS = [item for item in PARTICIPATIONS if item["maximum_cents"]]


def strings(value: Any) -> list[str]:
    """Every string inside a JSON value."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


# Taxonomy -------------------------------------------------------------------------------------------------------------
def test_domain_codes_are_ascii_unique_and_complete() -> None:
    codes = [domain["code"] for domain in DOMAINS]
    assert len(codes) == len(set(codes))
    assert set(codes) >= CODES
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain["code"])
def test_domain_has_volumes_questions_and_synonyms(domain: dict[str, Any]) -> None:
    assert set(domain) == {"code", "label", "volumes", "questions", "synonyms"}
    assert domain["volumes"]
    assert all(volume["label"] and volume["unit"] for volume in domain["volumes"])
    assert len({volume["label"] for volume in domain["volumes"]}) == len(domain["volumes"])
    assert domain["synonyms"]
    volumes = {(volume["label"], volume["unit"]) for volume in domain["volumes"]}
    for question in domain["questions"]:
        number = question["kind"] == "number"
        assert set(question) == {"label", "unit", "kind"} | ({"volume"} if number else set())
        assert question["label"].endswith("?")
        # A number answered is a usual volume of the domain, so that it adds up with others'; yes or no has no unit.
        assert (question["volume"], question["unit"]) in volumes if number else question["unit"] == ""
        assert question["kind"] in {"number", "yes_no"}


def test_a_synonym_names_one_domain_only() -> None:
    words = [word.casefold() for domain in DOMAINS for word in domain["synonyms"]]
    assert sorted({word for word in words if words.count(word) > 1}) == []


# Starter library ------------------------------------------------------------------------------------------------------
def test_every_library_belongs_to_a_domain_and_none_is_missing() -> None:
    names = {path.stem for path in LIBRARIES}
    assert names >= set(LEAST)
    assert names <= {domain["code"] for domain in DOMAINS}


@pytest.mark.parametrize("path", LIBRARIES, ids=lambda path: path.stem)
def test_library_is_well_formed(path: Path) -> None:
    rows = read(path)
    assert len(rows) >= LEAST[path.stem]
    assert all(set(row) == {"chapter", "text", "priority", "source"} for row in rows)
    assert {row["priority"] for row in rows} <= PRIORITIES
    texts = [row["text"].casefold() for row in rows]
    assert len(texts) == len(set(texts))
    chapters = [chapter for chapter, _ in itertools.groupby(row["chapter"] for row in rows)]
    assert len(chapters) == len(set(chapters)), "a chapter is one block"


@pytest.mark.parametrize("path", LIBRARIES, ids=lambda path: path.stem)
def test_requirement_is_one_sentence_without_brand(path: Path) -> None:
    for row in read(path):
        text = row["text"]
        assert 30 <= len(text) <= 255, text
        assert text[0].isupper(), text
        assert text.endswith("."), text
        assert not re.search(r"[.!?] [A-ZÉÀ]", text), f"two sentences: {text}"
        # A standard or a product may be named only with what equals it (R. 2111-7 CCP).
        for name in ("PostgreSQL", "NF Z", "Windows", "Oracle", "Word", "Excel"):
            assert name not in text or "ou équivalent" in text, text


def test_texts_follow_french_typography() -> None:
    for text in strings([DOMAINS, [read(path) for path in LIBRARIES], SCENARIO]):
        assert not re.search(r" [:;!?»%€]", text), f"plain space before a sign: {text}"
        assert "« " not in text, text
        assert "\u2019" not in text, f"curly apostrophe: {text}"


# Demo scenario --------------------------------------------------------------------------------------------------------
def test_bodies_are_fictitious() -> None:
    assert len(BODIES) == len(SCENARIO["bodies"]) == 14
    assert all(siren.startswith("000") and is_siren(siren) for siren in BODIES)
    with gzip.open(ROOT / "procurement" / "data" / "public_bodies.csv.gz", "rt", encoding="utf-8") as stream:
        real = {row["name"].casefold() for row in csv.DictReader(stream)}
    assert {body["name"] for body in BODIES.values() if body["name"].casefold() in real} == set()
    assert all(email.endswith(".example") for email in (person["email"] for person in SCENARIO["people"]))


def test_twelve_communes_buy_and_their_agglomeration_hosts() -> None:
    communes = [BODIES[item["body"]] for item in BUYERS]
    assert len(communes) == 12
    assert {body["kind"] for body in communes} == {"commune"}
    assert {body["department"] for body in BODIES.values()} == {"38"}
    populations = [body["population"] for body in communes]
    assert (min(populations), max(populations)) == (640, 36512)
    assert BODIES[PROJECT["lead_body"]]["population"] == max(populations)
    [host] = [item for item in PARTICIPATIONS if not item["maximum_cents"]]
    assert BODIES[host["body"]]["kind"] == "epci"
    assert "quantities" not in host
    assert {"deliberation", "signature"} <= set(host)


def test_people_act_for_bodies_of_which_they_are_agents() -> None:
    roles = {person["email"]: person["memberships"] for person in SCENARIO["people"]}
    assert len(roles) == len(SCENARIO["people"])
    for act in NEEDS + PARTICIPATIONS:
        assert {"body": act["body"], "role": "agent"} in roles[act["by"]]
    for siren in BODIES:
        held = {member["role"] for members in roles.values() for member in members if member["body"] == siren}
        assert held >= {"agent", "legal"}, BODIES[siren]["name"]
    assert PROJECT["coordinator"] in {need["by"] for need in NEEDS}


def test_demo_accounts_stand_where_the_interfaces_say() -> None:
    held = {person["email"]: {(m["body"], m["role"]) for m in person["memberships"]} for person in SCENARIO["people"]}
    [(body, _)] = held["agent@demo.example"]
    assert held["juriste@demo.example"] == {(body, "legal")}
    assert held["coordination@demo.example"] == {(PROJECT["lead_body"], "agent")}
    [(outside, _)] = held["etranger@demo.example"]
    assert outside not in {item["body"] for item in PARTICIPATIONS}
    assert held["animation@demo.example"] == set()


def test_needs_ask_for_about_sixty_requirements_of_the_library() -> None:
    library = {(row["chapter"], row["text"]) for row in read(DATA / "requirements" / "etat-civil.json")}
    asked = [(item["chapter"], item["text"]) for need in NEEDS for item in need["requirements"]]
    assert len(NEEDS) == 12
    assert {need["body"] for need in NEEDS} == {item["body"] for item in BUYERS}
    assert set(asked) <= library
    assert 58 <= len(set(asked)) <= 66
    assert len(asked) > 2 * len(set(asked)), "requirements are shared between bodies"
    for need in NEEDS:
        texts = [item["text"] for item in need["requirements"]]
        assert 8 <= len(texts) == len(set(texts)) <= 25
        assert {item["priority"] for item in need["requirements"]} <= PRIORITIES
        assert len(need["description"]) >= 60
        assert len(need["title"]) <= 120


def test_volumes_are_those_of_the_domain_and_acts_add_up() -> None:
    [domain] = [domain for domain in DOMAINS if domain["code"] == "etat-civil"]
    usual = {(volume["label"], volume["unit"]) for volume in domain["volumes"]}
    kinds = ["naissances par an", "mariages par an", "décès par an", "reconnaissances par an"]
    for need in NEEDS:
        assert {(volume["label"], volume["unit"]) for volume in need["volumes"]} <= usual
        quantity = {volume["label"]: volume["quantity"] for volume in need["volumes"]}
        assert quantity["actes par an"] == sum(quantity[kind] for kind in kinds), need["title"]


def test_dates_of_the_scenario_are_coherent() -> None:
    day = dt.date.fromisoformat
    starts_on, cut_off = day(PROJECT["starts_on"]), day(PROJECT["cut_off"])
    assert all(day(need["on"]) < starts_on for need in NEEDS)
    ends = [day(need["contract_end"]) for need in NEEDS if "contract_end" in need]
    assert all(end > cut_off for end in ends)
    for item in PARTICIPATIONS:
        act, signature = item["deliberation"], item["signature"]
        moments = [starts_on, day(item["on"]), cut_off, day(act["date"]), day(act["enforceable_on"])]
        assert [*moments, day(signature["date"])] == sorted([*moments, day(signature["date"])])
        assert day(item["on"]) <= cut_off < day(act["date"])
        # The councils elected in March 2026 sit on working days.
        assert all(day(value).weekday() < 5 for value in (act["date"], act["enforceable_on"], signature["date"]))


def test_percentages_are_held_by_the_buyers_and_sum_to_100() -> None:
    [key] = [line["key"] for line in PROJECT["cost_lines"] if line["key"]["kind"] == "percent"]
    assert set(key["percents"]) == {item["body"] for item in BUYERS}
    assert sum(Fraction(value) for value in key["percents"].values()) == 100


def test_each_share_with_its_vat_fits_the_own_maximum_and_the_threshold_is_reached() -> None:
    lines = PROJECT["cost_lines"]
    assert [line["key"]["kind"] for line in lines] == ["prorata", "equal", "percent", "prorata"]
    members = [
        Member(item["body"], BODIES[item["body"]]["name"], {"population": BODIES[item["body"]]["population"]})
        for item in BUYERS
    ]
    results = [split(line["amount_cents"], members, key_from_json(line["key"])) for line in lines]
    assert sum(share.cents for result in results for share in result.shares) == 23_856_401
    for position, item in enumerate(BUYERS):
        share = sum(result.shares[position].cents for result in results)
        assert share * Fraction(120, 100) < item["maximum_cents"], item["body"]
    assert sum(item["maximum_cents"] for item in BUYERS) >= PROJECT["threshold_cents"]
