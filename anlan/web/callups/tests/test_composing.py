"""A call-up is written down, looked at, approved by another, or starts by an earlier approval."""

from html import unescape

import pytest

from anlan.callup import actions
from anlan.callup.models import Attempt, Callup
from anlan.callup.models.profiles import profiles
from anlan.web.callups import said
from anlan.web.tests.chairs import IN_DRAWER, text_of


@pytest.fixture
def brief(storm, grid_charge):
    return {
        "title": "短时强降雨将至",
        "hazard": "rainstorm",
        "colour": "",
        "words": "请查看低洼处",
        "profile": "life_safety",
        "area": [storm.district.taiping.code],
    }


def written(chair, storm, brief, path="/callups/new/"):
    answer = chair(storm.district.chen_section).post(path, brief)
    assert answer.status_code == 302, text_of(answer)
    callup = Callup.objects.latest("pk")
    assert answer["Location"] == f"/callups/{callup.number}/"
    return callup


def test_the_section_writes_one_down_and_nobody_is_called_yet(chair, storm, brief):
    callup = written(chair, storm, brief)
    assert (callup.stage, callup.world, callup.drafter) == (
        "DRAFT",
        "LIVE",
        storm.district.chen_section,
    )
    assert not Attempt.objects.exists()
    page = chair(storm.district.chen_section).reads(f"/callups/{callup.number}/")
    assert "▲ 实战" in page
    assert "world-frame live" in page
    assert "提请批准" in page
    assert "批准并启动" not in page, "whoever drafted it does not approve it"


def test_the_drill_has_an_entry_of_its_own_and_is_marked_everywhere(chair, storm, brief):
    seat = chair(storm.district.chen_section)
    form = seat.reads("/callups/drill/")
    assert "world-frame drill" in form
    assert 'name="drill"' not in form, "the world is chosen before, not beside the button"
    callup = written(chair, storm, brief, "/callups/drill/")
    assert callup.world == "DRILL"
    page = seat.reads(f"/callups/{callup.number}/")
    assert "◇ 演练" in page
    assert "▲ 实战" not in page
    assert "【演练】" in page


def test_a_live_call_up_cannot_be_written_with_a_profile_for_drills(chair, storm, brief):
    answer = chair(storm.district.chen_section).post("/callups/new/", brief | {"profile": "drill"})
    assert answer.status_code == 422
    assert not Callup.objects.exists()


def test_what_is_missing_is_said_and_what_was_typed_is_kept(chair, storm, brief):
    answer = chair(storm.district.chen_section).post("/callups/new/", brief | {"area": []})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "请选择叫应区域" in page
    assert "请查看低洼处" in page


def test_with_lives_at_stake_one_press_and_a_reason_start_it(chair, storm, brief):
    where = storm.district
    seat = chair(where.chen_section)
    assert "紧急启动" in seat.reads("/callups/new/")
    assert 'name="urgent"' not in seat.reads("/callups/drill/")
    led = seat.post("/callups/new/", brief | {"urgent": "1"})
    callup = Callup.objects.get()
    assert led["Location"] == f"/callups/{callup.number}/start_urgently/"
    assert "补办确认" in seat.reads(led["Location"])
    assert seat.post(led["Location"], {"reason": ""}).status_code == 422
    assert not Attempt.objects.exists()
    seat.post(led["Location"], {"reason": "3时12分坝体渗漏，分管领导电话未接"})
    assert Attempt.objects.exists()
    board = seat.reads(f"/callups/{callup.number}/")
    assert "陈静紧急启动（3时12分坝体渗漏" in board
    assert "待有权批准的领导" in board
    assert f"/callups/{callup.number}/confirm_approval/" not in board, "not by who started it"
    above = chair(where.zhou_chief)
    assert f"/callups/{callup.number}/confirm_approval/" in above.reads(
        f"/callups/{callup.number}/"
    )
    above.post(f"/callups/{callup.number}/confirm_approval/")
    assert "周建国已确认" in seat.reads(f"/callups/{callup.number}/")
    assert "补办确认：周建国" in seat.reads(f"/callups/{callup.number}/paper/")


