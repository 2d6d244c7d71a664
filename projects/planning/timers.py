"""Reminders of a purchase: a fact's date → the day to act by, with the article.

What a body must do is due on a working day, never after the legal limit. What protects others (standstill) ends on a
working day, never before the legal limit. `to_confirm` marks what a jurist should check.
"""

import datetime as dt
from dataclasses import dataclass

from projects.planning.errors import PlanningError
from projects.planning.french import euros, typeset
from projects.planning.steps import CCP, CGCT, LEGALITY_DAYS
from projects.planning.working_days import DAY, WorkCalendar, add_months, last_day_of_term

ANSWERS_DAYS = 6
VALIDITY_WARNING_DAYS = 30
AWARD_NOTICE_DAYS = 30
ALERTS = (100, 80)  # percent of the maximum, the highest first
FRAMEWORK_MONTHS = 48
AWARD_FILE_YEARS = 5
CONTRACT_FILE_YEARS = 10


@dataclass(frozen=True)
class Reminder:
    """`due`: the day to act by. `limit`: the day the law or the contract counts. French label, reason and article."""

    code: str
    label: str
    due: dt.date
    limit: dt.date
    reason: str
    article: str
    to_confirm: bool = False


def _reminder(code: str, texts: tuple[str, str, str], due: dt.date, limit: dt.date, sure: bool = True) -> Reminder:
    label, reason, article = map(typeset, texts)
    return Reminder(code, label, due, limit, reason, article, not sure)


def deliberation_deadline(signature: dt.date, calendar: WorkCalendar, enforceable_days: int = 7) -> Reminder:
    """The last council so that the convention can be signed on `signature`, the act published and transmitted."""
    limit = signature - enforceable_days * DAY
    texts = (
        "Délibérer sur la convention",
        "La signature n'est régulière qu'une fois la délibération publiée et transmise.",
        f"article L. 2131-1 {CGCT}",
    )
    return _reminder("deliberation", texts, calendar.previous_working(limit), limit)


def signature_deadline(launch: dt.date, calendar: WorkCalendar) -> Reminder:
    """Every member signs the convention before the consultation is launched."""
    limit = launch - DAY
    texts = (
        "Signer la convention",
        "Le groupement est constitué avant le lancement ; sa composition ne change plus ensuite.",
        f"article L. 2113-7 {CCP}",
    )
    return _reminder("signature", texts, calendar.previous_working(limit), limit)


def answers_deadline(offers: dt.date, calendar: WorkCalendar) -> Reminder:
    """The last day to answer the questions of bidders: six days before the deadline of offers."""
    limit = offers - ANSWERS_DAYS * DAY
    texts = (
        "Répondre aux questions des candidats",
        "Six jours au plus tard avant la date limite des offres, en procédure formalisée ; bon usage en MAPA.",
        f"article R. 2132-6 {CCP}",
    )
    return _reminder("answers", texts, calendar.previous_working(limit), limit)


def offer_validity(offers: dt.date, calendar: WorkCalendar, days: int = 120) -> tuple[Reminder, Reminder]:
    """A warning thirty days before the offers lapse, and the day by which they must be notified or prolonged."""
    limit = offers + days * DAY
    article = "règlement de la consultation"
    warning = limit - VALIDITY_WARNING_DAYS * DAY
    early = ("Offres bientôt caduques", "Attribuer, ou demander aux candidats de prolonger leur offre.", article)
    last = ("Fin de validité des offres", "Au-delà, un candidat peut retirer son offre.", article)
    return (
        _reminder("validity_warning", early, calendar.previous_working(warning), warning, sure=False),
        _reminder("validity", last, calendar.previous_working(limit), limit, sure=False),
    )


def standstill_end(sent: dt.date, calendar: WorkCalendar, electronic: bool = True) -> Reminder:
    """The first day on which a contract of a formal procedure may be signed, letters sent on `sent`.

    The Conseil d'État (2 August 2011, n° 347526) counts the day of sending; here it is not counted and a period that
    ends on a day off runs on, so the day given is never before the legal one. `limit` is the last day of waiting.
    """
    days = 11 if electronic else 16
    limit = calendar.end_of_period(sent, days)
    texts = (
        "Signature du marché possible",
        f"{days} jours après l'envoi des lettres de rejet, jour d'envoi non compté par prudence.",
        f"article R. 2182-1 {CCP}",
    )
    return _reminder("standstill", texts, calendar.next_working(limit + DAY), limit)


def transmission(signed: dt.date, calendar: WorkCalendar) -> Reminder:
    """Contract sent to the prefect within fifteen days of its signature, and before its notification."""
    limit = signed + LEGALITY_DAYS * DAY
    texts = (
        "Transmettre le marché au préfet",
        "Quinze jours après la signature, et avant la notification.",
        f"articles L. 1411-9, L. 2131-13 et D. 2131-5-1 {CGCT}",
    )
    return _reminder("transmission", texts, calendar.previous_working(limit), limit)


