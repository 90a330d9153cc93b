"""How a report says numbers: templates read, phrases made, sentences edited (报告用语). Pure."""

from .asking import MONTH, UNFILLED, ZERO, Ask, Known, Part, Told
from .editing import numbers_by_hand, rewritten
from .phrases import NO_DATA, change_words, respectively, value_words
from .reading import Condition, Line, TemplateError, needs, read
from .spans import all_of, following, months_of, span_of, spoken
from .writing import Frame, sentence, write

__all__ = [
    "MONTH",
    "NO_DATA",
    "UNFILLED",
    "ZERO",
    "Ask",
    "Condition",
    "Frame",
    "Known",
    "Line",
    "Part",
    "TemplateError",
    "Told",
    "all_of",
    "change_words",
    "following",
    "months_of",
    "needs",
    "numbers_by_hand",
    "read",
    "respectively",
    "rewritten",
    "sentence",
    "span_of",
    "spoken",
    "value_words",
    "write",
]