def test_what_is_not_about_lives_is_not_started_in_a_hurry(chair, storm, brief):
    hurried = brief | {"profile": "ordinary", "urgent": "1"}
    answer = chair(storm.district.chen_section).post("/callups/new/", hurried)
    assert answer.status_code == 422
    assert "不涉及生命安全" in text_of(answer)
    assert not Callup.objects.exists()


def test_the_stale_the_phoneless_and_those_without_a_next_one_stand_on_top(
    chair, storm, brief, grid_charge
):
    where = storm.district
    grid_charge.confirmed_on, grid_charge.confirm_by = (
        None,
        storm.clock.now().date().replace(month=5),
    )
    grid_charge.save()
    where.wang_taiping_leader.phone = ""
    where.wang_taiping_leader.save()
    callup = written(chair, storm, brief)
    page = chair(where.chen_section).reads(f"/callups/{callup.number}/")
    before, _, whole = page.partition("全部名单")
    assert "逾期未确认" in before
    assert where.li_grid3.name in before
    assert "没有电话，只能在系统内叫到" in before
    assert where.wang_taiping_leader.name in before
    assert "王芳（上一级）" in whole
    assert "13800000009" not in page, "numbers are masked before the call"


def test_another_approves_and_it_runs(chair, storm, brief):
    where = storm.district
    callup = written(chair, storm, brief)
    chair(where.chen_section).post(f"/callups/{callup.number}/submit/")
    refused = chair(where.chen_section).post(f"/callups/{callup.number}/approve/")
    assert refused.status_code == 403
    assert "拟稿人不能批准自己的叫应" in text_of(refused)
    callup.refresh_from_db()
    assert callup.stage == "SUBMITTED"
    page = chair(where.zhou_chief).reads(f"/callups/{callup.number}/")
    assert "批准并启动" in page
    warned = chair(where.zhou_chief).reads(f"/callups/{callup.number}/approve/", **IN_DRAWER)
    assert "立即按名单逐人叫应" in warned
    chair(where.zhou_chief).post(f"/callups/{callup.number}/approve/")
    callup.refresh_from_db()
    assert (callup.stage, callup.approver) == ("RUNNING", where.zhou_chief)
    assert "叫应中" in chair(where.chen_section).reads(f"/callups/{callup.number}/")


def test_approved_on_the_phone_it_starts_and_waits_for_the_approver_to_confirm(chair, storm, brief):
    where = storm.district
    callup = written(chair, storm, brief)
    chair(where.chen_section).post(f"/callups/{callup.number}/submit/")
    seat = chair(where.chen_section)
    logged = seat.post(f"/callups/{callup.number}/approve_by_phone/", {"approver": "周建国"})
    assert logged.status_code == 302, text_of(logged)
    callup.refresh_from_db()
    assert (callup.stage, callup.approver) == ("RUNNING", where.zhou_chief)
    assert callup.logged_by == where.chen_section
    assert "补办确认" in chair(where.zhou_chief).reads(f"/callups/{callup.number}/")
    chair(where.zhou_chief).post(f"/callups/{callup.number}/confirm_approval/")
    callup.refresh_from_db()
    assert callup.confirm_by is None


def test_a_profile_approved_beforehand_starts_at_once(chair, storm, brief):
    where = storm.district
    callup = written(chair, storm, brief | {"profile": "drill"}, "/callups/drill/")
    page = chair(where.chen_section).reads(f"/callups/{callup.number}/")
    assert "已预先批准" in page
    chair(where.chen_section).post(f"/callups/{callup.number}/start/")
    callup.refresh_from_db()
    assert callup.stage == "RUNNING"
    assert callup.standing_approval


def test_without_an_approval_given_before_there_is_no_start(chair, storm, brief):
    callup = written(chair, storm, brief)
    seat = chair(storm.district.chen_section)
    assert f"/callups/{callup.number}/start/" not in seat.reads(f"/callups/{callup.number}/")
    answer = seat.post(f"/callups/{callup.number}/start/")
    assert answer.status_code == 422
    assert "没有预先批准" in text_of(answer)