def prefect_information(notified: dt.date, calendar: WorkCalendar) -> Reminder:
    """The prefect is told the day of notification within fifteen days."""
    limit = notified + LEGALITY_DAYS * DAY
    texts = (
        "Informer le préfet de la notification",
        "Quinze jours après la notification d'un marché transmis.",
        f"articles L. 1411-9 et L. 2131-13 {CGCT}",
    )
    return _reminder("prefect", texts, calendar.previous_working(limit), limit)


def award_notice(signed: dt.date, calendar: WorkCalendar) -> Reminder:
    """Award notice of a formal procedure, thirty days after the signature."""
    limit = signed + AWARD_NOTICE_DAYS * DAY
    texts = (
        "Publier l'avis d'attribution",
        "Trente jours après la signature, en procédure formalisée.",
        f"articles R. 2183-1 et suivants {CCP}",
    )
    return _reminder("award_notice", texts, calendar.previous_working(limit), limit, sure=False)


def essential_data(notified: dt.date, calendar: WorkCalendar) -> Reminder:
    """DECP of a need of 40 000 € HT or more: two months after notification."""
    limit = add_months(notified, 2)
    texts = (
        "Publier les données essentielles",
        "Deux mois après la notification, puis après chaque modification ; besoin de 40 000 € HT ou plus.",
        f"article R. 2196-1 {CCP}",
    )
    return _reminder("decp", texts, calendar.previous_working(limit), limit)


def framework_alert(ordered_cents: int, maximum_cents: int, today: dt.date) -> Reminder | None:
    """An alert from 80 % and from 100 % of the maximum of a framework agreement (cents HT), else None.

    Raises PlanningError `bad_maximum` for a maximum that is not positive.
    """
    if maximum_cents <= 0:
        raise PlanningError("bad_maximum", typeset("Le maximum d'un accord-cadre est un montant positif."))
    reached = next((percent for percent in ALERTS if ordered_cents * 100 >= maximum_cents * percent), None)
    if reached is None:
        return None
    left = maximum_cents - ordered_cents
    reason = {
        80: f"Il reste {euros(left)} HT à commander : préparer la suite.",
        100: "L'accord-cadre a épuisé ses effets : plus aucune commande.",
    }[reached]
    texts = (f"{reached} % du maximum de l'accord-cadre", reason, f"article R. 2162-4 {CCP}")
    return _reminder(f"framework_{reached}", texts, today, today)


def renewal_decision(period_end: dt.date, notice_months: int, calendar: WorkCalendar) -> Reminder:
    """The last day to decide whether to renew a contract whose period ends on `period_end`."""
    limit = add_months(period_end, -notice_months)
    texts = ("Décider de la reconduction", "Passé ce jour, le contrat décide à votre place.", "cahier des clauses")
    return _reminder("renewal", texts, calendar.previous_working(limit), limit)


def end_of_term(start: dt.date, months: int, calendar: WorkCalendar, framework: bool = True) -> Reminder:
    """The last day of a contract of `months` begun on `start`; says when a framework agreement is over four years."""
    limit = last_day_of_term(start, months)
    too_long = framework and months > FRAMEWORK_MONTHS
    texts = (
        "Fin du marché",
        "Plus de quatre ans : la durée d'un accord-cadre doit être justifiée."
        if too_long
        else "Aucune commande après ce jour.",
        f"article L. 2125-1 {CCP}",
    )
    return _reminder("end_of_term", texts, calendar.previous_working(limit), limit, sure=not too_long)


def retention_of_award_file(signed: dt.date, notified: dt.date, calendar: WorkCalendar) -> Reminder:
    """Applications, offers and award file: at least five years.

    The code counts from the signature, the archives' guide from the notification: the later of the two is taken.
    """
    limit = add_months(max(signed, notified), AWARD_FILE_YEARS * 12)
    texts = (
        "Sort des candidatures et des offres",
        "Conservées cinq ans au moins ; éliminées seulement avec le visa des archives.",
        f"article R. 2184-12 {CCP}",
    )
    return _reminder("retention_award", texts, calendar.next_working(limit), limit)


def retention_of_contract_file(execution_end: dt.date, calendar: WorkCalendar) -> Reminder:
    """Contract and execution papers: ten years after the final payment.

    The code asks for five for supplies and services and ten for works; the archives' guide recommends ten.
    """
    limit = add_months(execution_end, CONTRACT_FILE_YEARS * 12)
    texts = (
        "Sort des pièces du marché",
        "Conservées dix ans après la fin de l'exécution (le code en exige cinq hors travaux) ; visa des archives.",
        f"article R. 2184-13 {CCP} et référentiel des Archives de France (2021)",
    )
    return _reminder("retention_contract", texts, calendar.next_working(limit), limit, sure=False)
