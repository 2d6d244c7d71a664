"""Legal thresholds by date, working days, the backward timetable, reminders and the choice of a route. Pure.

Amounts are integer cents HT, durations calendar days, texts French. What a jurist should check says so.
"""

from projects.planning.deadlines import deadline, deadline_text, has_passed
from projects.planning.errors import PlanningError
from projects.planning.plan import launch_day, timetable, timetable_for_amount
from projects.planning.procedure import OPEN_TENDER_DAYS, Advice, Level, change_of_level, launch_note, procedure_for
from projects.planning.route_advice import RouteAdvice, advise
from projects.planning.route_questions import QUESTIONS, Answer, Question
from projects.planning.steps import Durations
from projects.planning.thresholds import TABLE, Buyer, Kind, Thresholds, thresholds_at
from projects.planning.timers import Reminder
from projects.planning.timetable import BodyPlan, Milestone, Request, Timetable
from projects.planning.working_days import WorkCalendar, add_months, last_day_of_term

__all__ = [
    "OPEN_TENDER_DAYS",
    "QUESTIONS",
    "TABLE",
    "Advice",
    "Answer",
    "BodyPlan",
    "Buyer",
    "Durations",
    "Kind",
    "Level",
    "Milestone",
    "PlanningError",
    "Question",
    "Reminder",
    "Request",
    "RouteAdvice",
    "Thresholds",
    "Timetable",
    "WorkCalendar",
    "add_months",
    "advise",
    "change_of_level",
    "deadline",
    "deadline_text",
    "has_passed",
    "last_day_of_term",
    "launch_day",
    "launch_note",
    "procedure_for",
    "thresholds_at",
    "timetable",
    "timetable_for_amount",
]
