"""One hazard at every stage, and what lies around it: where everybody is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model

from anlan.demo.district import Clock, District
from anlan.duty import actions as duty
from anlan.figures.models import FrozenPeriod
from anlan.figures.rules import parse_period
from anlan.kernel import files
from anlan.kernel.models import Announcement, TrailEntry
from anlan.matters import actions as matters
from anlan.matters.actions import Contact, Finding, Order, Shown
from anlan.people import actions as people
from anlan.people.models import Area, Body, Person
from anlan.people.rules.facts import BodyFacts, ChargeFacts, GrantFacts
from anlan.records import actions as records
from anlan.registry import actions as registry
from anlan.web.actions import keep_view
from tests.journeys.story import MAJOR_PLAN, PLAN, picture

from . import (
    accidents_scene,
    assessment_scene,
    callup_scene,
    dues_scene,
    papers_scene,
    reports_scene,
    watch_scene,
)

MAJOR_CLAUSE = "chemical_2017.7"


@dataclass
class Scene:
    """Things by name; each is read anew when it is asked for, as a request would."""

    district: District
    clock: Clock
    things: dict[str, Model] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return self.clock.now()

    @property
    def day(self) -> date:
        return self.at.date()

    def __getitem__(self, name: str) -> Any:
        kept = self.things[name]
        return type(kept)._default_manager.get(pk=kept.pk)

    def person(self, attribute: str) -> Person:
        return Person.objects.get(pk=getattr(self.district, attribute).pk)

    def photo(self, phase: str, seed: int = 0) -> list[Shown]:
        stored = files.keep(picture(seed), name="现场.jpg", by=None, at=self.at)
        return [Shown(stored, phase)]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done within is taken back; a durable deed takes it for the test's own frame."""
    frame = transaction.atomic()
    frame._from_testcase = True
    with frame:
        yield
        transaction.set_rollback(True)


def traces() -> tuple[int, int]:
    """How much was ever written down and announced: a refused deed adds to neither."""
    return TrailEntry.objects.count(), Announcement.objects.count()


def build(district: District | None = None) -> Scene:
    """The scene, in a district of its own or in one that stands."""
    clock = district.clock if district else Clock(datetime(2024, 6, 12, 8, 0, tzinfo=UTC))
    scene = Scene(district or District(clock), clock)
    clock.forward(minutes=1)
    _matters(scene)
    _people(scene)
    _registry(scene)
    _records(scene)
    _duty(scene)
    callup_scene.make(scene)
    papers_scene.make(scene)
    dues_scene.make(scene)
    assessment_scene.make(scene)
    reports_scene.make(scene)
    watch_scene.make(scene)
    accidents_scene.make(scene)
    scene.things["view"] = keep_view(
        ledger="matters",
        name="逾期",
        query="light=late",
        by=scene.district.xu_safety,
        at=scene.at,
    )
    scene.things["frozen"] = _frozen(scene)
    clock.forward(minutes=1)
    return scene


def _frozen(scene: Scene) -> FrozenPeriod:
    """April of 泽国镇, frozen by its station; its figures do not matter to who may open it."""
    town, span = scene.district.zeguo, parse_period("2024-04")
    return FrozenPeriod.objects.create(
        area=town,
        area_path=town.path,
        period=span.text,
        begins=span.start,
        last=span.last,
        frozen_by=scene.district.huang_zeguo_station,
        frozen_at=scene.at,
        digest="",
    )


# --- matters ------------------------------------------------------------------------------------


def finding(scene: Scene, **given: Any) -> Finding:
    where = scene.district
    facts = {
        "title": "液氨管线阀门无检测报告",
        "source": "GRID",
        "area": where.grid7,
        "body": where.cold_chain,
        "sector": "ammonia_refrigeration",
    }
    return Finding(**(facts | given))


def _reported(scene: Scene, **given: Any) -> Any:
    return matters.report(finding(scene, **given), by=scene.district.sun_grid7, at=scene.at)


def _dispatched(scene: Scene, order: Order | None = None, **given: Any) -> Any:
    matter, order = _reported(scene, **given), order or Order(plan=PLAN, grade="GENERAL")
    matters.dispatch(matter, order=order, by=scene.district.huang_zeguo_station, at=scene.at)
    return matter


def _taken(scene: Scene, order: Order | None = None, **given: Any) -> Any:
    matter = _dispatched(scene, order, **given)
    matters.take(matter, by=scene.district.xu_safety, at=scene.at)
    return matter


def _submitted(scene: Scene) -> Any:
    matter, by = _taken(scene), scene.district.xu_safety
    matters.submit(matter, words="已换阀", evidence=scene.photo("AFTER"), by=by, at=scene.at)
    return matter


def _matters(scene: Scene) -> None:
    where, made = scene.district, scene.things
    made["draft"] = matters.draft(finding(scene), by=where.sun_grid7, at=scene.at)
    made["reported"] = _reported(scene)
    made["another"] = _reported(scene, title="另一件同样的")
    made["dispatched"] = _dispatched(scene)
    made["rectifying"] = _taken(scene)
    made["asked"] = _taken(scene)
    until = scene.at + timedelta(days=30)
    matters.ask_extension(
        made["asked"], until=until, reason="等备件", by=where.xu_safety, at=scene.at
    )
    made["submitted"] = _submitted(scene)
    made["closed"] = _submitted(scene)
    matters.accept(made["closed"], opinion="同意", by=where.huang_zeguo_station, at=scene.at)
    made["citizens"] = _reported(
        scene, kind="public_report", source="PUBLIC", contact=Contact("王某", "13800001234")
    )
    # The owner is named so that the persona of this name has it; the rules would ask the manager.
    major = Order(
        plan=MAJOR_PLAN, grade="MAJOR", clause=MAJOR_CLAUSE, owner=where.cold_chain_safety_post
    )
    made["major"] = _taken(scene, major)


