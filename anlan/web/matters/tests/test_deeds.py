"""Deeds done from the screen: filled in, refused in words, done, and who was first."""

from collections.abc import Callable

import pytest

from anlan.demo.district import District
from anlan.kernel import trail
from anlan.kernel.models import StoredFile
from anlan.matters import actions
from anlan.matters.models import Matter
from anlan.matters.tests.story import AMMONIA, Story, refreshed
from anlan.people.models import Person
from anlan.web.tests.chairs import IN_DRAWER, Chair, jpeg, text_of

Sit = Callable[[Person], Chair]
LISTS = {"responsibility": "徐文负责", "measure": "更换阀门并检测"}


def at(matter: Matter, deed: str = "") -> str:
    return f"/matters/{matter.number}/{f'{deed}/' if deed else ''}"


class TestDispatching:
    def order(self, district: District, **given: object) -> dict[str, object]:
        return {
            "grade": "GENERAL",
            "owner": district.cold_chain_safety_post.pk,
            "checker": district.zeguo_station_post.pk,
            **LISTS,
            **given,
        }

    def test_the_form_proposes_who_rectifies_who_checks_and_until_when(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        form = chair(district.huang_zeguo_station).reads(at(matter, "dispatch"))
        assert f'value="{district.cold_chain_safety_post.pk}" selected' in form
        assert f'value="{district.zeguo_station_post.pk}" selected' in form
        assert "2024-06-27T16:00" in form
        assert "整改岗位会收到待办" in form

    def test_pressed_it_is_dispatched_and_the_reader_lands_on_its_page(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        station = chair(district.huang_zeguo_station)
        answer = station.post(at(matter, "dispatch"), self.order(district))
        assert answer.headers["Location"] == at(matter)
        now = refreshed(matter)
        assert now.stage == Matter.Stage.DISPATCHED
        assert now.owner == district.cold_chain_safety_post
        assert f"已交办：{matter.number}" in station.reads(at(matter))

    def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        answer = chair(district.huang_zeguo_station).post(
            at(matter, "dispatch"), self.order(district, measure="", words="请尽快")
        )
        page = text_of(answer)
        assert answer.status_code == 422
        assert "还缺：措施" in page
        assert "徐文负责" in page
        assert 'value="请尽快"' in page
        assert refreshed(matter).stage == Matter.Stage.REPORTED

    def test_a_major_hazard_wants_all_five(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported(story.leak(clause=AMMONIA))
        given = self.order(district, grade="MAJOR", clause=AMMONIA, checker="")
        answer = chair(district.chen_section).post(at(matter, "dispatch"), given)
        assert answer.status_code == 422
        assert "五落实不全，还缺：资金、预案" in text_of(answer)

    def test_a_post_that_does_not_come_into_question_cannot_be_slipped_in(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        given = self.order(district, owner=district.foundry_safety_post.pk)
        answer = chair(district.huang_zeguo_station).post(at(matter, "dispatch"), given)
        assert answer.status_code == 422
        assert refreshed(matter).stage == Matter.Stage.REPORTED

    def test_a_deadline_beyond_the_limit_is_refused(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        given = self.order(district, deadline="2024-08-01T12:00")
        answer = chair(district.huang_zeguo_station).post(at(matter, "dispatch"), given)
        assert "整改期限不得超过交办后15日" in text_of(answer)


class TestInTheDrawer:
    def test_done_shows_the_matter_says_so_and_lets_the_list_follow(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.dispatched()
        answer = chair(district.xu_safety).post(at(matter, "take"), **IN_DRAWER)
        page = text_of(answer)
        assert answer.headers["HX-Trigger"] == "anlan:changed"
        assert f"已接办：{matter.number}" in page
        assert 'hx-swap-oob="beforeend:#toasts"' in page
        assert at(matter, "submit") in page

    def test_from_the_page_itself_the_drawer_closes(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.dispatched()
        behind = {"HTTP_HX_CURRENT_URL": f"http://testserver{at(matter)}"}
        answer = chair(district.xu_safety).post(at(matter, "take"), **IN_DRAWER, **behind)
        assert '<article class="matter"' not in text_of(answer)
        assert answer.headers["HX-Trigger"] == "anlan:changed"

    def test_a_draft_thrown_away_leaves_an_empty_drawer(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = actions.draft(story.leak(), by=district.sun_grid7, at=story.now)
        answer = chair(district.sun_grid7).post(at(matter, "discard"), **IN_DRAWER)
        assert answer.status_code == 200
        assert '<article class="matter"' not in text_of(answer)
        assert not Matter.objects.filter(number=matter.number).exists()


class TestWhoWasFirst:
    def test_the_second_of_two_is_told_who_and_keeps_the_words(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.submitted()
        actions.accept(matter, opinion="属实", by=district.huang_zeguo_station, at=story.now)
        answer = chair(district.huang_zeguo_station).post(
            at(matter, "refuse"), {"reason": "照片看不清楚"}
        )
        page = text_of(answer)
        assert answer.status_code == 422
        assert "黄磊已于2024-06-12 16:00核查销号" in page
        assert "照片看不清楚" in page
        assert "看最新状态" in page

    def test_opening_the_form_too_late_says_so_at_once(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.closed()
        page = chair(district.huang_zeguo_station).reads(at(matter, "accept"))
        assert "现为“已销号”，不能核查销号" in page
        assert '<button class="btn btn-primary">' not in page

    def test_who_rectified_cannot_accept_under_another_post(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        district.appoint(district.xu_safety, district.zeguo_station_post)
        matter = story.submitted()
        answer = chair(district.xu_safety).post(at(matter, "accept"), {"opinion": "可以"})
        assert answer.status_code == 403
        assert refreshed(matter).stage == Matter.Stage.SUBMITTED


@pytest.mark.usefixtures("file_room")
class TestShowing:
    def test_work_done_with_a_photo_goes_to_the_checker(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.taken()
        given = {"words": "已更换阀门", "evidence": jpeg("green")}
        answer = chair(district.xu_safety).post(at(matter, "submit"), given)
        assert answer.status_code == 302
        assert refreshed(matter).stage == Matter.Stage.SUBMITTED
        assert matter.evidence.get().get_phase_display() == "整改后"

    def test_without_one_it_comes_back_and_asks(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.taken()
        answer = chair(district.xu_safety).post(at(matter, "submit"), {"words": "已更换阀门"})
        assert "办结反馈要附佐证" in text_of(answer)
        assert "已更换阀门" in text_of(answer)

    def test_photos_survive_a_form_that_comes_back(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter, xu = story.taken(), chair(district.xu_safety)
        answer = xu.post(at(matter, "submit"), {"words": "", "evidence": jpeg("green")})
        assert answer.status_code == 422
        kept = StoredFile.objects.get()
        assert f'name="kept" value="{kept.sha256}"' in text_of(answer)
        xu.post(at(matter, "submit"), {"words": "已更换", "kept": kept.sha256})
        assert matter.evidence.get().file == kept

    def test_somebody_elses_photo_cannot_be_named(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.taken()
        chair(district.sun_grid7).post(
            at(matter, "attach"), {"evidence": jpeg("red"), "words": "现场"}
        )
        theirs = StoredFile.objects.get()
        answer = chair(district.xu_safety).post(
            at(matter, "submit"), {"words": "已更换", "kept": theirs.sha256}
        )
        assert "办结反馈要附佐证" in text_of(answer)

    def test_a_program_dressed_as_a_photo_is_refused_by_name(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.taken()
        bad = jpeg(name="整改.exe")
        answer = chair(district.xu_safety).post(
            at(matter, "submit"), {"words": "已更换", "evidence": bad}
        )
        assert answer.status_code == 422
        assert "整改.exe" in text_of(answer)
        assert refreshed(matter).stage == Matter.Stage.RECTIFYING


class TestEntering:
    def given(self, district: District, **more: object) -> dict[str, object]:
        words = {"kind": "hazard", "title": "冷库门禁失灵", "source": "DEPARTMENT"}
        return {**words, "area": district.village_muyu.code, "body": "泽海冷链", **more}

    def test_entered_for_somebody_else_both_names_stay(
        self, chair: Sit, district: District
    ) -> None:
        given = self.given(district, on_behalf_of="孙国强")
        if district.sun_grid7.name != "孙国强":
            given["on_behalf_of"] = district.sun_grid7.name
        answer = chair(district.huang_zeguo_station).post("/matters/new/", given)
        assert answer.status_code == 302, text_of(answer)
        matter = Matter.objects.get(title="冷库门禁失灵")
        assert matter.opener == district.huang_zeguo_station
        assert matter.on_behalf_of == district.sun_grid7
        assert trail.entries_of(matter).last().on_behalf_of_id == district.sun_grid7.pk
        assert matter.body == district.cold_chain

    def test_a_draft_is_the_writers_alone_until_sent(self, chair: Sit, district: District) -> None:
        huang = chair(district.huang_zeguo_station)
        huang.post("/matters/new/", self.given(district, draft="1"))
        matter = Matter.objects.get(title="冷库门禁失灵")
        assert matter.stage == Matter.Stage.DRAFT
        assert chair(district.chen_section).get(at(matter)).status_code == 404
        huang.post(at(matter, "edit"), self.given(district, title="冷库门禁失灵两处"))
        huang.post(at(matter, "report"))
        assert refreshed(matter).title == "冷库门禁失灵两处"
        assert refreshed(matter).stage == Matter.Stage.REPORTED
        assert huang.get(at(matter, "edit")).status_code == 404

    def test_names_that_fit_nobody_are_answered_in_place(
        self, chair: Sit, district: District
    ) -> None:
        given = self.given(district, on_behalf_of="查无此人", body="查无此厂")
        page = text_of(chair(district.huang_zeguo_station).post("/matters/new/", given))
        assert "名录里没有此人" in page
        assert "没有找到这家单位" in page
        assert "冷库门禁失灵" in page
