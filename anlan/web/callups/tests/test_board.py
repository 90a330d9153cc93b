"""The board as the duty officer and others see it; the call by hand; what is filed."""

from io import BytesIO

import pytest

from anlan.callup import actions
from anlan.callup.flow import State
from anlan.callup.models import Answer, Attempt
from anlan.figures.rules.rounding import percent
from anlan.formats import spreadsheet
from anlan.kernel import trail
from anlan.people.rules.privacy import mask_phone
from anlan.web.tests.chairs import IN_DRAWER, text_of

FULL = "13800000009"


@pytest.fixture
def running(storm, grid_charge):
    callup = storm.called(colour="YELLOW")
    storm.send()
    return callup


@pytest.fixture
def left_to_hand(storm, running):
    """Nobody answered up to the chief, above whom there is nobody: a call by hand."""
    storm.pass_time(1100, every=20)
    return running


def test_the_board_counts_by_area_step_and_channel(chair, storm, running):
    where = storm.district
    actions.answer(
        storm.row(running, where.li_grid3),
        kind="RECEIVED",
        text="在巡查",
        by=where.li_grid3,
        at=storm.clock.forward(seconds=42),
    )
    page = chair(where.chen_section).reads(f"/callups/{running.number}/now/")
    assert "42秒" in page
    assert "在巡查" in page
    assert where.village_dongmen.name in page or "太平街道本级" in page
    assert "短信" in page
    assert f"/callups/{running.number}/people/?state=ANSWERED" in page


def test_whoever_needs_help_stands_on_top(chair, storm, running):
    where = storm.district
    actions.answer(
        storm.row(running, where.li_grid3),
        kind="NEED_HELP",
        text="桥下水已过膝",
        by=where.li_grid3,
        at=storm.clock.now(),
    )
    page = chair(where.chen_section).reads(f"/callups/{running.number}/")
    assert page.index("需要处置") < page.index("各区域")
    assert "桥下水已过膝" in page


def test_the_number_is_shown_to_who_rings_and_the_look_is_in_the_trail(chair, storm, left_to_hand):
    where, number = storm.district, left_to_hand.number
    row = left_to_hand.called.filter(state=State.BY_HAND).select_related("person").first()
    seat = chair(where.chen_section)
    board = seat.reads(f"/callups/{number}/now/")
    assert "现在请拨打" in board
    assert row.person.phone not in board
    asked = seat.reads(f"/callups/{number}/people/{row.pk}/ring/", **IN_DRAWER)
    assert row.person.phone not in asked, "to look costs a press that is written down"
    shown = text_of(seat.post(f"/callups/{number}/people/{row.pk}/ring/", {}, **IN_DRAWER))
    assert f'href="tel:{row.person.phone}"' in shown
    last = trail.entries_of(left_to_hand).order_by("-id").first()
    assert (last.verb, last.person_id, last.note["revealed"]) == (
        "ring_by_hand",
        where.chen_section.pk,
        True,
    )
    other = chair(where.wang_taiping_leader).reads(f"/callups/{number}/now/")
    assert "陈静在拨打" in other


@pytest.mark.parametrize(
    ("outcome", "state", "answer"),
    [
        ("RECEIVED", "ANSWERED", "RECEIVED"),
        ("CANNOT_COME", "ANSWERED", "CANNOT_COME"),
        ("NO_ANSWER", "BY_HAND", ""),
        ("DEAD_NUMBER", "BY_HAND", ""),
    ],
)
def test_one_press_records_how_the_call_went(chair, storm, left_to_hand, outcome, state, answer):
    row = left_to_hand.called.filter(state=State.BY_HAND).first()
    seat, where = (
        chair(storm.district.chen_section),
        f"/callups/{left_to_hand.number}/people/{row.pk}",
    )
    seat.post(f"{where}/ring/", {}, **IN_DRAWER)
    done = seat.post(f"{where}/record/", {"outcome": outcome, "text": "说水大"}, **IN_DRAWER)
    assert done["HX-Trigger"] == "anlan:changed"
    row.refresh_from_db()
    assert (row.state, row.answer) == (state, answer)
    kept = row.attempts.filter(channel="HAND").latest("pk")
    assert kept.by == storm.district.chen_section
    assert kept.outcome in (outcome, "BY_HAND")


