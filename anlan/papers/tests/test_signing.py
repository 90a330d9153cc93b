"""陈 writes, 周 signs: numbers without gaps, two hands, and nothing altered afterwards."""

import pytest
from django.db import IntegrityError, transaction

from anlan.formats import official
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.kernel.models import Announcement
from anlan.papers import access, actions, sweeps
from anlan.papers.models import Addressee, Paper
from anlan.people.access import scope_of

pytestmark = pytest.mark.django_db


def test_a_signed_letter_takes_the_next_number_of_its_series_and_year(desk):
    first, second = desk.sends(), desk.sends()
    assert (first.number, second.number) == ("安委办函〔2024〕1号", "安委办函〔2024〕2号")
    order = desk.sends(kind="supervision_order")
    assert order.number == "安委办督〔2024〕1号"
    desk.later(days=250)
    assert desk.sends().number == "安委办函〔2025〕1号"


def test_a_town_has_a_series_of_its_own(desk):
    desk.sends()
    d = desk.d
    paper = actions.draft(
        kind="reminder_letter", issuer=d.zeguo_town, addressees=[d.cold_chain],
        values={"subject": "报警器失效", "facts": ["停用"], "demands": ["恢复"]},
        by=d.huang_zeguo_station, at=desk.now,
    )  # fmt: skip
    actions.submit(paper, by=d.huang_zeguo_station, at=desk.now)
    assert actions.issue(paper, by=d.lin_zeguo_leader, at=desk.now) == "泽国镇安委办函〔2024〕1号"


def test_a_signature_that_fails_leaves_no_gap(desk):
    paper = desk.hands_in()
    with transaction.atomic():
        actions.issue(paper, by=desk.d.zhou_chief, at=desk.now)
        transaction.set_rollback(True)  # the lights go out
    assert desk.sends().serial == 1


def test_whoever_wrote_it_may_not_sign_it(desk):
    """The chief's own draft waits for somebody else, also when the program forgets to ask."""
    d = desk.d
    paper = desk.hands_in()
    with pytest.raises(Forbidden):
        actions.issue(paper, by=d.chen_section, at=desk.now)
    Paper.objects.filter(pk=paper.pk).update(drafted_by=d.zhou_chief)
    paper.refresh_from_db()
    with pytest.raises(Forbidden, match="签发"):
        actions.issue(paper, by=d.zhou_chief, at=desk.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(issued_by=d.zhou_chief)


def test_what_went_out_stands_as_it_went_out(desk):
    paper = desk.sends()
    rows = Paper.objects.filter(pk=paper.pk)
    changes = ({"title": "别的"}, {"values": {}}, {"document": {}}, {"stage": "DRAFT"},
               {"serial": 9}, {"issued_by": desk.d.ma_admin})  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Addressee.objects.create(paper=paper, body=desk.d.taiping_street)
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.sent_to.all().delete()


def test_the_text_is_kept_as_it_was_signed(desk):
    paper = desk.sends()
    said = official.from_json(paper.document)
    assert said.title == "关于集中夜查未达到频次要求的提醒函"
    assert said.number == paper.number
    assert said.addressees == ("泽国镇人民政府",) or said.addressees == (desk.d.zeguo_town.name,)
    words = [official.plain(b.lead) + official.plain(b.runs) for b in said.blocks]
    assert "1.6月第3周未开展夜查" in words
    assert any("2024年" in line and "书面回复" in line for line in words)


def test_a_line_whose_value_is_empty_is_left_out(desk):
    values = {"subject": "某事", "facts": ["甲"], "demands": ["乙"]}
    said = official.from_json(desk.sends(values=values).document)
    assert not [b for b in said.blocks if "《" in official.plain(b.runs)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"subject": "某事", "facts": ["甲"]}, "工作要求"),
        ({"subject": "某事", "facts": ["甲"], "demands": ["乙"], "mood": "x"}, "没有要素"),
        ({"subject": "长" * 201, "facts": ["甲"], "demands": ["乙"]}, "不能超过200字"),
    ],
)
def test_a_letter_that_lacks_or_invents_a_value_is_not_handed_in(desk, values, words):
    with pytest.raises(Invalid, match=words):
        desk.hands_in(values=values)


