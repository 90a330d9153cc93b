"""The duty room's screens: who is rung, what is missing, what is written, at whose right."""

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from anlan.duty.models import Desk, Handover, LogEntry, Shift, Swap
from anlan.duty.tests.rota import Rota, june
from anlan.people.access import scope_of
from anlan.people.models import Body

from ..desk import on_now


@pytest.fixture
def rota(district):
    return Rota(district)


@pytest.fixture
def night(rota, district, clock):
    """22:00: 罗军 at the desk, 周建国 leads, nobody after half past eight."""
    shift = rota.on(district.luo_fire, june(12, "17:30"), june(13))
    rota.on(district.zhou_chief, june(12, "17:00"), june(13), level="LEADER")
    clock.to(june(12, "22:00"))
    return shift


def test_the_officer_on_duty_stands_in_the_top_bar_of_every_page(chair, rota, district, night):
    for somebody, path in ((district.li_grid3, "/"), (district.xu_safety, "/matters/")):
        page = chair(somebody).reads(path)
        assert "罗军" in page
        assert 'href="tel:0576-86120000"' in page  # the office's number
        assert "13800000014" not in page  # not the person's


def test_now_says_who_is_on_who_is_missing_and_what_comes(chair, rota, district, night):
    page = chair(district.chen_section).reads("/duty/")
    for words in ("罗军", "周建国", "▲ 未到岗", "空班", "值班员 白班，应到 1 人，已排 0 人"):
        assert words in page
    assert f"/duty/desk/{rota.room.pk}/assign/" in page


def test_a_grid_worker_sees_whom_to_ring_and_nothing_of_the_books(chair, rota, district, night):
    page = chair(district.li_grid3).reads(f"/duty/?desk={rota.room.pk}")
    assert "罗军" in page
    assert "日志和交接班只对本级和当班人员开放" in page
    assert "assign" not in page
    entry = LogEntry.objects.create(
        desk=rota.room, kind="CALL_IN", words="某企业来电", happened_at=rota.at, written_at=rota.at
    )
    assert "某企业来电" not in chair(district.li_grid3).reads(f"/duty/log/?desk={rota.room.pk}")
    assert "某企业来电" in chair(district.zhou_chief).reads(f"/duty/log/?desk={rota.room.pk}")
    correcting = f"/duty/log/{entry.pk}/correct_log/"
    assert chair(district.li_grid3).get(correcting).status_code == 404


def test_who_has_no_post_finds_a_page_that_says_what_to_do(chair, rota, district):
    page = chair(district.wu_bystander).reads("/duty/")
    assert "没有您能看到的值班室" in page


def test_arrival_is_confirmed_with_one_press(chair, rota, district, night):
    screen = chair(district.luo_fire)
    answer = screen.post(f"/duty/shift/{night.pk}/confirm_arrival/", {"words": "路上积水"})
    assert answer.status_code == 302
    night.refresh_from_db()
    assert night.arrived_at == june(12, "22:00")
    assert "◐ 迟到" in screen.reads("/duty/")


def test_the_quick_entry_keeps_what_was_typed_when_it_is_refused(chair, rota, district, night):
    path = f"/duty/desk/{rota.room.pk}/write_log/"
    screen = chair(district.luo_fire)
    assert screen.post(path, {"kind": "CALL_IN", "words": "泽国镇报积水"}).status_code == 302
    assert "泽国镇报积水" in screen.reads("/duty/log/")
    wrong = screen.post(path, {"kind": "NO_SUCH", "words": "写了很多字"})
    assert wrong.status_code == 422
    assert "写了很多字" in wrong.content.decode()
    assert LogEntry.objects.count() == 1


def test_a_stranger_cannot_write_into_the_log(chair, rota, district, night):
    path = f"/duty/desk/{rota.room.pk}/write_log/"
    for stranger in (district.li_grid3, district.he_housing, district.xu_safety):
        answer = chair(stranger).post(path, {"kind": "CALL_IN", "words": "试试"})
        assert answer.status_code in (403, 404)
    assert not LogEntry.objects.exists()


def test_the_month_shows_names_gaps_in_words_and_who_left(chair, rota, district, night, clock):
    rotation = rota.group(district.luo_fire, district.he_housing)
    rota.make(rotation, june(13).date(), june(20).date())
    district.he_housing.left_on = june(12).date()
    district.he_housing.save()
    page = chair(district.chen_section).reads(f"/duty/roster/?desk={rota.room.pk}&month=2024-06")
    assert "2024年6月" in page
    assert "▲</span>何丽" in page
    assert "已于 2024-06-12 离任" in page
    assert ">空</a>" in page
    # Everybody below may read the names; what is wrong is the district's affair.
    below = chair(district.li_grid3).reads(f"/duty/roster/?desk={rota.room.pk}&month=2024-06")
    assert "罗军" in below
    assert ">空<" not in below


def test_a_month_that_cannot_be_read_is_this_month(chair, rota, district):
    assert "2024年6月" in chair(district.chen_section).reads("/duty/roster/?month=昨天")


def test_rotation_and_roster_are_made_from_two_forms(chair, rota, district):
    screen = chair(district.chen_section)
    desk = f"/duty/desk/{rota.room.pk}"
    given = {
        "level": "OFFICER",
        "watch": "",
        "days": "ALL",
        "group": "罗军、何丽",
        "step": 1,
        "turn": 2,
    }
    assert screen.post(f"{desk}/set_rotation/", given).status_code == 302
    form = screen.reads(f"{desk}/generate_roster/")
    assert "值班员 全部班次 每天：罗军、何丽" in form
    given = {
        "rotations": [rota.room.rotations.get().pk],
        "first": "2024-07-01",
        "last": "2024-07-31",
    }
    assert screen.post(f"{desk}/generate_roster/", given).status_code == 302
    assert Shift.objects.count() == 62
    assert Shift.objects.order_by("starts").first().person == district.he_housing


