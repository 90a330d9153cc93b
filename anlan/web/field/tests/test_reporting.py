"""Reports from a phone: three taps, a bad signal, sent twice, mended on the spot."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.demo.district import District
from anlan.kernel import trail
from anlan.matters.models import Matter
from anlan.matters.tests.story import Story
from anlan.people.models import Person
from anlan.people.rules.outlines import Plot, lay_out
from anlan.web.tests.chairs import Chair, jpeg, text_of

Sit = Callable[[Person], Chair]
BY_SCRIPT = {"HTTP_ACCEPT": "application/json"}
EXIT = "fire_law.28.exit"
pytestmark = pytest.mark.usefixtures("file_room")


def what(district: District, **more: object) -> dict[str, object]:
    """As the phone hands it in."""
    given = {
        "origin": str(uuid4()),
        "deed": "report",
        "area": district.grid3.code,
        "lon": "121.37",
        "lat": "28.37",
        "accuracy": "8",
        "clause": EXIT,
        "title": "消防通道堆物",
        "photos": jpeg("brown"),
    }
    return {**given, **more}


class TestSending:
    def test_three_taps_make_a_report_at_its_place_with_its_photo(
        self, chair: Sit, district: District
    ) -> None:
        answer = chair(district.li_grid3).post("/field/report/", what(district), **BY_SCRIPT)
        assert answer.status_code == 201
        said = json.loads(text_of(answer))
        matter = Matter.objects.get(number=said["number"])
        assert (matter.area, matter.lon, matter.lat) == (district.grid3, 121.37, 28.37)
        assert matter.source == Matter.Source.GRID
        assert matter.grade == Matter.Grade.GENERAL
        assert matter.evidence.get().get_phase_display() == "发现时"
        assert matter.details["accuracy_m"] == 8
        assert "太平街道应急消防管理站" in said["next"]

    def test_sent_twice_it_is_one(self, chair: Sit, district: District) -> None:
        li, given = chair(district.li_grid3), what(district)
        numbers = set()
        for _ in range(2):
            given["photos"] = jpeg("brown")
            answer = li.post("/field/report/", given, **BY_SCRIPT)
            assert answer.status_code == 201
            numbers.add(json.loads(text_of(answer))["number"])
        assert len(numbers) == 1
        matter = Matter.objects.get()
        assert matter.evidence.count() == 1
        assert trail.verbs_of(matter).count("report") == 1

    def test_mended_on_the_spot_it_goes_to_another_to_check(
        self, chair: Sit, district: District
    ) -> None:
        given = what(district, deed="rectify_now", words="当场清走", after=jpeg("green"))
        answer = chair(district.li_grid3).post("/field/report/", given, **BY_SCRIPT)
        assert answer.status_code == 201, text_of(answer)
        matter = Matter.objects.get()
        assert matter.stage == Matter.Stage.SUBMITTED
        assert matter.checker == district.taiping_station_post
        phases = [one.get_phase_display() for one in matter.evidence.order_by("pk")]
        assert phases == ["整改前", "整改后"]

    def test_without_the_photo_after_it_is_refused_where_it_is_missing(
        self, chair: Sit, district: District
    ) -> None:
        given = what(district, deed="rectify_now", words="当场清走")
        answer = chair(district.li_grid3).post("/field/report/", given, **BY_SCRIPT)
        assert answer.status_code == 422
        refused = json.loads(text_of(answer))["refused"]
        assert "整改前、整改后照片" in refused["words"]
        assert not Matter.objects.exists()

    def test_a_major_hazard_cannot_be_settled_on_the_spot(
        self, chair: Sit, district: District
    ) -> None:
        given = what(
            district, deed="rectify_now", clause="chemical_2017.7", words="已关阀", after=jpeg()
        )
        answer = chair(district.li_grid3).post("/field/report/", given, **BY_SCRIPT)
        assert "重大隐患不适用即查即改" in text_of(answer)

    def test_it_waited_for_a_signal_and_keeps_the_hour_it_was_seen(
        self, chair: Sit, district: District
    ) -> None:
        seen = district.clock.now() - timedelta(hours=5)
        chair(district.li_grid3).post(
            "/field/report/", what(district, found_at=seen.isoformat()), **BY_SCRIPT
        )
        assert Matter.objects.get().found_at == seen

    @pytest.mark.parametrize("clock_says", ["2031-01-01T00:00:00Z", "neulich", "2024-06-12"])
    def test_a_phone_whose_clock_is_wrong_reports_now(
        self, chair: Sit, district: District, clock_says: str
    ) -> None:
        chair(district.li_grid3).post(
            "/field/report/", what(district, found_at=clock_says), **BY_SCRIPT
        )
        assert Matter.objects.get().found_at == district.clock.now()

    def test_a_plain_browser_lands_on_the_page(self, chair: Sit, district: District) -> None:
        answer = chair(district.li_grid3).post("/field/report/", what(district))
        assert answer.headers["Location"] == f"/matters/{Matter.objects.get().number}/"

    def test_a_plain_browser_keeps_what_was_typed(self, chair: Sit, district: District) -> None:
        answer = chair(district.li_grid3).post("/field/report/", what(district, area=""))
        assert answer.status_code == 422
        assert "没有选择所在区域" in text_of(answer)
        assert 'value="消防通道堆物"' in text_of(answer)


class TestWhoReports:
    def test_a_safety_officer_reports_on_their_own_firm_only(
        self, chair: Sit, district: District
    ) -> None:
        given = what(district, area=district.village_muyu.code, body=district.foundry.pk)
        chair(district.xu_safety).post("/field/report/", given, **BY_SCRIPT)
        assert not Matter.objects.filter(body=district.foundry).exists()
        given = what(district, area=district.village_muyu.code)
        answer = chair(district.xu_safety).post("/field/report/", given, **BY_SCRIPT)
        assert answer.status_code == 201, text_of(answer)
        matter = Matter.objects.get()
        assert matter.body == district.cold_chain
        assert matter.source == Matter.Source.ENTERPRISE

    def test_a_firm_cannot_pass_its_own_finding_off_as_the_departments(
        self, chair: Sit, district: District
    ) -> None:
        given = what(district, area=district.village_muyu.code, source="DEPARTMENT")
        chair(district.xu_safety).post("/field/report/", given, **BY_SCRIPT)
        assert Matter.objects.get().source == Matter.Source.ENTERPRISE
        desk = text_of(chair(district.xu_safety).get("/matters/new/"))
        assert 'value="DEPARTMENT"' not in desk

    def test_somebody_without_a_post_is_refused_in_words(
        self, chair: Sit, district: District
    ) -> None:
        answer = chair(district.wu_bystander).post("/field/report/", what(district), **BY_SCRIPT)
        assert answer.status_code == 422
        assert "没有登记隐患的权限" in text_of(answer)

    def test_an_unlisted_firm_is_kept_with_the_place(self, chair: Sit, district: District) -> None:
        told = {"place": "老街5号", "body_name": "小王修车铺"}
        phone = chair(district.li_grid3)
        refused = phone.post("/field/report/", what(district, **told), **BY_SCRIPT)
        assert refused.status_code == 422
        assert json.loads(text_of(refused))["refused"]["field"] == "body"
        assert "没有选中名册里的单位" in text_of(refused)
        assert not Matter.objects.exists()
        phone.post("/field/report/", what(district, **told, unlisted="1"), **BY_SCRIPT)
        assert Matter.objects.get().place == "老街5号 小王修车铺"


class TestWhatThePhoneAsks:
    def test_who_am_i_and_a_token(self, chair: Sit, district: District) -> None:
        said = json.loads(chair(district.li_grid3).reads("/field/hello/"))
        assert said["person"] == district.li_grid3.pk
        assert len(said["token"]) > 20

    def test_a_phone_that_signed_out_is_sent_to_the_door(self, district: District) -> None:
        from django.test import Client

        assert Client().get("/field/hello/", **BY_SCRIPT).status_code == 302

    def test_the_smallest_area_that_holds_the_place(self, chair: Sit, district: District) -> None:
        plot = Plot("town", within=(Plot("one"), Plot("two")))
        drawn = lay_out(plot, lon=121.34, lat=28.49, square_km=60)
        for area, code in ((district.zeguo, "town"), (district.village_muyu, "one")):
            area.outline = drawn[code].geojson()
            area.min_lon, area.min_lat, area.max_lon, area.max_lat = drawn[code].box
            area.save()
        sun = chair(district.sun_grid7)
        here = drawn["one"]
        said = json.loads(sun.reads(f"/field/place/?lon={here.lon}&lat={here.lat}"))
        assert said["code"] == district.village_muyu.code
        there = drawn["two"]
        said = json.loads(sun.reads(f"/field/place/?lon={there.lon}&lat={there.lat}"))
        assert said["code"] == district.zeguo.code

    def test_half_a_position_is_refused(self, chair: Sit, district: District) -> None:
        assert chair(district.li_grid3).get("/field/place/?lon=121.3").status_code == 409

    def test_reference_holds_what_a_phone_needs_without_signal(
        self, chair: Sit, district: District
    ) -> None:
        said = json.loads(chair(district.zhao_taiping_station).reads("/field/reference/"))
        codes = {area["code"] for area in said["areas"]}
        assert district.grid3.code in codes
        assert district.grid7.code not in codes
        assert {"灭火器材", "消防通道"} <= {clause["chip"] for clause in said["clauses"]}
        assert "辉达铸造" in json.dumps(said["bodies"], ensure_ascii=False)

    def test_the_chips_begin_with_what_is_found_here(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        for _ in range(3):
            story.reported(
                story.blocked_exit(clause="safety_law.30.qualification"), by=district.li_grid3
            )
        form = chair(district.li_grid3).reads("/field/report/")
        chips = form.split('<div class="chips wrap big">')[1].split("</div>")[0]
        assert chips.index("无证上岗") < chips.index("消防通道")
        assert chips.count('name="clause"') == 12


class TestNear:
    def test_live_matters_of_ones_own_reach(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.reported(story.blocked_exit(), by=district.li_grid3)
        story.reported()
        page = chair(district.li_grid3).reads("/field/")
        assert "安全出口被堵" in page
        assert "液氨管线" not in page

    def test_the_things_to_look_at(self, chair: Sit, district: District) -> None:
        assert "附近没有要办的" in chair(district.li_grid3).reads("/field/?show=items")
