"""What a judge remembers, as plain arrays by name, and back (研判状态).

Rows are found again by rule and stream, so a state outlives a changed catalogue and new stations.
"""

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from .bank import Bank
from .grades import Change, Grade, What
from .streams import COLUMNS, Columns, Ints

if TYPE_CHECKING:
    from .judge import Judge

Arrays = dict[str, Any]


def arrays_of(judge: "Judge") -> Arrays:
    order, silence = judge.ordering, judge.silence
    named: Arrays = {"keys": judge.streams.keys, "newest": order.newest, "settled": order.settled}
    named["too_late"] = np.array([order.too_late])
    named |= {f"waiting_{name}": getattr(order.waiting, name) for name in COLUMNS}
    named |= {"heard": silence.last, "silent": silence.grade}
    named["silent_rules"] = np.array([rule.key for rule in silence.rules], np.str_)
    named["words"] = np.frombuffer(json.dumps(_words(judge)).encode(), np.uint8)
    for number, bank in enumerate(judge.banks):
        named[f"bank{number}_who"] = _who(bank)
        named |= {f"bank{number}_{name}": each for name, each in bank.arrays().items()}
    return named


def put(named: Arrays, judge: "Judge") -> None:
    mine, theirs = _common(judge.streams.keys, named["keys"])
    order, silence = judge.ordering, judge.silence
    order.newest[mine], order.settled[mine] = named["newest"][theirs], named["settled"][theirs]
    order.too_late = int(named["too_late"][0])
    order.waiting = _waiting(named, mine, theirs)
    silence.last[mine] = named["heard"][theirs]
    rows = {key: row for row, key in enumerate(named["silent_rules"].tolist())}
    for row, rule in enumerate(silence.rules):
        if rule.key in rows:
            silence.grade[row, mine] = named["silent"][rows[rule.key], theirs]
    _say(judge, json.loads(named["words"].tobytes()))
    _put_banks(named, judge)


def _put_banks(named: Arrays, judge: "Judge") -> None:
    numbers = [name.removesuffix("_who") for name in named if name.endswith("_who")]
    for bank in judge.banks:
        for number in numbers:
            mine, theirs = _common(_who(bank), named[f"{number}_who"])
            if not len(mine):
                continue
            own = bank.arrays()
            kept = {name: named[f"{number}_{name}"] for name in own if f"{number}_{name}" in named}
            if len(kept) == len(own):
                bank.put({name: _put_rows(own[name], kept[name], mine, theirs) for name in own})


def _put_rows(own: Ints, kept: Ints, mine: Ints, theirs: Ints) -> Ints:
    """A fresh judge's rings are narrow and empty: they take the width of those kept."""
    if own.ndim == 2 and own.shape[1] < kept.shape[1]:
        own = np.pad(own, ((0, 0), (0, kept.shape[1] - own.shape[1])))
    own[mine] = kept[theirs]
    return own


def _who(bank: Bank) -> Any:
    keys = bank.streams.keys
    return np.array([f"{each.rule.key} {keys[each.stream]}" for each in bank.watched], np.str_)


def _common(mine: Any, theirs: Any) -> tuple[Ints, Ints]:
    _, one, other = np.intersect1d(mine, theirs, return_indices=True)
    return one.astype(np.int64), other.astype(np.int64)


def _waiting(named: Arrays, mine: Ints, theirs: Ints) -> Columns:
    points = Columns(*(named[f"waiting_{name}"] for name in COLUMNS))
    index = np.full(len(named["keys"]), -1, np.int32)
    index[theirs] = mine
    known = index[points.stream] >= 0
    points = points.take(known)
    return Columns(index[points.stream], points.at, points.value, points.flag)


def _words(judge: "Judge") -> dict[str, Any]:
    joined = judge.joined
    return {
        "waiting": [list(change) for change in joined.waiting],
        "outcomes": [[p, r, s, g] for p, here in joined.outcomes.items()
                     for (r, s), g in here.items()],
        "said": [[rule, place, *said] for (rule, place), said in joined.said.items()],
        "early": [list(change) for change in judge.early.values()],
    }  # fmt: skip


def _say(judge: "Judge", words: dict[str, Any]) -> None:
    joined = judge.joined
    joined.waiting = [_change(row) for row in words["waiting"]]
    for place, rule, stream, grade in words["outcomes"]:
        joined.outcomes.setdefault(place, {})[rule, stream] = grade
    joined.said = {(rule, place): (grade, since) for rule, place, grade, since in words["said"]}
    early = [_change(row) for row in words["early"]]
    judge.early = {(change.rule, change.stream): change for change in early}


def _change(row: list[Any]) -> Change:
    change = Change(*row)
    return change._replace(what=What(change.what), grade=Grade(change.grade), was=Grade(change.was))
