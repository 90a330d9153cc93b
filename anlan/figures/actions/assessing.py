"""Assessment: posted, objected to, decided by another, closed; and the letters that follow."""

import json
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.refs import Ref
from anlan.kernel.trail import LOCAL
from anlan.papers import actions as letters
from anlan.papers.models import Paper
from anlan.people.models import Area, Person

from .. import access, events, rules
from ..compute import assessing
from ..flow import OBJECTIONS, ROUNDS
from ..models import AssessedScore, AssessmentRound, Objection
from ..rules.assessment import Scheme, clamped, ranked, scheme_from, shortfalls, total_of

DAYS_TO_OBJECT = 7
DAYS_TO_REPLY = 15


@transaction.atomic
def post_scores(
    scheme: str, *, period: rules.Period, area: Area, by: Person, at: datetime
) -> AssessmentRound:
    """Compute everybody's score of a period that is over and put it before them (公示)."""
    under = access.check_assessing(by, "post_scores", area.path, at=at)
    rule = assessing.scheme_named(scheme)
    if period.last >= at.astimezone(LOCAL).date():
        raise NotAllowed(
            f"{period.words()}还没有结束，不能公示", mend="可先看过程得分，期满后再公示"
        )
    if AssessmentRound.objects.filter(key=scheme, area=area, period=period.text).exists():
        raise NotAllowed(f"{period.words()}已经公示", mend="请打开这一轮考核查看")
    until = at.astimezone(LOCAL).date() + timedelta(days=DAYS_TO_OBJECT)
    held = AssessmentRound.objects.create(
        key=scheme, label=rule.label, scheme=_plain(rule), area=area, area_path=area.path,
        period=period.text, posted_by=by, posted_at=at, object_until=until,
    )  # fmt: skip
    AssessedScore.objects.bulk_create(
        AssessedScore(
            round=held, body_id=one.who.body_id, area_id=one.who.area_id, area_path=one.who.path,
            label=one.who.label, vetoes=one.vetoes, total=one.total, place=one.place,
            leaves={key: _plain(leaf) for key, leaf in one.leaves.items()},
        )
        for one in assessing.assess(rule, period=period, area=area, scope=None, at=at)
    )  # fmt: skip
    trail.write(held, "post_scores", by=by, under=under, at=at, period=period.text)
    outbox.announce(events.ScoresPosted(held.pk))
    return held


@transaction.atomic
def object_to(
    score: AssessedScore, *, leaf: str, words: str, by: Person, at: datetime
) -> Objection:
    """Say that a leaf of one's own score is wrong (申诉)."""
    under = access.check_own(by, score, at=at)
    held = score.round
    if leaf not in score.leaves:
        raise Invalid(f"没有“{leaf}”这项指标", mend="请选择指标", field="leaf")
    late = at.astimezone(LOCAL).date() > held.object_until
    if held.stage != AssessmentRound.Stage.POSTED or late:
        raise NotAllowed("申诉期已过", mend=f"申诉截止{held.object_until}")
    if Objection.objects.filter(score=score, leaf=leaf, stage="RAISED").exists():
        raise NotAllowed("这项指标已在申诉中", mend="请等待处理结果")
    objection = Objection.objects.create(
        score=score, leaf=leaf, words=_said(words, "申诉理由"), raised_by=by, raised_at=at,
        before=score.leaves[leaf]["score"],
    )  # fmt: skip
    trail.write(score, "object_to", by=by, under=under, at=at, leaf=leaf, words=objection.words)
    outbox.announce(events.ScoreObjected(objection.pk))
    return objection


@transaction.atomic
def decide_objection(
    objection: Objection, *, score: Decimal | None, opinion: str, by: Person, at: datetime
) -> None:
    """Put the leaf right, or leave it, with an opinion (申诉裁定); `score` None leaves it."""
    mine = objection.score
    under = access.check_assessing(by, "decide_objection", mine.round.area_path, at=at)
    if by.pk == mine.round.posted_by_id:
        raise Forbidden("公示的人不裁定对它的申诉", mend="请由另一位有权限的同志裁定")
    words = _said(opinion, "裁定意见")
    if score is not None and not 0 <= score <= 100:
        raise Invalid("得分应在 0 到 100 之间", mend="请核对", field="score")
    held = AssessmentRound.objects.select_for_update().get(pk=mine.round_id)
    if held.stage != AssessmentRound.Stage.POSTED:
        raise NotAllowed("这一轮考核已经定档", mend="定档后不再更改")
    move = "uphold" if score is not None else "dismiss"
    OBJECTIONS.move(
        objection, move, at=at, decided_by=by, decided_at=at, opinion=words, after=score
    )
    if score is not None:
        _put_right(held, mine, objection.leaf, clamped(score), opinion=words)
    trail.write(
        mine, "decide_objection", by=by, under=under, at=at, leaf=objection.leaf,
        upheld=score is not None, before=str(objection.before), after=str(score), opinion=words,
    )  # fmt: skip
    outbox.announce(events.ObjectionDecided(objection.pk))