def test_somebody_else_picked_up_and_must_be_named(chair, storm, left_to_hand):
    row = left_to_hand.called.filter(state=State.BY_HAND).first()
    seat, where = (
        chair(storm.district.chen_section),
        f"/callups/{left_to_hand.number}/people/{row.pk}",
    )
    seat.post(f"{where}/ring/", {}, **IN_DRAWER)
    back = seat.post(f"{where}/record/", {"outcome": "PROXY", "text": "他爱人接的"}, **IN_DRAWER)
    assert back.status_code == 422
    page = text_of(back)
    assert "请填写代接人" in page
    assert "他爱人接的" in page
    assert f"tel:{row.person.phone}" in page, "the number stays while one types"
    done = seat.post(f"{where}/record/", {"outcome": "PROXY", "proxy_name": "王某"}, **IN_DRAWER)
    assert done.status_code == 200
    assert (
        Attempt.objects.get(called=row, channel="HAND", outcome="PROXY").receipt["proxy"] == "王某"
    )


def test_a_persons_drawer_tells_every_attempt_and_the_way_it_went_on(chair, storm, left_to_hand):
    where = storm.district
    li = storm.row(left_to_hand, where.li_grid3)
    page = chair(where.chen_section).reads(
        f"/callups/{left_to_hand.number}/people/{li.pk}/", **IN_DRAWER
    )
    assert "138****0009" in page
    assert FULL not in page
    assert "模拟网" in page
    assert page.count("语音电话") >= 2
    assert "历次叫应" in page
    over_all = chair(where.chen_section).reads(f"/callups/person/{where.li_grid3.pk}/", **IN_DRAWER)
    assert left_to_hand.title in over_all


def test_the_next_town_sees_neither_the_board_nor_its_people(chair, storm, running):
    li = storm.row(running, storm.district.li_grid3)
    seat = chair(storm.district.sun_grid7)
    for rest in (
        "",
        "now/",
        "people/",
        f"people/{li.pk}/",
        f"people/{li.pk}/ring/",
        "evidence/",
        "paper/",
    ):
        assert seat.get(f"/callups/{running.number}/{rest}").status_code == 404


def test_whoever_is_called_sees_the_call_up_and_only_themselves_in_it(chair, storm, running):
    where = storm.district
    li, wang = storm.row(running, where.li_grid3), storm.row(running, where.wang_taiping_leader)
    seat = chair(where.li_grid3)
    assert seat.get(f"/callups/{running.number}/people/{li.pk}/").status_code == 200
    assert seat.get(f"/callups/{running.number}/people/{wang.pk}/").status_code == 404
    assert seat.get(f"/callups/{running.number}/people/{li.pk}/ring/").status_code == 403


def evidence_of(seat, callup):
    answer = seat.get(f"/callups/{callup.number}/evidence/")
    content = BytesIO(b"".join(answer.streaming_content))
    (table,) = spreadsheet.read(content, expects=["姓名", "结果"])
    return [row.values for row in table.rows]


def test_the_evidence_has_a_row_for_every_attempt(chair, storm, left_to_hand):
    where = storm.district
    storm.clock.forward(minutes=2)
    actions.answer(
        storm.row(left_to_hand, where.li_grid3),
        kind="ON_SITE",
        text="刚到",
        by=where.li_grid3,
        at=storm.clock.now(),
    )
    rows = evidence_of(chair(where.chen_section), left_to_hand)
    attempts = Attempt.objects.filter(called__callup=left_to_hand).count()
    assert len(rows) >= attempts
    said = [row for row in rows if row["应答"]]
    assert [(row["姓名"], row["应答"], row["是否迟到"]) for row in said] == [
        ("李秀英", "已到岗", "是")
    ]
    assert all(row["性质"] == "实战" for row in rows)
    assert not any(FULL in str(value) for row in rows for value in row.values()), "masked"


