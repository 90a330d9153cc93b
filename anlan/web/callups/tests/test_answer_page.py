"""The page behind the link in an SMS: no session, one answer a link, each trouble in words."""

import pytest
from django.test import Client

from anlan.callup.models import Answer
from anlan.callup.models.links import issue_token
from anlan.kernel.clock import moved
from anlan.web.callups.answering import WRONG_A_MINUTE

BUTTONS = ("收到", "已到岗", "需支援", "无法到达")


@pytest.fixture
def running(storm, grid_charge):
    callup = storm.called(colour="YELLOW", words="请查看低洼处")
    storm.send()
    return callup


@pytest.fixture
def li(storm, running):
    return storm.row(running, storm.district.li_grid3)


@pytest.fixture
def phone(storm):
    """A phone that was never signed in, with a browser that checks for forgeries."""
    client = Client(enforce_csrf_checks=True)

    def ask(token, data=None):
        with moved(storm.clock.now()):
            path = f"/a/{token}/"
            return client.get(path) if data is None else client.post(path, data)

    return ask


def test_it_says_what_where_and_from_whom_with_four_buttons(phone, li, storm):
    page = phone(issue_token(li)).content.decode()
    for words in (
        "李秀英",
        "短时强降雨将至",
        "请查看低洼处",
        "迎辉3号网格",
        "温岭市应急管理局",
        *BUTTONS,
    ):
        assert words in page
    assert "<script" not in page
    assert "演练" not in page
    assert storm.district.li_grid3.phone not in page


def test_a_press_is_the_answer_and_the_page_says_so(phone, li, storm):
    done = phone(issue_token(li), {"kind": "ON_SITE", "text": "路上积水三十公分"})
    assert done.status_code == 302
    kept = Answer.objects.get(called=li)
    assert (kept.kind, kept.text, kept.channel, kept.recorded_by) == (
        "ON_SITE",
        "路上积水三十公分",
        "SMS",
        None,
    )
    after = phone(done["Location"].strip("/").partition("/")[2])
    assert "已收到您的应答：<b>已到岗</b>" in after.content.decode()


def test_things_change_and_one_answers_again_from_the_page_one_is_on(phone, li):
    fresh = phone(issue_token(li), {"kind": "RECEIVED"})["Location"].strip("/").partition("/")[2]
    phone(fresh, {"kind": "NEED_HELP", "text": "要两艘冲锋舟"})
    assert list(Answer.objects.filter(called=li).order_by("pk").values_list("kind", flat=True)) == [
        "RECEIVED",
        "NEED_HELP",
    ]


def test_words_alone_are_an_answer(phone, li):
    phone(issue_token(li), {"kind": "", "text": "桥断了"})
    assert Answer.objects.get(called=li).kind == "OTHER"


def test_neither_a_button_nor_words_is_asked_again(phone, li):
    back = phone(issue_token(li), {"kind": "", "text": " "})
    assert back.status_code == 422
    assert not Answer.objects.exists()


def test_reading_changes_nothing_however_often_a_message_centre_looks(phone, li):
    for _ in range(3):
        assert phone(issue_token(li)).status_code == 200
    li.refresh_from_db()
    assert (li.state, li.turn) == ("CALLING", 0)


def test_a_used_link_says_that_it_was_used(phone, li):
    token = issue_token(li)
    phone(token, {"kind": "RECEIVED"})
    for again in (phone(token), phone(token, {"kind": "CANNOT_COME"})):
        assert again.status_code == 410
        assert "已经用过" in again.content.decode()
    assert Answer.objects.count() == 1


def test_an_old_link_says_whom_to_ring(phone, li, storm):
    token = issue_token(li)
    storm.clock.forward(hours=25)
    late = phone(token, {"kind": "RECEIVED"})
    assert late.status_code == 410
    assert "已经过期" in late.content.decode()
    assert "值班电话" in late.content.decode()
    assert not Answer.objects.exists()


def test_a_forged_link_and_one_bent_to_somebody_else_open_nothing(phone, li, storm, running):
    token = issue_token(li)
    name, turn, signature = token.split(".")
    wang = issue_token(storm.row(running, storm.district.wang_taiping_leader)).split(".")[0]
    forged = (
        f"{wang}.{turn}.{signature}",
        f"{name}.1.{signature}",
        token[:-1] + "A",
        "x",
        "..",
        "李.秀.英",
        "a" * 500,
    )
    for bad in forged:
        if bad == token:
            continue
        said = phone(bad, {"kind": "RECEIVED"})
        assert said.status_code == 404, bad
        assert "链接不正确" in said.content.decode()
    assert not Answer.objects.exists()


def test_whoever_tries_links_is_slowed_and_whoever_has_one_is_not(phone, li):
    for n in range(WRONG_A_MINUTE):
        assert phone(f"{n}.0.AAAAAAAAAAA").status_code == 404
    assert phone("zz.0.AAAAAAAAAAA").status_code == 429
    assert phone(issue_token(li)).status_code == 200, "thousands share one operator's address"


def test_a_drill_says_so_in_words_and_colour(phone, storm, grid_charge):
    from anlan.callup import actions

    drill = storm.drafted(drill=True, profile="drill")
    actions.start(drill, by=storm.district.chen_section, at=storm.clock.now())
    page = phone(issue_token(storm.row(drill, storm.district.li_grid3))).content.decode()
    assert "◇ 演练 ◇ 不是真的险情" in page
    assert "band drill" in page
    assert "紧急叫应" not in page


def test_the_address_is_kept_by_no_cache_and_told_to_no_other_site(phone, li):
    answer = phone(issue_token(li))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies, "no session is begun for it"


def test_after_the_end_an_answer_is_still_taken_and_marked_late(phone, li, storm, running):
    from anlan.callup import actions

    actions.end(
        running, reason="解除", by=storm.district.chen_section, at=storm.clock.forward(minutes=5)
    )
    page = phone(issue_token(li))
    assert "已经结束" in page.content.decode()
    phone(issue_token(li), {"kind": "RECEIVED"})
    assert Answer.objects.get(called=li).late
