"""Many persons at once, and the posts they take (批量人员)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from anlan.formats.pinyin import initials_of_person
from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed

from .. import access, events
from ..models import Area, Body, Charge, Person, Post, Tenure
from ..rules import days, privacy
from ..rules.facts import PersonFacts
from ._emptying import _freshen
from ._refusing import _refuse_faults
from ._rows import Imported, _Judging


@dataclass(frozen=True)
class PersonRow:
    """One row: who, of which unit, and perhaps a post taken on a day."""

    facts: PersonFacts
    body: Body | None = None
    post: Post | None = None
    since: date | None = None

    @property
    def identity(self) -> Hashable:
        body = self.body.pk if self.body else None
        return self.facts.origin or (self.facts.name.strip(), body, self.facts.remark.strip())


@transaction.atomic
def import_persons(
    rows: Sequence[PersonRow], *, source: str = "", by: Person | None, at: datetime
) -> Imported:
    """Enter many persons and put them on their posts, all or none (批量登记人员).

    A row is a person known by its origin, else by name, unit and remark; the same table twice
    changes nothing. Raises RowsRefused with every row at fault.
    """
    taking = _Persons(rows, by=by, at=at)
    for position, row in enumerate(rows):
        with taking.judging.row(position):
            taking.take(row)
    taking.judging.done()
    done = taking.keep()
    if done.added or done.changed:
        root = Area.objects.filter(parent=None).order_by("pk").first()
        assert root is not None, "people are entered after the areas"
        note = {"added": done.added, "changed": done.changed, "source": source}
        trail.write(root, "import_persons", by=by, at=at, counts=note)
        outbox.announce(events.RowsImported("person", len(rows)))
    return done


class _Persons:
    """The rows on their way in: what is known, what is new, what changes."""

    def __init__(self, rows: Sequence[PersonRow], *, by: Person | None, at: datetime) -> None:
        self.judging, self.by, self.today = _Judging(by, at), by, days.day_of(at)
        self.at = at
        self.new: dict[Hashable, Person] = {}
        self.changed: dict[int, Person] = {}
        self.tenures: dict[tuple[int, int], Tenure] = {}
        self.rows = len(rows)
        names = {row.facts.name.strip() for row in rows}
        origins = {row.facts.origin for row in rows} - {""}
        here = Person.objects.filter(left_on=None)
        found = here.filter(Q(name__in=names) | Q(origin__in=origins))
        self.known: dict[Hashable, Person] = {(p.name, p.body_id, p.remark): p for p in found}
        self.known |= {person.origin: person for person in found if person.origin}
        self.held = set(
            Tenure.objects.filter(until=None, person__in=found).values_list("person", "post")
        )
        self.moved: set[Hashable] = set()

    def take(self, row: PersonRow) -> None:
        _refuse_faults(row.facts.faults())
        phone = privacy.plain_phone(row.facts.phone)
        person = self._known(row)
        if person is None:
            person = self._add(row, phone)
        elif phone and phone != person.phone:
            self._change(row, person, phone)
        if row.post is not None:
            self._appoint(row, row.post, person)

    def _known(self, row: PersonRow) -> Person | None:
        """By origin; else by name, unit and remark, if that one has no other origin."""
        body = row.body.pk if row.body else None
        namesake = self.known.get((row.facts.name.strip(), body, row.facts.remark.strip()))
        mine = namesake if namesake and not (namesake.origin and row.facts.origin) else None
        return self.known.get(row.identity) or mine

    def _add(self, row: PersonRow, phone: str) -> Person:
        facts = row.facts
        person = Person(
            name=facts.name.strip(),
            phone=phone,
            body=row.body,
            initials=initials_of_person(facts.name.strip())[:30],
            remark=facts.remark.strip(),
            origin=facts.origin,
        )
        place = row.body.area_path if row.body else access.place_of(person)
        self.judging.check("add_person", place, field="body")
        told_apart = (person.name, person.body_id, person.remark)
        if told_apart in self.known:
            mend = "请在备注里写明区别，如“综合科”"
            raise Invalid("同单位已有同名人员", mend=mend, field="remark")
        self.new[row.identity] = self.known[row.identity] = self.known[told_apart] = person
        return person

    def _change(self, row: PersonRow, person: Person, phone: str) -> None:
        if person.pk is None or person.pk in self.changed:
            words = f"{person}在表内出现两次，电话不同"
            mend = "是两个人的，请填备注加以区分；是一个人的，请只留一行"
            raise Invalid(words, mend=mend, field="phone")
        place = person.body.area_path if person.body else access.place_of(person)
        self.judging.check("change_person", place, field="phone")
        person.phone = phone
        self.changed[person.pk] = person

    def _appoint(self, row: PersonRow, post: Post, person: Person) -> None:
        key = (person.pk or id(person), post.pk)
        if key in self.held or key in self.tenures:
            return
        self.judging.check("appoint", post.area_path, field="post")
        if self.by is not None and person.pk == self.by.pk:
            raise Forbidden("不能给自己任职", mend="请由其他有权限的人员办理", field="post")
        if post.valid_to is not None:
            words = f"岗位“{post}”已于 {post.valid_to} 撤销"
            raise NotAllowed(words, mend="请选择现有岗位", field="post")
        self.tenures[key] = Tenure(person=person, post=post, since=row.since or self.today)
        self.moved.add(row.identity)

    def keep(self) -> Imported:
        fresh = list(self.new.values())
        Person.objects.bulk_create(fresh, batch_size=2000)
        Person.objects.bulk_update(self.changed.values(), ["phone"], batch_size=2000)
        for tenure in self.tenures.values():
            tenure.person = tenure.person  # takes over the key that the person has only now
        Tenure.objects.bulk_create(self.tenures.values(), batch_size=2000)
        posts = [tenure.post_id for tenure in self.tenures.values()]
        _freshen(Charge.objects.filter(post__in=posts), at=self.at)
        changed = len(self.changed) + len(self.moved - self.new.keys())
        return Imported(len(fresh), changed, max(0, self.rows - len(fresh) - changed))
