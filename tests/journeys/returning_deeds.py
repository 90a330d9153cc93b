"""What comes into the books by deeds, one by one: papers, stock, stations, warnings, inquiries."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from anlan.accidents import actions as accidents
from anlan.accidents.actions import Group
from anlan.accidents.models import Accident
from anlan.demo.district import District
from anlan.formats import cap
from anlan.kernel import files
from anlan.matters import actions as matters
from anlan.matters.actions import Order, Shown
from anlan.papers import actions as papers
from anlan.people import actions as people
from anlan.people.actions.import_charges import ChargeRow
from anlan.people.actions.import_persons import PersonRow
from anlan.people.models import Body, Person
from anlan.people.rules.facts import ChargeFacts, PersonFacts
from anlan.records import actions as records
from anlan.records.actions import Entry, Found
from anlan.records.models import Record
from anlan.registry import actions as registry
from anlan.registry.actions import Amount
from anlan.registry.models import Item
from anlan.watch import actions as watch
from anlan.watch.actions import StationForm, StreamForm, Writer
from anlan.watch.models import reading
from anlan.watch.rules.streams import Columns

from .returning import Report
from .story import picture


def issued(
    report: Report, kind: str, to: Sequence[Sequence[Body]], period: str, **values: Any
) -> None:
    """Drafted by 陈, signed by 周: one paper for each list of addressees."""
    d: District = report.district
    for bodies in to:
        at = report.moment(period)
        paper = papers.draft(
            kind=kind, issuer=d.bureau, addressees=list(bodies), values=values, by=d.chen_section,
            at=at,
        )  # fmt: skip
        papers.submit(paper, by=d.chen_section, at=at)
        papers.issue(paper, by=d.zhou_chief, at=at)


def stocked(report: Report, quantity: int, unit: str, material: str) -> None:
    """Taken into the store (入库)."""
    store = Item.objects.filter(kind="rescue_team").order_by("pk").first()
    assert store is not None
    registry.receive_stock(
        store, amount=Amount(material, unit, Decimal(quantity)),
        by=report.district.chen_section, at=report.clock.now() - timedelta(days=3),
    )  # fmt: skip


def answered_for(report: Report, count: int, kind: str) -> None:
    """So many persons by table, each with a household or a village to answer for."""
    d, at = report.district, report.clock.now() - timedelta(days=3)
    rows = [
        PersonRow(PersonFacts("赵责任", remark=f"第{n}人", origin=report.origin()), d.zeguo_town)
        for n in range(count)
    ]
    people.import_persons(rows, by=None, at=at)
    known = Person.objects.filter(origin__in=[row.facts.origin for row in rows])
    people.import_charges(
        [ChargeRow(ChargeFacts(kind, date(2024, 3, 1)), d.village_muyu, one) for one in known],
        by=None, at=at,
    )  # fmt: skip


def seen_from_afar(report: Report, stations: Sequence[Item]) -> None:
    """Each thing with a station of its own, whose picture and level come in."""
    at, by = report.clock.now() - timedelta(days=2), report.district.chen_section
    source, _ = watch.open_source(
        key="fuel", name="加油站监测平台", body=report.district.bureau,
        area=report.district.wenling, by=by, at=at,
    )  # fmt: skip
    streams = []
    for n, item in enumerate(stations):
        station = watch.add_station(
            StationForm(f"FUEL{n}", f"{item.name}站", item=item, source=source), by=by, at=at
        )
        for key in ("video_feed", "tank_level"):
            streams.append(
                watch.add_stream(station, StreamForm(f"FUEL{n}-{key}", key), by=by, at=at)
            )
    when = np.full(len(streams), reading.micros(at), dtype=np.int64)
    values = np.ones(len(streams))
    writer = Writer()
    writer.store(
        Columns.of([stream.pk for stream in streams], when, values),
        source=source, sender=None, at=at,
    )  # fmt: skip
    writer.flush(at=at)


def warned(report: Report, count: int, period: str) -> None:
    """Signals of the meteorological office, as its feed brings them."""
    for n in range(count):
        sent = report.moment(period) + timedelta(seconds=n)
        place = cap.Area("温岭市", geocodes=(cap.Named("CPEAS Geographic Code", "331081"),))
        info = cap.Info(
            categories=(cap.Category.MET,), event="暴雨黄色预警", urgency=cap.Urgency.EXPECTED,
            severity=cap.Severity.MODERATE, certainty=cap.Certainty.LIKELY, language="zh-CN",
            headline="发布暴雨黄色预警信号", expires=sent + timedelta(hours=6), areas=(place,),
        )  # fmt: skip
        alert = cap.Alert(
            identifier=f"33108141600000_{sent:%Y%m%d%H%M%S}{n:03d}", sender="wenling", sent=sent,
            status=cap.Status.ACTUAL, msg_type=cap.MsgType.ALERT, scope=cap.Scope.PUBLIC,
            infos=(info,),
        )  # fmt: skip
        arrival = watch.receive_warnings(cap.write(alert), at=report.clock.now())
        assert len(arrival.new) == 1, arrival


def inquired(report: Report, count: int, at: datetime) -> None:
    """An inquiry into the first few accidents that are still open."""
    for accident in Accident.objects.exclude(stage="CLOSED").order_by("pk")[:count]:
        by = report.district.chen_section
        if accident.stage == Accident.Stage.REPORTED:
            accidents.verify(accident, by=by, at=at)
        accidents.investigate(accident, group=Group("COUNTY", "周建国"), by=by, at=at)


def found_and_settled(report: Report, kind: str, count: int, period: str) -> list[Record]:
    """A check whose findings become hazards at once, each dispatched, settled and looked at."""
    d, at = report.district, report.moment(period)
    entry = Entry(
        kind=kind, area=d.village_muyu, title="汛前检查", place="现场", started_at=at,
        people=(d.luo_fire,), counts={"places": 0, "problems": count},
        found=tuple(Found(f"排水口堵塞{n}", grade="GENERAL") for n in range(count)),
    )  # fmt: skip
    record = records.keep(entry, by=d.huang_zeguo_station, at=at + timedelta(hours=1))
    for raised in record.raised.select_related("matter"):
        _settled(d, raised.matter, at + timedelta(hours=2))
    return [record]


def _settled(d: District, matter: Any, at: datetime) -> None:
    order = Order(plan={"responsibility": "徐文负责", "measure": "清疏"}, grade="GENERAL",
                  owner=d.cold_chain_safety_post)  # fmt: skip
    matters.dispatch(matter, order=order, by=d.huang_zeguo_station, at=at)
    matters.take(matter, by=d.xu_safety, at=at)
    photo = files.keep(picture(matter.pk), name="整改后.jpg", by=d.xu_safety, at=at)
    shown = [Shown(photo, "AFTER")]
    matters.submit(matter, words="已清疏", evidence=shown, by=d.xu_safety, at=at)
    matters.accept(matter, opinion="已复核", by=d.lin_zeguo_leader, at=at)