def test_a_name_that_nobody_has_is_told_beside_its_field(chair, rota, district):
    given = {"level": "OFFICER", "days": "ALL", "group": "罗军、查无此人", "step": 1, "turn": 1}
    answer = chair(district.chen_section).post(f"/duty/desk/{rota.room.pk}/set_rotation/", given)
    assert answer.status_code == 422
    assert "查无此人" in answer.content.decode()


def test_swap_asked_on_one_screen_and_agreed_on_another(chair, rota, district, clock):
    mine = rota.on(district.luo_fire, june(14, "17:30"), june(15))
    theirs = rota.on(district.he_housing, june(16, "17:30"), june(17))
    asking = chair(district.luo_fire)
    form = asking.reads(f"/duty/shift/{mine.pk}/ask_swap/")
    assert "何丽 06-16" in form
    answer = asking.post(
        f"/duty/shift/{mine.pk}/ask_swap/", {"back": theirs.pk, "reason": "参加培训"}
    )
    assert answer.status_code == 302
    swap = Swap.objects.get()
    assert "同意换班" in chair(district.he_housing).reads(f"/duty/?desk={rota.room.pk}")
    assert chair(district.ma_admin).post(f"/duty/swap/{swap.pk}/accept_swap/").status_code == 403
    assert chair(district.he_housing).post(f"/duty/swap/{swap.pk}/accept_swap/").status_code == 302
    mine.refresh_from_db()
    assert mine.person == district.he_housing


def test_handed_over_with_what_is_open_and_signed_for(chair, rota, district, night, clock):
    rota.on(district.he_housing, june(13), june(13, "17:30"))
    clock.to(june(13, "08:25"))
    answer = chair(district.luo_fire).post(
        f"/duty/shift/{night.pk}/give_handover/",
        {"words": "夜间降雨 32 毫米", "more": "大溪镇积水待复核\n\n"},
    )
    assert answer.status_code == 302
    handover = Handover.objects.get()
    assert handover.open_things == [{"words": "大溪镇积水待复核", "ref": ""}]
    clock.to(june(13, "08:31"))
    page = chair(district.he_housing).reads("/duty/handover/")
    assert "◐ 待接班" in page
    path = f"/duty/handover/{handover.pk}/take_handover/"
    assert chair(district.he_housing).post(path, {"remark": "已核对"}).status_code == 302
    assert "✓ 已接班" in chair(district.he_housing).reads("/duty/handover/")
    # What was open goes on to the next one, ticked.
    mine = Shift.objects.get(person=district.he_housing)
    assert "大溪镇积水待复核" in chair(district.he_housing).reads(
        f"/duty/shift/{mine.pk}/give_handover/"
    )


def test_joint_duty_is_begun_and_its_empty_seats_are_seen(chair, rota, district, clock):
    screen = chair(district.chen_section)
    given = {
        "kind": "joint_duty",
        "area": "331081000000",
        "body": "温岭市应急管理局",
        "name": "市防指联合值班",
        "reason": "启动防台风Ⅲ级应急响应",
    }
    assert screen.post("/duty/new/0/open_joint/", given).status_code == 302
    again = screen.post("/duty/new/0/open_joint/", given)
    assert again.status_code == 422
    assert "不重复设立" in again.content.decode()
    desk = district.wenling.duty_desks.get(kind="joint_duty")
    seat = {"body": "温岭市消防救援大队", "number": 1}
    assert screen.post(f"/duty/desk/{desk.pk}/set_seat/", seat).status_code == 302
    page = screen.reads(f"/duty/?desk={desk.pk}")
    assert "启动防台风Ⅲ级应急响应" in page
    assert "消防大队 1 人" in page
    assert "空班" in page


def test_print_and_sheet_hold_the_same_names(chair, rota, district, night):
    screen = chair(district.chen_section)
    paper = screen.reads(f"/duty/roster/paper/?desk={rota.room.pk}&month=2024-06")
    assert "罗军" in paper
    assert "空" in paper
    sheet = screen.get(f"/duty/roster/sheet/?desk={rota.room.pk}&month=2024-06")
    assert sheet.status_code == 200
    assert sheet.headers["Content-Type"].startswith("application/vnd.openxml")


def test_the_top_bar_costs_one_query_a_request(
    rota, district, night, clock, django_assert_num_queries
):
    request = HttpRequest()
    request.person, request.at = district.li_grid3, clock.now()
    request.scope = scope_of(district.li_grid3, at=clock.now())
    with django_assert_num_queries(1):
        assert on_now(request).name == "罗军"
        assert on_now(request).phone == "0576-86120000"


def test_a_hundred_desks_cost_the_duty_page_no_more_queries(chair, rota, district, night):
    """The overview reads everybody who is on in one query, not one a desk."""
    screen = chair(district.chen_section)
    screen.reads("/duty/")  # the first page of a session reads what the next ones remember
    with CaptureQueriesContext(connection) as few:
        screen.reads("/duty/")
    Desk.objects.bulk_create(
        Desk(
            kind="town_duty",
            name=f"片区{number}",
            area=district.zeguo,
            area_path=district.zeguo.path,
            body=Body.objects.create(
                name=f"片区{number}", kind="TOWN", area=district.zeguo, area_path="/"
            ),
            opened_at=rota.at,
        )
        for number in range(100)
    )
    with CaptureQueriesContext(connection) as many:
        assert "片区99" in screen.reads("/duty/")
    assert len(many) == len(few)
