"""Decisions about matters: values in, values out; no Django, no clock, no catalogue files."""

from .chat import Line, chat_lines
from .grading import Clause, Handling, grade_by, handling_of
from .kinds import PLAN_LISTS, Kind, Limits, PlanList, Span
from .plan import latest_deadline, plan_gaps, plan_words
from .routing import Route, Seat, first_match, here_and_above
from .time import Calendar, Light, due, light, time_left, warning_window

__all__ = [
    "PLAN_LISTS",
    "Calendar",
    "Clause",
    "Handling",
    "Kind",
    "Light",
    "Limits",
    "Line",
    "PlanList",
    "Route",
    "Seat",
    "Span",
    "chat_lines",
    "due",
    "first_match",
    "grade_by",
    "handling_of",
    "here_and_above",
    "latest_deadline",
    "light",
    "plan_gaps",
    "plan_words",
    "time_left",
    "warning_window",
]
