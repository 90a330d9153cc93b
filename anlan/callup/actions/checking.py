"""Spot checks: drawn at random, asked by telephone or radio, and what follows (抽查)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Person
from anlan.registry.models import Item

from .. import access, events
from ..flow import FLOW, Stage, State, World
from ..models import Called, Callup, CallupArea, Check, Checked
from ..models.audience import Answerable, who_answers
from ..models.profiles import (
    CheckRule,
    approved_beforehand,
    check_rule,
    profile_named,
    questions,
)
from ..rules import sampling
from .drafting import _number
from .launching import _launch

REACHABILITY = "reachability"  # the profile by which a sample is rung
Outcome = Checked.Outcome


@dataclass(frozen=True)
class Sampling:
    """Whom to draw from (抽查范围): people as a call-up for this hazard would find them."""

    kind: str
    area: Area
    size: int
    hazard: str = "other"
    colour: str = ""


@dataclass(frozen=True)
class Said:
    """One question's answer, and what it was worth."""

    question: str
    said: str
    score: int


@dataclass(frozen=True)
class Sheet:
    """What came out of one check: the answers, or an outcome where nobody was asked."""

    answers: tuple[Said, ...] = ()
    outcome: str = ""
    note: str = ""


@transaction.atomic
def draw_check(sampling_: Sampling, *, by: Person, at: datetime) -> Check:
    """Draw a sample of people or devices; seed and pool are kept with it (随机抽查)."""
    area, rule = sampling_.area, check_rule(sampling_.kind)
    post = access.check_place(by, "draw_check", path=area.path, at=at)
    if sampling_.size < 1:
        raise Invalid("抽查数量至少为 1", mend="请填写数量", field="size")
    pool = _pool(sampling_, rule, at)
    if not pool:
        raise Invalid(
            f"{area}没有可抽查的{rule.label}对象", mend="请先登记责任人或设备", field="area"
        )
    seed = secrets.token_hex(8)  # never typed: whoever chose it would choose the sample
    drawn = sampling.draw(list(pool), sampling_.size, seed=seed)
    check = Check.objects.create(
        number=_number("CC", "callup_check_number", at),
        kind=sampling_.kind,
        area=area,
        area_path=area.path,
        hazard=sampling_.hazard if rule.of == "people" else "",
        colour=sampling_.colour,
        seed=seed,
        pool=len(pool),
        pool_digest=sampling.digest(list(pool)),
        size=len(drawn),
        drawn_at=at,
        drawn_by=by,
    )
    for order, key in enumerate(drawn, 1):
        row = pool[key]
        row.check_of, row.order = check, order
    Checked.objects.bulk_create([pool[key] for key in drawn])
    trail.write(
        check, "draw_check", by=by, under=post, at=at, seed=seed, pool=len(pool), size=len(drawn)
    )
    outbox.announce(events.CheckDrawn(check.pk, len(drawn)))
    return check


@transaction.atomic
def record_check(checked: Checked, sheet: Sheet, *, by: Person, at: datetime) -> None:
    """Write down what came out; wrong, silent or broken means something is due (登记抽查结果)."""
    post = access.check(by, "record_check", checked, at=at)
    if checked.person_id == by.pk:
        raise Invalid("不能登记对自己的抽查", mend="请由他人登记")
    rule = check_rule(checked.check_of.kind)
    answers, score, outcome = _judged(sheet, rule)
    waiting = Checked.objects.filter(pk=checked.pk, outcome=Outcome.WAITING)
    given = {
        "outcome": outcome,
        "answers": answers,
        "score": score,
        "note": sheet.note.strip()[:300],
        "recorded_by": by,
        "recorded_at": at,
        "due_on": _due_on(outcome, rule, at),
    }
    if not waiting.update(**given):
        raise NotAllowed("这一项已经登记过", mend="请刷新页面")
    checked.refresh_from_db()
    trail.write(
        Ref.of(checked.check_of), "record_check", by=by, under=post, at=at,
        checked=checked.pk, outcome=outcome, score=score,
    )  # fmt: skip
    outbox.announce(events.CheckRecorded(checked.pk, outcome))