def test_while_writing_one_sees_the_words_and_the_numbers(chair, storm, brief):
    seat = chair(storm.district.chen_section)
    code = storm.district.taiping.code
    page = seat.reads(
        f"/callups/preview/LIVE/?title=短时强降雨&hazard=rainstorm&profile=life_safety&area={code}"
    )
    assert "将叫应" in page
    assert "短时强降雨" in page
    assert " 条</span>" in page, "how many SMS it costs"
    assert seat.get("/callups/preview/OTHER/").status_code == 404


@pytest.mark.parametrize("words", ["请查看低洼处", ""])
def test_what_was_shown_before_is_what_is_sent(chair, storm, brief, words):
    """The preview is made by the screens, the message by the room: they must never drift apart."""
    callup = written(chair, storm, brief | {"words": words})
    li = storm.district.li_grid3
    shown = {
        each.channel: each.text
        for each in said.wording_of(
            callup, profiles()["life_safety"], name=li.name, area=storm.district.grid3.name
        )
    }
    actions.submit(callup, by=storm.district.chen_section, at=storm.clock.now())
    actions.approve(callup, by=storm.district.zhou_chief, at=storm.clock.now())
    sent = Attempt.objects.filter(called__person=li)
    assert sent.count() >= 2
    for attempt in sent:
        assert attempt.text.replace("{link}", said.LIKE_LINK + " ") == shown[attempt.channel]


def test_areas_are_found_by_name_and_opened_in_the_tree(chair, storm):
    seat, where = chair(storm.district.huang_zeguo_station), storm.district
    assert where.village_muyu.name in seat.reads("/callups/areas/?look_for=牧屿")
    assert where.taiping.name not in seat.reads("/callups/areas/?look_for=太平"), (
        "not theirs to call"
    )
    below = seat.reads(f"/callups/areas/?below={where.zeguo.code}")
    assert where.village_muyu.name in below


def test_whoever_is_where_the_danger_is_is_called_before_the_village_next_to_it(
    chair, storm, brief
):
    where = storm.district
    near, far = where.village_muyu, where.village_dongmen
    storm.charge("village_cadre_household", far, where.wu_bystander)
    storm.charge("village_cadre_household", near, where.qian_taiping_deputy)
    brief |= {"area": [far.code, near.code], f"near-{far.code}": "1", f"near-{near.code}": "0"}
    callup = written(chair, storm, brief)
    page = chair(where.chen_section).reads(f"/callups/{callup.number}/")
    assert f"{near.name}（险情在此）、{far.name}（邻近）" in page
    again = chair(where.chen_section).reads(
        f"/callups/new/?like={callup.number}&area={far.code}&near-{far.code}=1"
    )
    assert '<option value="1" selected>邻近' in again
    actions.submit(callup, by=where.chen_section, at=storm.clock.now())
    actions.approve(callup, by=where.zhou_chief, at=storm.clock.now())
    texts = [each.name for each in storm.send() if each.channel == "SMS"]
    assert texts.index(where.qian_taiping_deputy.name) < texts.index(where.wu_bystander.name)


def test_a_grid_worker_composes_nothing(chair, storm):
    seat = chair(storm.district.li_grid3)
    for path in ("/callups/new/", "/callups/drill/", "/callups/areas/", "/callups/preview/LIVE/"):
        assert seat.get(path).status_code == 403


def test_a_draft_is_thrown_away_with_a_reason_and_drafted_anew(chair, storm, brief):
    callup = written(chair, storm, brief)
    seat = chair(storm.district.chen_section)
    assert seat.post(f"/callups/{callup.number}/void/", {}).status_code == 422
    seat.post(f"/callups/{callup.number}/void/", {"reason": "区域选错"})
    callup.refresh_from_db()
    assert callup.stage == "VOID"
    again = unescape(
        seat.reads(f"/callups/new/?like={callup.number}&area={storm.district.zeguo.code}")
    )
    assert "短时强降雨将至" in again
    assert storm.district.zeguo.name in again
