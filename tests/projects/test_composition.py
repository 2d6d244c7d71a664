"""Who comes, who leaves, who is expected, who comes too late, and what is decided at the cut-off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement import clock
from procurement.models import Role
from procurement.sheets.writing import write
from procurement.workflow import Blocked, perform
from projects.actions.calendars import expect_bodies
from projects.actions.participations import join_project, wish_next_round
from projects.models import Event, Participation, Project, Wish
from tests.house.browser import Browser
from tests.makers import (
    coordinator_of,
    declare,
    force_state,
    holder,
    make_body,
    make_participation,
    make_project,
    make_steward,
    member,
)
from tests.projects.requirement_cases import permit

pytestmark = pytest.mark.django_db
NEXT = "Attendre la prochaine procédure"


def text(browser: Browser, actor: Any, address: str, status: int = 200) -> str:
    response = browser.sign_in(actor.user).get(address)
    assert response.status_code == status
    seen = response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("&nbsp;", " ")
    return seen.replace("&#x27;", "'")


def call(*amounts: int, **fields: Any) -> Project:
    """A call in which each body has declared its amount, in cents; None for one that has not."""
    project = make_project("call", bodies=[make_body() for _ in amounts], **fields)
    for row, cents in zip(project.participations.order_by("id"), amounts, strict=True):
        declare(row, cents)
    return Project.objects.get(pk=project.pk)


def last(project: Project) -> Participation:
    found = project.participations.select_related("body", "project").order_by("-id").first()
    assert found is not None
    return found


def leave(row: Participation) -> None:
    perform(Participation, row.pk, "withdraw", actor=holder(row.body), note="autre solution")


def told(project: Project) -> list[str]:
    notes = Event.objects.filter(project=project, step="movement").order_by("id").values_list("note", flat=True)
    return [note.replace("\u202f", " ").replace("\u00a0", " ") for note in notes]


# Leaving --------------------------------------------------------------------------------------------------------------
def test_a_departure_says_the_sum_the_threshold_and_the_procedure_to_the_others(browser: Browser) -> None:
    project = call(80_000_00, 80_000_00, 80_000_00, 60_000_00, threshold_cents=230_000_00)
    leave(last(project))
    leave(last_listed(project))
    first, second = told(project)[-2:]
    assert "La somme des maxima est maintenant de 240 000,00 € HT." in first
    assert "Le seuil de 230 000,00 € HT reste atteint." in first
    assert "la procédure change" not in first
    assert "160 000" not in second  # two bodies left: their sum would tell what each pays
    seen = text(browser, holder(project.lead_body), f"/projets/{project.reference}/")  # type: ignore[arg-type]
    assert f"{second.split('.')[0]}." in seen
    assert second.split(".")[0] in text(browser, member(), f"/projets/{project.reference}/journal/")


def last_listed(project: Project) -> Participation:
    found = project.participations.listed().select_related("body", "project").order_by("-id").first()
    assert found is not None
    return found


def test_a_departure_that_lowers_the_procedure_says_so_with_the_article() -> None:
    project = call(80_000_00, 80_000_00, 55_999_99, 1)
    assert any("avis publié → Procédure formalisée" in note and "L. 2124-1" in note for note in told(project))
    leave(last(project))
    note = told(project)[-1]
    assert (
        "la procédure change : Procédure formalisée (en principe un appel d'offres ouvert) → Procédure adaptée" in note
    )
    assert "R. 2131-12 2°" in note


def test_a_departure_that_changes_the_majority_says_so() -> None:
    towns = [make_body() for _ in range(3)]
    project = make_project("call", bodies=towns)
    ccas = make_body("CCAS de Grandval", kind="autre")
    for body in (ccas, make_body("CCAS de Valmont", kind="autre")):
        join_project(project, body, actor=holder(body))
    for row in project.participations.all():
        declare(row)
    leave(project.participations.select_related("body", "project").get(body=towns[2]))
    assert "la commission d'appel d'offres change : 2 membres sur 4" in told(project)[-1]


def test_shares_are_recomputed_without_the_one_who_left(browser: Browser) -> None:
    project = call(5_000_00, 5_000_00, 5_000_00)
    address = f"/projets/{project.reference}/couts/"
    assert text(browser, coordinator_of(project), address).count("2 000,00 €") >= 3
    leave(last(project))
    assert text(browser, coordinator_of(project), address).count("3 000,00 €") >= 2


def test_a_departure_after_the_freeze_says_that_the_version_is_to_be_redone() -> None:
    project = make_project("agreement", bodies=[make_body() for _ in range(3)], frozen=True)
    leave(last(project))
    assert "La version 1 de la convention nomme cet organisme : elle est à refaire." in told(project)[-1]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("tender", "celle-ci ne le prévoit pas"),
        ("running", "chaque membre reste tenu pour sa part"),
        ("closed", "chaque membre reste tenu pour sa part"),
    ],
)
def test_nobody_leaves_a_launched_purchase_and_one_line_says_why(browser: Browser, state: str, reason: str) -> None:
    """Where the frozen text does not let a body go; before the launch, one may leave."""
    project = make_project(state)
    permit(project, leave_after_launch=False)
    with pytest.raises(Blocked) as blocked:
        leave(last(project))
    assert reason in str(blocked.value)
    seen = text(browser, coordinator_of(project), f"/projets/{project.reference}/participants/")
    assert seen.count(reason) == 1
    assert "Se retirer du projet" not in seen


# Joining --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "fields", "reason", "next_round"),
    [
        ("agreement", {}, "rouvrir l'appel tant que personne n'a signé", False),
        ("agreement", {"grouping": "permanent"}, "rouvrir l'appel", True),
        ("constituted", {}, "groupement ponctuel ne change plus", False),
        ("constituted", {"grouping": "permanent"}, "prochaines procédures, si sa convention le prévoit", True),
        ("tender", {"grouping": "permanent"}, "QE n° 100136, 17 mai 2011", True),
        ("closed", {"grouping": "permanent"}, "QE n° 100136", False),
        ("constituted", {"route": "shared_development"}, "par avenant, avec un droit d'entrée", False),
        ("abandoned", {"grouping": "permanent"}, "Le projet est abandonné", False),
    ],
)
def test_who_comes_too_late_is_told_why_and_what_is_left(
    browser: Browser, state: str, fields: dict[str, Any], reason: str, next_round: bool
) -> None:
    project = make_project(state, **fields)
    outsider = member()
    seen = text(browser, outsider, f"/projets/{project.reference}/")
    assert reason in seen
    assert (NEXT in seen) == next_round
    assert outsider.body is not None
    with pytest.raises(Blocked, match="un appel ouvert"):
        join_project(project, outsider.body, actor=outsider)
    if not next_round:
        with pytest.raises(PermissionDenied):
            wish_next_round(project, outsider.body, actor=outsider)


def test_waiting_for_the_next_round_is_kept_once_and_the_coordinator_sees_it(browser: Browser) -> None:
    project = make_project("constituted", grouping="permanent")
    outsider = member(make_body("Valmont-le-Haut"))
    browser.sign_in(outsider.user)  # type: ignore[arg-type]
    page = f"/projets/{project.reference}/"
    for _ in range(2):
        token = browser.forms("/besoins/nouveau/")[0]["csrfmiddlewaretoken"]
        data = {"csrfmiddlewaretoken": token, "body": outsider.body.pk}  # type: ignore[union-attr]
        assert browser.post(f"{page}prochaine/", data).status_code == 302
    assert Wish.objects.count() == Event.objects.filter(project=project, step="wish").count() == 1
    assert NEXT not in text(browser, outsider, page)
    assert "Valmont-le-Haut, depuis le" in text(browser, coordinator_of(project), f"{page}participants/")
    assert "Valmont-le-Haut" not in text(browser, member(), f"{page}participants/")


def test_nobody_waits_for_a_body_that_is_not_theirs(browser: Browser) -> None:
    project = make_project("constituted", grouping="permanent")
    browser.sign_in(member().user)  # type: ignore[arg-type]
    token = browser.forms("/besoins/nouveau/")[0]["csrfmiddlewaretoken"]
    data = {"csrfmiddlewaretoken": token, "body": make_body().pk}
    assert browser.post(f"/projets/{project.reference}/prochaine/", data).status_code == 404


# The cut-off ----------------------------------------------------------------------------------------------------------
def test_the_page_says_reached_or_not_at_the_cut_off_and_what_to_do(browser: Browser) -> None:
    project = call(60_000_00, 60_000_00, 60_000_00, threshold_cents=180_000_01)
    address = f"/projets/{project.reference}/"
    assert project.cut_off
    with clock.at(clock.end_of(project.cut_off)):
        assert "Seuil non atteint à la date limite" not in text(browser, coordinator_of(project), address)
    with clock.at(clock.end_of(project.cut_off) + dt.timedelta(seconds=1)):
        seen = text(browser, coordinator_of(project), address)
        assert "Seuil non atteint à la date limite" in seen
        assert "Il manque 0,01 € HT de maxima." in seen
        for step in ("etape/extend_call/", "modifier/#id_threshold_cents", "etape/abandon/"):
            assert f'href="{address}{step}"' in seen
        assert "Revoir le périmètre" in text(browser, member(), address)
        Project.objects.filter(pk=project.pk).update(threshold_cents=180_000_00)
        seen = text(browser, coordinator_of(project), address)
        assert "Seuil atteint : l'appel peut se clore" in seen
        assert f'href="{address}etape/close_call/"' in seen


def test_what_is_short_is_not_told_over_two_bodies(browser: Browser) -> None:
    project = call(60_000_00, 60_000_00, threshold_cents=180_000_00)
    address = f"/projets/{project.reference}/"
    assert "60 000,00 € HT de maxima" in text(browser, coordinator_of(project), address)
    seen = text(browser, member(), address)
    assert "une partie du montant attendu" in seen
    assert "60 000,00" not in seen


# Expected bodies ------------------------------------------------------------------------------------------------------
def test_the_list_says_who_has_answered(browser: Browser) -> None:
    project = make_project("call", bodies=[make_body("Lead"), make_body("Parti"), make_body("Tiède")])
    declare(project.participations.get(body__name="Lead"))
    leave(project.participations.select_related("body").get(body__name="Parti"))
    silent = make_body("Muette")
    coordinator = coordinator_of(project)
    bodies = [row.body for row in project.participations.select_related("body")]
    assert expect_bodies(project, [*bodies, silent], actor=coordinator) == 4
    assert expect_bodies(project, [silent], actor=coordinator) == 0
    seen = text(browser, coordinator, f"/projets/{project.reference}/attendus/")
    assert "2 sur 4" in seen
    assert "2 organismes n'ont pas répondu" in seen
    assert [seen.count(label) for label in ("Intéressé, sans intention", "personne encore")] == [1, 1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_list_is_pasted_or_uploaded_whole(browser: Browser, encoding: str) -> None:
    project = make_project("call")
    first, second, third = make_body(), make_body(), make_body()
    address = f"/projets/{project.reference}/attendus/"
    browser.sign_in(project.coordinator)
    sheet = f"Dénomination;SIREN;Téléphone\nÉvron;{second.siren}00012;\nValmont;{third.siren};04 76\n".encode(encoding)
    siren = first.siren or ""
    pasted = f"{siren[:3]} {siren[3:6]} {siren[6:]}\n\n{siren}"
    answer = browser.submit(address, {"sirens": pasted}) if encoding == "cp1252" else None
    token = browser.forms(address)[-1]["csrfmiddlewaretoken"]
    file = SimpleUploadedFile("liste.csv", sheet, "text/csv")
    sent = browser.post(address, {"csrfmiddlewaretoken": token, "sirens": pasted, "file": file})
    assert sent.status_code == 302
    assert answer is None or answer.status_code == 302
    assert {row.body_id for row in project.expected.all()} == {first.pk, second.pk, third.pk}


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_workbook_is_read_as_it_is(browser: Browser, form: str) -> None:
    project = make_project("call")
    bodies = [make_body(), make_body()]
    rows = [[body.name, body.siren or ""] for body in bodies]
    browser.sign_in(project.coordinator)
    address = f"/projets/{project.reference}/attendus/"
    token = browser.forms(address)[-1]["csrfmiddlewaretoken"]
    file = SimpleUploadedFile(f"liste.{form}", write(form, "Liste", ["Dénomination", "SIREN"], rows))
    assert browser.post(address, {"csrfmiddlewaretoken": token, "sirens": "", "file": file}).status_code == 302
    assert {row.body_id for row in project.expected.all()} == {body.pk for body in bodies}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Donnez au moins un SIREN"),
        ("mairie de Grandval", "Donnez au moins un SIREN"),
        ("123456789", "« 123456789 » n'est pas un SIREN"),
        ("12345678", "Ligne 1"),
        ("213801517", "213801517 n'est pas au registre"),
    ],
)
def test_a_line_that_is_wrong_is_named_and_nothing_is_written(browser: Browser, given: str, said: str) -> None:
    project = make_project("call")
    browser.sign_in(project.coordinator)
    address = f"/projets/{project.reference}/attendus/"
    answer = browser.submit(address, {"sirens": f"{given}\n{make_body().siren if said[0] != 'D' else ''}"})
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("\u00a0", " ").replace("&#x27;", "'")
    assert not project.expected.exists()


def test_a_broken_workbook_or_a_file_too_large_is_refused(browser: Browser) -> None:
    project = make_project("call")
    browser.sign_in(project.coordinator)
    address = f"/projets/{project.reference}/attendus/"
    token = browser.forms(address)[-1]["csrfmiddlewaretoken"]
    for content in (b"PK\x03\x04\x00\x00", b"1" * 500_001):
        file = SimpleUploadedFile("liste.csv", content, "text/csv")
        assert browser.post(address, {"csrfmiddlewaretoken": token, "sirens": "", "file": file}).status_code == 422


def test_the_list_is_for_the_coordinator_alone(browser: Browser) -> None:
    project = make_project("call")
    body = make_body()
    expect_bodies(project, [body], actor=coordinator_of(project))
    row = project.expected.get()
    address = f"/projets/{project.reference}/attendus/"
    for actor in (member(), holder(last(project).body), make_steward()):
        text(browser, actor, address, status=403)
        token = browser.forms("/besoins/")[0].get("csrfmiddlewaretoken") or browser.cookies["csrftoken"].value
        data = {"csrfmiddlewaretoken": token}
        assert browser.post(f"{address}{row.pk}/retirer/", data).status_code == 403
        with pytest.raises(PermissionDenied):
            expect_bodies(project, [body], actor=actor)
    browser.sign_in(project.coordinator)
    assert browser.submit(address, to=f"{address}{row.pk}/retirer/").status_code == 302
    assert not project.expected.exists()


def test_a_row_of_another_project_is_not_found(browser: Browser) -> None:
    project, other = make_project("call"), make_project("call")
    expect_bodies(other, [make_body()], actor=coordinator_of(other))
    browser.sign_in(project.coordinator)
    token = browser.forms(f"/projets/{project.reference}/attendus/")[-1]["csrfmiddlewaretoken"]
    address = f"/projets/{project.reference}/attendus/{other.expected.get().pk}/retirer/"
    assert browser.post(address, {"csrfmiddlewaretoken": token}).status_code == 404


def test_the_participation_of_who_left_shows_no_figure_of_the_past(browser: Browser) -> None:
    row = make_participation("intended")
    leave(row)
    force_state(row.project, "call")
    seen = text(browser, coordinator_of(row.project), f"/projets/{row.project.reference}/participants/")
    assert "jusqu'à 1 postes" not in seen


def test_a_legal_officer_may_not_join(browser: Browser) -> None:
    project = make_project("call")
    officer = member(make_body(), Role.LEGAL)
    assert "Rejoindre pour" not in text(browser, officer, f"/projets/{project.reference}/")