@transaction.atomic
def settle_check(checked: Checked, *, on: date, note: str, by: Person, at: datetime) -> None:
    """Say that the retraining was held or the device repaired (补训或修复完成)."""
    post = access.check(by, "settle_check", checked, at=at)
    if not note.strip():
        raise Invalid("请填写补训或修复情况", mend="写明时间、内容或换了什么", field="note")
    if on > at.astimezone(LOCAL).date():
        raise Invalid("完成日期还没有到", mend="请核对日期", field="on")
    due = Checked.objects.filter(pk=checked.pk, due_on__isnull=False, settled_on__isnull=True)
    if not due.update(settled_on=on, settled_note=note.strip()[:300]):
        raise NotAllowed("没有待完成的补训或修复", mend="请刷新页面")
    checked.refresh_from_db()
    trail.write(
        Ref.of(checked.check_of), "settle_check", by=by, under=post, at=at,
        checked=checked.pk, on=on.isoformat(),
    )  # fmt: skip


@transaction.atomic
def call_sample(check: Check, *, by: Person, at: datetime) -> Callup:
    """Ring the people of a sample, to see who can be reached; a real call-up (呼叫抽查对象)."""
    post = access.check(by, "call_sample", check, at=at)
    if check.kind != Check.Kind.REACHABILITY or check.callup_id:
        raise NotAllowed("只有尚未呼叫的联络畅通抽查可以呼叫", mend="请刷新页面")
    profile = profile_named(REACHABILITY)
    standing = approved_beforehand(profile, at=at)
    if not standing:
        raise NotAllowed("联络畅通抽查的方案没有预先批准", mend="请在 callup.yaml 中填写批准")
    callup = Callup.objects.create(
        number=_number("JY", "callup_number", at),
        world=World.LIVE,
        profile=profile.key,
        hazard=check.hazard,
        title="联络畅通抽查，请回复收到",
        words="无需到岗",
        root=check.area,
        area_path=check.area_path,
        life_safety=False,
        source_kind=Ref.of(check).kind,
        source_id=check.pk,
        drafter=by,
        drafter_post=post,
        drafted_at=at,
    )
    CallupArea.objects.create(callup=callup, area=check.area)
    FLOW.move(callup, "start", at=at, standing_approval=standing[:80], started_at=at)
    people = _launch(callup, at=at, people=_sampled(check, at))
    Check.objects.filter(pk=check.pk).update(callup=callup)
    check.callup = callup
    trail.write(callup, "start", by=by, under=post, at=at, check=check.number, people=people)
    trail.write(check, "call_sample", by=by, under=post, at=at, callup=callup.number)
    outbox.announce(events.CallupStarted(callup.pk, callup.world, people))
    return callup


@transaction.atomic
def conclude_sample(check: Check, *, by: Person, at: datetime) -> int:
    """Take over who answered a called sample and who did not; how many (汇总抽查结果)."""
    post = access.check(by, "conclude_sample", check, at=at)
    if check.callup is None or check.callup.stage != Stage.ENDED:
        raise NotAllowed("呼叫还没有结束", mend="请先结束这次呼叫，再汇总结果")
    rule = check_rule(check.kind)
    reached = Called.objects.filter(callup=check.callup, state=State.ANSWERED)
    persons = set(reached.values_list("person_id", flat=True))
    waiting = Checked.objects.filter(check_of=check, outcome=Outcome.WAITING)
    recorded = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    told = {"recorded_by": by, "recorded_at": at}
    good = waiting.filter(person__in=persons).update(outcome=Outcome.PASSED, **told)
    due_on = _due_on(Outcome.SILENT, rule, at)
    silent = waiting.update(outcome=Outcome.SILENT, due_on=due_on, **told)
    trail.write(check, "conclude_sample", by=by, under=post, at=at, good=good, silent=silent)
    outcomes = Checked.objects.filter(pk__in=recorded).order_by("pk")
    for pk, outcome in outcomes.values_list("pk", "outcome"):
        outbox.announce(events.CheckRecorded(pk, outcome))
    return good + silent