# --- people and things ----------------------------------------------------------------------------


def _people(scene: Scene) -> None:
    where, made = scene.district, scene.things
    admin = {"by": where.ma_admin, "at": scene.at}
    made |= {name: getattr(where, name) for name in ("village_muyu", "grid7", "cold_chain")}
    made |= {"person": where.xu_safety, "account": where.xu_safety.account}
    made |= {"post": where.cold_chain_safety_post, "idle": where.wu_bystander}
    made["new_person"] = Person.objects.create(name="卢晓", body=where.zeguo_town)
    made["village"] = Area.objects.create(
        code="331081100025",
        name="长屿村",
        level="VILLAGE",
        parent=where.zeguo,
        path=f"{where.zeguo.path}331081100025/",
    )
    facts = ChargeFacts("grid_worker", since=scene.day)
    made["charge"] = people.give_charge(facts, area=where.grid7, holder=where.grid7_post, **admin)
    facts = GrantFacts(("matters.check",), "交叉检查", scene.at + timedelta(days=7))
    made["grant"] = people.grant(where.qian_taiping_deputy, facts, area=where.zeguo, **admin)
    facts = BodyFacts(name="泽国镇防汛指挥部", kind=Body.Kind.COMMITTEE)
    made["committee"] = people.register_body(facts, area=where.zeguo, **admin)
    made["seat"] = people.seat_member(
        made["committee"], member=where.cold_chain, role="MEMBER", **admin
    )


def _registry(scene: Scene) -> None:
    where, made = scene.district, scene.things
    station = {"by": where.huang_zeguo_station, "at": scene.at}
    made["site"] = registry.register_item(kind="ammonia_site", given=site(scene), **station)
    registry.assign_keeper(made["site"], post=where.grid7_post, **station)
    made["retired"] = registry.register_item(
        kind="ammonia_site", given=site(scene, name="二号冷库"), **station
    )
    registry.retire_item(made["retired"], reason="停用", **station)
    made["spot"] = registry.report_new_spot(
        kind="geohazard_spot",
        given={"name": "牧屿后山裂缝", "area": where.grid7.code},
        by=where.sun_grid7,
        at=scene.at,
    )
    made["store"] = registry.register_item(kind="warehouse", given=store(), **station)
    registry.receive_stock(made["store"], amount=bags(500), **station)
    made["loan"] = registry.lend_stock(
        made["store"],
        amount=bags(50),
        to=where.taiping_street,
        due_on=scene.day + timedelta(days=9),
        **station,
    )


def _duty(scene: Scene) -> None:
    """孙国强 sits in 泽国镇's duty room, 林海 leads, 黄磊 is asked to take a night."""
    where, made, day = scene.district, scene.things, timedelta(days=1)
    section = {"by": where.chen_section, "at": scene.at}
    facts = duty.DeskFacts("town_duty", "泽国镇值班室", "86120000")
    desk = duty.open_desk(facts, area=where.zeguo, body=where.zeguo_town, **section)
    made["desk"] = desk
    made["joint"] = duty.open_joint(
        duty.DeskFacts("joint_duty", "泽国镇联合值班"),
        area=where.zeguo,
        body=where.zeguo_town,
        occasion=duty.Occasion("启动防台风Ⅲ级应急响应"),
        **section,
    )
    sun, lin, now = where.sun_grid7, where.lin_zeguo_leader, scene.at
    shifts = {"shift": 0, "coming": 2, "later": 4}
    for name, days in shifts.items():
        starts = now + day * days
        planned = duty.Planned("OFFICER", sun, starts, starts + day)
        made[name] = duty.assign(desk, planned, **section)
    led = duty.assign(desk, duty.Planned("LEADER", lin, now, now + day), **section)
    made["handover"] = duty.give_handover(led, words="无异常", by=lin, at=now)
    facts = duty.SwapFacts(where.huang_zeguo_station, None, "参加培训")
    made["swap"] = duty.ask_swap(made["coming"], facts, by=sun, at=now)
    order = duty.Order("暴雨红色预警", now + timedelta(hours=1))
    [made["summons"]] = duty.summon(desk, [where.lin_zeguo_leader], order=order, **section)
    made["entry"] = duty.write_log(desk, duty.Note("CALL_IN", "一切正常"), by=sun, at=now)
    group = duty.RotationFacts("OFFICER")
    made["rotation"] = duty.set_rotation(desk, group, group=[sun], **section)


def _records(scene: Scene) -> None:
    where, made = scene.district, scene.things
    visit = records.Entry(
        kind="inspection",
        area=where.village_muyu,
        started_at=scene.at - timedelta(hours=1),
        bodies=(records.Visited(where.cold_chain),),
        person_times=2,
        sector="ammonia_refrigeration",
    )
    station = {"by": where.huang_zeguo_station, "at": scene.at}
    made["visit"] = records.keep(visit, **station)
    made["written"] = records.draft(replace(visit, bodies=()), **station)
    secret = replace(visit, kind="unannounced_visit")
    made["secret"] = records.keep(secret, by=where.chen_section, at=scene.at)


def site(scene: Scene, **given: Any) -> dict[str, Any]:
    facts = {
        "name": "泽海冷链一号冷库",
        "area": scene.district.village_muyu.code,
        "ammonia_tonnes": "8.5",
        "enterprise": "泽海冷链",
    }
    return facts | given


def store() -> dict[str, Any]:
    return {
        "name": "泽国镇应急物资仓库",
        "area": "331081100000",
        "level": "镇级",
        "keeper_phone": "13911112222",
    }


def bags(quantity: int) -> registry.Amount:
    return registry.Amount("编织袋", "只", Decimal(quantity))