def test_a_newer_paper_supersedes_the_older_one_when_it_is_signed(desk):
    old = desk.sends(kind="plan", values={"subject": "防汛", "text": "一、总则"})
    new = desk.hands_in(kind="plan", values={"subject": "防汛", "text": "一、总则。"}, replaces=old)
    old.refresh_from_db()
    assert old.stage == Paper.Stage.ISSUED
    assert old in Paper.objects.valid_at(desk.now)
    actions.issue(new, by=desk.d.zhou_chief, at=desk.now)
    old.refresh_from_db()
    assert old.stage == Paper.Stage.SUPERSEDED
    assert old not in Paper.objects.valid_at(desk.now)
    assert new in Paper.objects.valid_at(desk.now)
    desk.later(days=1096)
    assert not Paper.objects.valid_at(desk.now).exists()


def test_sent_back_it_is_written_anew_and_a_withdrawn_one_keeps_its_number(desk):
    d = desk.d
    paper = desk.hands_in()
    actions.send_back(paper, reason="依据不足", by=d.zhou_chief, at=desk.now)
    values = {"subject": "夜查", "facts": ["甲"], "demands": ["乙"]}
    actions.edit(paper, values=values, by=d.chen_section, at=desk.now)
    actions.submit(paper, by=d.chen_section, at=desk.now)
    actions.issue(paper, by=d.zhou_chief, at=desk.now)
    actions.withdraw(paper, reason="发错单位", by=d.zhou_chief, at=desk.now)
    paper.refresh_from_db()
    assert paper.number == "安委办函〔2024〕1号"
    with pytest.raises(NotAllowed):
        actions.withdraw(paper, reason="再撤", by=d.zhou_chief, at=desk.now)
    assert desk.sends().serial == 2


def test_the_reply_is_due_and_its_lateness_is_said_once(desk):
    d = desk.d
    paper = desk.sends(addressees=[d.zeguo_town, d.taiping_street])
    actions.reply(paper, text="已补查", by=d.huang_zeguo_station, at=desk.now)
    paper.refresh_from_db()
    assert paper.replied_at is None, "the other town is still silent"
    desk.later(days=20)
    assert sweeps.mark_late_replies(at=desk.now) == 1
    assert sweeps.mark_late_replies(at=desk.now) == 0
    late = Announcement.objects.filter(event__endswith="ReplyOverdue")
    assert [one.payload for one in late] == [{"paper_id": paper.pk}]
    paper.refresh_from_db()
    actions.reply(paper, text="已补查", by=d.zhao_taiping_station, at=desk.now)
    paper.refresh_from_db()
    assert paper.replied_at == desk.now
    with pytest.raises((Invalid, Forbidden)):
        actions.reply(paper, text="再说一遍", by=d.huang_zeguo_station, at=desk.now)


def test_who_sees_it_before_and_after(desk):
    d = desk.d
    paper = desk.writes()

    def sees(person) -> bool:
        return access.visible_to(scope_of(person, at=desk.now)).filter(pk=paper.pk).exists()

    people = (d.chen_section, d.zhou_chief, d.lin_zeguo_leader, d.wang_taiping_leader, d.xu_safety)
    assert [sees(p) for p in people] == [True, True, False, False, False]
    actions.submit(paper, by=d.chen_section, at=desk.now)
    assert [sees(p) for p in people] == [True, True, False, False, False]
    assert paper in access.to_issue_by(scope_of(d.zhou_chief, at=desk.now))
    actions.issue(paper, by=d.zhou_chief, at=desk.now)
    assert [sees(p) for p in people] == [True, True, True, False, False]
    letter = desk.sends(kind="accountability_letter")
    assert letter in access.visible_to(scope_of(d.lin_zeguo_leader, at=desk.now))
    assert letter not in access.visible_to(scope_of(d.he_housing, at=desk.now))


def test_time_itself_may_write_a_letter_for_somebody_to_sign(desk):
    """The ladder of what is late drafts; a person always signs."""
    paper = actions.draft(
        kind="reminder_letter", issuer=desk.d.bureau, addressees=[desk.d.zeguo_town],
        values={"subject": "夜查", "facts": ["甲"], "demands": ["乙"]}, by=None, at=desk.now,
    )  # fmt: skip
    actions.submit(paper, by=None, at=desk.now)
    assert actions.issue(paper, by=desk.d.zhou_chief, at=desk.now)