@transaction.atomic
def close_round(held: AssessmentRound, *, by: Person, at: datetime) -> None:
    """Close the round: its scores change no more, and are sealed (定档)."""
    under = access.check_assessing(by, "close_round", held.area_path, at=at)
    if by.pk == held.posted_by_id:
        raise NotAllowed("公示人不能自己定档", mend="请由另一位有权限的同志定档")
    if at.astimezone(LOCAL).date() <= held.object_until:
        raise NotAllowed("申诉期还没有结束", mend=f"{held.object_until}之后再定档")
    if Objection.objects.filter(score__round=held, stage="RAISED").exists():
        raise NotAllowed("还有申诉没有裁定", mend="请先裁定全部申诉")
    digest = _seal_of(held)
    ROUNDS.move(held, "close_round", at=at, closed_by=by, closed_at=at, digest=digest)
    trail.write(held, "close_round", by=by, under=under, at=at, digest=digest)
    outbox.announce(events.RoundClosed(held.pk))


@transaction.atomic
def draft_letter(score: AssessedScore, *, reminder: bool, by: Person, at: datetime) -> Paper:
    """Draft the feedback letter, or the reminder, out of the shortfalls (考核函)."""
    held = score.round
    under = access.check_assessing(by, "draft_letter", held.area_path, at=at)
    name = "reminder" if reminder else "feedback"
    if getattr(score, name) is not None:
        raise NotAllowed("这份函已经拟稿", mend="请到文书里查看")
    if score.body is None or under is None:
        raise Invalid(f"{score.label}没有对应的单位", mend="请先登记单位", field="body")
    paper = letters.draft(
        kind=f"{name}_letter",
        about=Ref.of(score),
        issuer=under.body,
        addressees=(score.body,),
        values=_letter(score),
        reply_due_at=_in_days(at, DAYS_TO_REPLY),
        by=by,
        at=at,
    )
    letters.submit(paper, by=by, at=at)
    setattr(score, name, paper)
    score.save(update_fields=[name])
    trail.write(score, "draft_letter", by=by, under=under, at=at, paper=paper.pk)
    return paper


def _seal_of(held: AssessmentRound) -> str:
    """SHA-256 over scheme and scores: what a closed round is compared with."""
    rows = [
        (row.label, str(row.total), row.place, row.leaves, row.vetoes)
        for row in held.scores.order_by("area_path", "pk")
    ]
    told = json.dumps([held.scheme, rows], ensure_ascii=False, sort_keys=True)
    return sha256(told.encode()).hexdigest()


# --- inside ---------------------------------------------------------------------------------------


def _put_right(
    held: AssessmentRound, mine: AssessedScore, leaf: str, score: Decimal, *, opinion: str
) -> None:
    """The leaf as it was decided; total and everybody's place follow."""
    rule = _scheme_of(held)
    mine.refresh_from_db()
    mine.leaves[leaf] |= {"score": str(score), "told": f"申诉裁定：{opinion[:80]}"}
    mine.total = total_of(rule, _scores_of(mine))
    mine.save(update_fields=["leaves", "total"])
    rows = list(held.scores.all())
    places = ranked(
        {str(row.pk): row.total for row in rows}, {str(row.pk) for row in rows if row.vetoes}
    )
    for row in rows:
        row.place = places.get(str(row.pk))
    AssessedScore.objects.bulk_update(rows, ["place"])


def _scheme_of(held: AssessmentRound) -> Scheme:
    """The scheme as it read when the round was posted."""
    return scheme_from(held.scheme)


def _scores_of(row: AssessedScore) -> dict[str, Decimal | None]:
    return {
        key: None if leaf["score"] is None else Decimal(leaf["score"])
        for key, leaf in row.leaves.items()
    }


def _letter(score: AssessedScore) -> dict[str, object]:
    held, rule = score.round, _scheme_of(score.round)
    period = _words_of(held.period)
    lost = shortfalls(
        rule,
        _scores_of(score),
        lambda leaf: (
            f"{leaf.label}：{score.leaves[leaf.key]['told']}，得{score.leaves[leaf.key]['score']}分"
        ),
    )
    whole = f"{period}{rule.label}总分{score.total}分，列第{score.place}位"
    veto = [f"一票否决：{words}" for words in score.vetoes]
    return {
        "subject": f"{period}{rule.label}结果",
        "basis": rule.clause,
        "facts": [whole, *veto, *(lost or ["各项指标均达到优良"])],
        "demands": ["对照扣分指标逐项分析原因，落实整改责任人和时限", "书面回复整改情况和佐证材料"],
    }


def _words_of(text: str) -> str:
    return rules.parse_period(text).words()


def _plain(thing: object) -> dict[str, object]:
    """A frozen value as JSON."""
    told: dict[str, object] = json.loads(json.dumps(asdict(thing), default=str))  # type: ignore[call-overload]
    return told


def _said(words: str, what: str) -> str:
    if not words.strip():
        raise Invalid(f"请填写{what}", mend="用一句话说明即可", field="words")
    return words.strip()[:500]


def _in_days(at: datetime, days: int) -> datetime:
    day: date = at.astimezone(LOCAL).date() + timedelta(days=days + 1)
    return datetime.combine(day, time.min, LOCAL)