# --- within --------------------------------------------------------------------------------------


def _pool(wanted: Sampling, rule: CheckRule, at: datetime) -> dict[str, Checked]:
    """Everybody or everything that may be drawn, by a key that stays the same."""
    if rule.of == "devices":
        listed = Item.objects.filter(kind__in=rule.items, stage=Item.Stage.LISTED)
        found = listed.filter(area_path__startswith=wanted.area.path).order_by("pk")
        return {
            item.code: Checked(
                item=item,
                call_sign=str(item.attributes.get("call_sign", ""))[:60],
                area_id=item.area_id,
                area_path=item.area_path,
            )
            for item in found
        }
    people = _people(wanted.area, wanted.hazard, wanted.colour, at)
    return {
        f"person:{each.person.pk}": Checked(
            person=each.person,
            area=each.area,
            area_path=each.area.path,
            posts=[post[:120] for post in each.posts],
        )
        for each in people
    }


def _people(area: Area, hazard: str, colour: str, at: datetime) -> list[Answerable]:
    day = at.astimezone(LOCAL).date()
    return who_answers([area], hazard, colour, on=day, chain=False)


def _sampled(check: Check, at: datetime) -> list[Answerable]:
    drawn = set(check.checked.values_list("person_id", flat=True))
    people = _people(check.area, check.hazard, check.colour, at)
    return [each for each in people if each.person.pk in drawn]


def _judged(sheet: Sheet, rule: CheckRule) -> tuple[list[dict[str, object]], int | None, str]:
    """The answers as they are kept, their score, and the outcome."""
    if sheet.outcome:
        if sheet.outcome not in Outcome.values or sheet.outcome == Outcome.WAITING:
            raise Invalid(
                "请选择抽查结果", mend="合格、不合格、未接通、设备故障或免查", field="outcome"
            )
        if sheet.outcome in (Outcome.FAULTY, Outcome.EXCUSED) and not sheet.note.strip():
            raise Invalid("请写明原因", mend="故障写清现象，免查写清理由", field="note")
    if not rule.questions or sheet.outcome in (Outcome.SILENT, Outcome.EXCUSED):
        return [], None, sheet.outcome or Outcome.PASSED
    asked = {each.key: each for each in questions()}
    answers = _scored(sheet.answers, {key: each.most for key, each in asked.items()})
    score, most = sum(s.score for s in answers), sum(each.most for each in asked.values())
    good = sampling.passes(score, most, percent=rule.pass_percent)
    kept: list[dict[str, object]] = [
        {
            "question": asked[each.question].text,
            "said": each.said[:300],
            "score": each.score,
            "most": asked[each.question].most,
        }
        for each in answers
    ]
    return kept, score, Outcome.PASSED if good else Outcome.WRONG


def _scored(answers: Sequence[Said], most: dict[str, int]) -> list[Said]:
    given = {each.question: each for each in answers}
    for key, limit in most.items():
        if key not in given:
            raise Invalid("还有题目没有打分", mend="每题都要打分，答不上来打 0 分", field=key)
        if not 0 <= given[key].score <= limit:
            raise Invalid(f"这题得分应为 0 到 {limit}", mend="请核对", field=key)
    return [given[key] for key in most]


def _due_on(outcome: str, rule: CheckRule, at: datetime) -> date | None:
    if outcome not in (Outcome.WRONG, Outcome.SILENT, Outcome.FAULTY):
        return None
    return at.astimezone(LOCAL).date() + timedelta(days=rule.due_days)