def test_a_drill_shows_no_number_that_could_be_dialled(chair, storm, grid_charge):
    """The one way out of a drill would be the duty officer's own telephone."""
    drill = storm.drafted(profile="drill", title="每月一练")
    actions.start(drill, by=storm.district.chen_section, at=storm.clock.now())
    storm.pass_time(1100, every=20, line="drill")
    row = drill.called.filter(state=State.BY_HAND).select_related("person").first()
    seat, at = chair(storm.district.chen_section), f"/callups/{drill.number}/people/{row.pk}"
    shown = text_of(seat.post(f"{at}/ring/", {}, **IN_DRAWER))
    back = text_of(seat.post(f"{at}/record/", {"outcome": "PROXY"}, **IN_DRAWER))
    for page in (seat.reads(f"/callups/{drill.number}/now/"), shown, back):
        assert row.person.phone not in page
        assert "tel:" not in page
    assert mask_phone(row.person.phone) in shown
    last = trail.entries_of(drill).filter(verb="ring_by_hand").last()
    assert last.note["revealed"] is False


def test_one_message_for_two_call_ups_is_seen_in_both(chair, storm, grid_charge):
    where, seat = storm.district, chair(storm.district.chen_section)
    first, second = (storm.called(where.grid3, title=title) for title in ("强降雨", "山洪"))
    storm.send()
    assert "<b>0</b>已送达" in seat.reads(f"/callups/{second.number}/now/")
    storm.receipt(where.li_grid3, "SMS", "DELIVERED")
    row = storm.row(second, where.li_grid3)
    assert not row.attempts.filter(channel="SMS").exists(), "the first one's speaks for it"
    board = seat.reads(f"/callups/{second.number}/now/")
    assert "<b>1</b>已送达" in board
    assert "合并叫应" in board
    assert where.li_grid3.name in seat.reads(f"/callups/{second.number}/people/?mark=reached")
    drawer = seat.reads(f"/callups/{second.number}/people/{row.pk}/", **IN_DRAWER)
    assert f"与 {first.number} 合并叫应" in drawer
    sms = [
        each
        for each in evidence_of(seat, second)
        if (each["姓名"], each["方式"]) == ("李秀英", "短信")
    ]
    assert [(each["结果"], each["备注"]) for each in sms] == [("送达", f"与{first.number}合并叫应")]


def test_an_sms_nobody_can_make_out_stands_on_the_board_until_all_answered(
    chair, storm, grid_charge
):
    where, seat = storm.district, chair(storm.district.chen_section)
    both = (where.li_grid3, where.wang_taiping_leader)
    where.wang_taiping_leader.phone = where.li_grid3.phone
    where.wang_taiping_leader.save()
    callup = storm.called(where.grid3)
    storm.send()
    actions.reply(where.li_grid3.phone, "收到，马上", line="live", at=storm.clock.now())
    for person in both:
        board = seat.reads(f"/callups/{callup.number}/now/")
        assert "短信应答不明" in board
        assert "收到，马上" in board
        row = storm.row(callup, person)
        actions.answer(row, kind="RECEIVED", by=person, at=storm.clock.now())
    assert "短信应答不明" not in seat.reads(f"/callups/{callup.number}/now/")


def test_the_print_and_the_list_of_people(chair, storm, left_to_hand):
    seat = chair(storm.district.chen_section)
    paper = seat.reads(f"/callups/{left_to_hand.number}/paper/")
    assert "叫应记录：短时强降雨将至" in paper
    assert "周建国" in paper, "who approved it"
    unanswered = seat.reads(f"/callups/{left_to_hand.number}/people/?state=BY_HAND")
    assert "待人工" in unanswered


def test_the_number_of_a_state_equals_the_rows_it_opens(chair, storm, left_to_hand):
    seat = chair(storm.district.chen_section)
    for state in ("BY_HAND", "PASSED_ON", "CALLING"):
        kept = left_to_hand.called.filter(state=state).count()
        page = seat.reads(f"/callups/{left_to_hand.number}/people/?state={state}")
        assert f'<span class="count-words"><b>{kept}</b> 人</span>' in page


