"""Decisions of watching: points in, alarms out; numpy, no Django, no clock."""

from .backtest import Episode, episodes, tried
from .families import Family
from .grades import GRADES, Change, Grade, What
from .joining import Condition
from .judge import Judge, clashes
from .kinds import LEVELS, UNIFORM_RATE, Amount, WatchRule
from .sentences import Measured, sentences
from .streams import Columns, Streams
from .units import UNITS, factor, label_of

__all__ = [
    "GRADES",
    "LEVELS",
    "UNIFORM_RATE",
    "UNITS",
    "Amount",
    "Change",
    "Columns",
    "Condition",
    "Episode",
    "Family",
    "Grade",
    "Judge",
    "Measured",
    "Streams",
    "WatchRule",
    "What",
    "clashes",
    "episodes",
    "factor",
    "label_of",
    "sentences",
    "tried",
]
