"""The timeline of a matter: who, under which post, did what, when, and what they showed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from anlan.kernel.models import StoredFile, TrailEntry
from anlan.matters.flow import term_of
from anlan.matters.models import Matter
from anlan.people.models import Person, Post
from anlan.web.reading import moment

POSTS = {  # entries of a note that name a post
    "from_post": "原岗位",
    "to_post": "转至",
    "post": "岗位",
    "owner": "整改岗位",
    "checker": "核查岗位",
}
WORDS = {
    "was_at": "更正前",
    "is_at": "更正后",
    "reason": "理由",
    "words": "说明",
    "measure": "措施",
    "opinion": "意见",
    "reply": "答复",
    "document": "文号",
    "into": "并入",
    "absorbed": "并入本件",
    "hazard": "转为隐患",
    "listing": "挂牌件",
    "order": "督办单",
    "from_area": "原区域",
    "to_area": "现区域",
}
TIMES = {"until": "延至", "deadline": "整改期限"}
GRADES = dict(Matter.Grade.choices)
BY_TIME = "system"
LOOKS = {  # what stands out in the column
    "accept": "good",
    "answer": "good",
    "refuse": "bad",
    "send_back": "bad",
    "refuse_extension": "bad",
    "escalate": "bad",
    "watch": "bad",
    "pass_up": "bad",
    "lapse": "bad",
}


@dataclass(frozen=True)
class Line:
    """One deed of the timeline."""

    entry: TrailEntry
    deed: str
    look: str
    behalf: str  # whose word it was, where somebody else entered it (代录)
    said: tuple[tuple[str, str], ...]
    files: tuple[StoredFile, ...]


@dataclass(frozen=True)
class _Names:
    """Everything the notes refer to, fetched at once."""

    posts: dict[int, str]
    persons: dict[int, str]
    files: dict[int, StoredFile]


def lines_of(matter: Matter) -> list[Line]:
    """The timeline, newest deed first (办理过程)."""
    entries = list(matter.timeline())
    names = _names(entries)
    runs = [list(run) for _, run in groupby(reversed(entries), key=_sameness)]
    return [_line(run[0], names, again=run[1:]) for run in runs]


def _sameness(entry: TrailEntry) -> tuple[object, ...]:
    """What time repeats day after day is one line; each deed of a person stands for itself."""
    if entry.person_id is not None:
        return (entry.pk,)
    return (entry.verb, repr(sorted(entry.note.items())))


def _line(entry: TrailEntry, names: _Names, *, again: list[TrailEntry]) -> Line:
    files = [names.files[n] for n in entry.note.get("files", ()) if n in names.files]
    look = LOOKS.get(entry.verb, "") or (BY_TIME if entry.person_id is None else "")
    behalf = names.persons.get(entry.on_behalf_of_id or 0, "")
    said = tuple(_said(entry, names))
    if again:
        since = _("自%s起第%d次") % (moment(again[-1].at), len(again) + 1)
        said = (*said, (_("连续"), since))
    return Line(entry, term_of(entry.verb), look, behalf, said, tuple(files))


def _said(entry: TrailEntry, names: _Names) -> Iterable[tuple[str, str]]:
    note = entry.note
    yield from _done(note)
    for key, label in POSTS.items():
        if note.get(key) and (name := names.posts.get(note[key])):
            yield _(label), name
    for key, label in TIMES.items():
        if at := _instant(note.get(key) or (note.get("plan") or {}).get(key)):
            yield _(label), moment(at)
    if isinstance(note.get("until"), str) and "T" not in note["until"]:
        yield _("延至"), note["until"]
    for key, label in WORDS.items():
        if words := note.get(key):
            yield _(label), str(words)


def _done(note: dict[str, Any]) -> Iterable[tuple[str, str]]:
    if number := note.get("round"):
        late = _("，逾期办结") if note.get("late") else ""
        yield _("整改"), _("第%d次%s") % (number, late)
    if note.get("grade"):
        before = GRADES.get(note.get("before", ""), _("未定级"))
        yield _("等级"), f"{before} → {GRADES.get(note['grade'], note['grade'])}"


def _instant(given: Any) -> datetime | None:
    """Notes keep instants as ISO or as local words; only the former is read."""
    return parse_datetime(given) if isinstance(given, str) and "T" in given else None


def _names(entries: list[TrailEntry]) -> _Names:
    posts = {n for e in entries for key in POSTS if isinstance(n := e.note.get(key), int)}
    files = {n for e in entries for n in e.note.get("files", ())}
    persons = {e.on_behalf_of_id for e in entries if e.on_behalf_of_id}
    return _Names(
        posts=dict(Post.objects.filter(pk__in=posts).values_list("pk", "name")),
        persons=dict(Person.objects.filter(pk__in=persons).values_list("pk", "name")),
        files=StoredFile.objects.in_bulk(files),
    )