def test_it_ends_with_a_reason_and_shows_it(chair, storm, running):
    seat = chair(storm.district.chen_section)
    assert seat.post(f"/callups/{running.number}/end/", {"reason": ""}).status_code == 422
    seat.post(f"/callups/{running.number}/end/", {"reason": "预警解除"})
    page = seat.reads(f"/callups/{running.number}/")
    assert "预警解除" in page
    assert "data-live=" not in page, "an ended one has nothing more to tell"
    assert f"/callups/{running.number}/end/" not in page


def test_somebody_is_given_up_with_a_reason(chair, storm, left_to_hand):
    row = left_to_hand.called.filter(state=State.BY_HAND).first()
    seat = chair(storm.district.chen_section)
    path = f"/callups/{left_to_hand.number}/people/{row.pk}/give_up/"
    assert seat.post(path, {"reason": " "}).status_code == 422
    seat.post(path, {"reason": "三次未接，已派人上门"})
    row.refresh_from_db()
    assert row.state == "UNREACHED"


def test_the_running_ones_stand_above_the_ledger_live_before_drills(chair, storm, running):
    drill = storm.drafted(drill=True, profile="drill", title="每月一练")
    actions.start(drill, by=storm.district.chen_section, at=storm.clock.now())
    page = chair(storm.district.chen_section).reads("/callups/")
    head = page[: page.index('id="ledger"')]
    assert head.index(running.title) < head.index("每月一练")
    assert "callup-card drill" in head
    assert chair(storm.district.chen_section).get("/callups/?as=xlsx").status_code == 200


def test_a_board_may_listen_to_its_stream_and_to_nothing_else(chair, storm, running, settings):
    settings.LIVE_PORT = "8001"
    answer = chair(storm.district.chen_section).get(f"/callups/{running.number}/")
    assert 'data-live="http://testserver:8001/callups/' in text_of(answer)
    assert "connect-src 'self' http://testserver:8001;" in answer["Content-Security-Policy"]
    other = chair(storm.district.chen_section).get("/callups/")
    assert "8001" not in other["Content-Security-Policy"]


def test_my_work_shows_on_top_what_calls_me_and_takes_my_answer(chair, storm, running):
    where = storm.district
    seat = chair(where.li_grid3)
    page = seat.reads("/")
    assert page.index("正在叫您") < page.index("work-head")
    seat.post(f"/callups/{running.number}/answer/", {"kind": "ON_SITE", "text": "到了"})
    kept = Answer.objects.get(called=storm.row(running, where.li_grid3))
    assert (kept.kind, kept.channel, kept.text) == ("ON_SITE", "APP", "到了")
    assert "您已应答：已到岗" in seat.reads("/")
    assert (
        chair(where.sun_grid7)
        .post(f"/callups/{running.number}/answer/", {"kind": "ON_SITE"})
        .status_code
        == 404
    )


def test_answer_rate_median_and_slow_end_by_town_and_post_and_who_is_behind_them(
    chair, storm, running
):
    """The numbers that an assessment takes: each opens the people it was counted from."""
    where, li = storm.district, storm.district.li_grid3
    storm.send()
    storm.clock.forward(seconds=65)
    actions.reply(li.phone, "1", line="live", at=storm.clock.now())
    people = running.called.filter(stands_in_for=None).count()
    assert people >= 2
    seat = chair(where.chen_section)
    page = seat.reads("/callups/times/")
    assert where.taiping.name in page
    assert "1分05秒" in page
    assert f"{percent(1, people)}%" in page
    by_post = seat.reads("/callups/times/?by=post")
    assert where.grid3_post.name in by_post
    assert "100.00%" in by_post
    assert li.name not in by_post
    opened = seat.reads(f"/callups/times/?by=post&key={where.grid3_post.pk}")
    assert f"{where.grid3_post.name}：1 人次" in opened
    assert li.name in opened
    # Another town neither counts them nor sees them.
    assert li.name not in chair(where.huang_zeguo_station).reads("/callups/times/?by=town&key=")
    assert "这段时间没有叫应" in chair(where.huang_zeguo_station).reads("/callups/times/")
    assert "这段时间没有叫应" in seat.reads("/callups/times/?drills=1")
