"""The page of a matter: who sees it, what it says, which buttons stand on it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from anlan.demo.district import District
from anlan.kernel import files
from anlan.matters import actions, sweeps
from anlan.matters.actions import Shown
from anlan.matters.models import Evidence, Matter
from anlan.matters.tests.story import Story, photo
from anlan.people.models import Person
from anlan.people.rules.outlines import Plot, lay_out
from anlan.web.matters.sketch import sketch_of
from anlan.web.tests.chairs import IN_DRAWER, Chair, jpeg

Sit = Callable[[Person], Chair]


def page_of(matter: Matter) -> str:
    return f"/matters/{matter.number}/"


class TestWhoSeesIt:
    def test_not_visible_is_not_there(self, chair: Sit, story: Story, district: District) -> None:
        matter = story.taken()
        for person in (district.zhao_taiping_station, district.jin_foundry, district.wu_bystander):
            assert chair(person).get(page_of(matter)).status_code == 404
            assert chair(person).get(f"{page_of(matter)}accept/").status_code == 404
            assert chair(person).post(f"{page_of(matter)}take/").status_code == 404

    def test_a_number_that_never_was(self, chair: Sit, district: District) -> None:
        answer = chair(district.chen_section).get("/matters/YH1999-000001/")
        assert answer.status_code == 404
        assert "没有找到这项内容" in answer.content.decode()

    def test_the_drawer_gets_the_page_without_the_frame(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.taken()
        page = chair(district.chen_section).reads(page_of(matter), **IN_DRAWER)
        assert '<div class="drawer-head">' in page
        assert "<html" not in page


class TestWhatItSays:
    def test_the_picture_of_the_danger_given_as_mended_is_remarked(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        """It passed without a word; it is for the checker to judge, so it is not refused."""
        remark = "与发现时的照片是同一张"
        same = files.keep(jpeg(), name="a.jpg", by=district.xu_safety, at=story.now)
        matter = story.taken()
        found, after = Shown(same, Evidence.Phase.FOUND), Shown(same, Evidence.Phase.AFTER)
        actions.attach(matter, evidence=[found], by=district.xu_safety, at=story.now)
        checker = chair(district.huang_zeguo_station)
        assert remark not in checker.reads(page_of(matter))
        actions.submit(
            matter, words="已更换", evidence=[after], by=district.xu_safety, at=story.now
        )
        assert checker.reads(page_of(matter)).count(remark) == 1

    def test_whose_turn_it_is_and_until_when(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.dispatched()
        page = chair(district.chen_section).reads(page_of(matter))
        turn = page.split('<p class="matter-turn">')[1].split("</p>")[0]
        assert "泽海冷链安全管理员" in turn
        assert district.xu_safety.name in turn
        assert "接办" in turn
        assert "2024-06-13 16:00" in turn

    def test_a_post_nobody_holds_is_said_to_be_empty(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.dispatched()
        district.cold_chain_safety_post.tenures.update(until=district.clock.now().date())
        assert "此岗位现在无人任职" in chair(district.chen_section).reads(page_of(matter))

    def test_the_timeline_names_who_under_which_post_and_what_was_said(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.submitted()
        district.clock.forward(hours=1)
        actions.refuse(
            matter, reason="阀门照片看不清", by=district.huang_zeguo_station, at=story.now
        )
        page = chair(district.xu_safety).reads(page_of(matter))
        timeline = page.split('<ol class="timeline">')[1]
        for words in (
            "核查退回",
            "黄磊",
            "泽国镇应急消防管理站",
            "阀门照片看不清",
            "2024-06-12 17:00",
        ):
            assert words in timeline
        assert timeline.index("核查退回") < timeline.index("办结反馈") < timeline.index("上报")

    def test_a_word_entered_for_somebody_else_keeps_both_names(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = actions.report(
            story.leak(),
            on_behalf_of=district.sun_grid7,
            by=district.huang_zeguo_station,
            at=story.now,
        )
        page = chair(district.huang_zeguo_station).reads(page_of(matter))
        assert f"代 {district.sun_grid7.name} 录入" in page
        assert "黄磊" in page

    def test_five_duties_are_shown_with_what_is_missing(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.major()
        page = chair(district.chen_section).reads(page_of(matter))
        assert "五落实" in page
        assert "企业自筹12万元" in page
        Matter.objects.filter(pk=matter.pk).update(plan={**matter.plan, "funds": ""})
        assert "未填写" in chair(district.chen_section).reads(page_of(matter))

    def test_what_hangs_together_is_linked_both_ways(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        first, second = story.reported(), story.reported(story.leak(title="阀门渗漏"))
        actions.merge(second, into=first, by=district.huang_zeguo_station, at=story.now)
        section = chair(district.chen_section)
        assert f'href="{page_of(second)}"' in section.reads(page_of(first))
        assert f'href="{page_of(first)}"' in section.reads(page_of(second))

    def test_the_chat_text_carries_the_address(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.taken()
        page = chair(district.chen_section).reads(page_of(matter))
        chat = page.split(f'id="chat-{matter.number}"')[1].split("</textarea>")[0]
        assert f"http://testserver/matters/{matter.number}/" in chat
        assert matter.title in chat

    def test_words_of_a_reporter_cannot_become_a_script(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported(story.leak(title="<script>alert(1)</script>"))
        assert "<script>alert" not in chair(district.chen_section).reads(page_of(matter))


class TestButtons:
    def deeds(self, page: str, matter: Matter) -> list[str]:
        shown = page.split('class="matter-deeds')[1].split('<ol class="five-steps"')[0]
        links = shown.split(f'href="{page_of(matter)}')[1:]
        return [link.split('/"')[0] for link in links if not link.startswith("?")]

    def test_only_what_this_person_may_press_the_next_deed_first(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        station = self.deeds(chair(district.huang_zeguo_station).reads(page_of(matter)), matter)
        assert station[0] == "dispatch"
        assert "take" not in station
        finder = self.deeds(chair(district.sun_grid7).reads(page_of(matter)), matter)
        assert "dispatch" not in finder
        assert "rectify_now" in finder

    def test_every_button_opens_its_form(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        for matter in (story.reported(), story.taken(), story.major(), story.submitted()):
            for person in (district.huang_zeguo_station, district.chen_section, district.xu_safety):
                screen = chair(person)
                if screen.get(page_of(matter)).status_code != 200:
                    continue
                for deed in self.deeds(screen.reads(page_of(matter)), matter):
                    form = screen.reads(f"{page_of(matter)}{deed}/", **IN_DRAWER)
                    assert "<form" in form, (person, deed)


class TestTheMap:
    @pytest.fixture
    def drawn(self, district: District) -> None:
        plot = Plot("town", within=(Plot("one"), Plot("two")))
        outlines = lay_out(plot, lon=121.34, lat=28.49, square_km=60)
        for area, code in ((district.zeguo, "town"), (district.village_muyu, "one")):
            made = outlines[code]
            area.lon, area.lat, area.outline = made.lon, made.lat, made.geojson()
            area.min_lon, area.min_lat, area.max_lon, area.max_lat = made.box
            area.save()

    @pytest.mark.usefixtures("drawn")
    def test_the_village_is_marked_and_the_spot_lies_on_the_sheet(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        village = district.village_muyu
        matter = story.reported(story.leak(lon=village.lon, lat=village.lat))
        drawing = sketch_of(matter)
        assert drawing is not None
        assert drawing.spot is not None
        assert 0 < drawing.spot[0] < drawing.width
        assert 0 < drawing.spot[1] < drawing.height
        assert [shape.look for shape in drawing.shapes] == ["town", "here"]
        assert not drawing.guessed
        assert "<svg" in chair(district.chen_section).reads(page_of(matter))

    def test_without_outlines_there_is_no_map_and_no_fault(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        assert sketch_of(matter) is None
        assert 'class="sketch"' not in chair(district.chen_section).reads(page_of(matter))


class TestPhotos:
    @pytest.mark.usefixtures("file_room")
    def test_a_photo_is_for_those_who_see_the_matter(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        kept = files.keep(jpeg(), name="阀门.jpg", by=district.sun_grid7, at=story.now)
        shown = [Shown(kept, Evidence.Phase.FOUND)]
        matter = actions.report(story.leak(), evidence=shown, by=district.sun_grid7, at=story.now)
        page = chair(district.chen_section).reads(page_of(matter))
        address = f"/files/{kept.sha256}/"
        assert f"{address}small/" in page
        for person, status in (
            (district.sun_grid7, 200),
            (district.huang_zeguo_station, 200),
            (district.xu_safety, 200),
            (district.zhao_taiping_station, 404),
            (district.wu_bystander, 404),
        ):
            assert chair(person).get(address).status_code == status, person
            assert chair(person).get(f"{address}small/").status_code == status, person

    @pytest.mark.usefixtures("file_room")
    def test_the_browser_keeps_it_but_asks_again(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        kept = files.keep(jpeg(), name="阀门.jpg", by=district.sun_grid7, at=story.now)
        sun = chair(district.sun_grid7)
        first = sun.get(f"/files/{kept.sha256}/")
        assert first.headers["Cache-Control"] == "private, no-cache"
        assert first.headers["X-Content-Type-Options"] == "nosniff"
        again = sun.get(f"/files/{kept.sha256}/", HTTP_IF_NONE_MATCH=first.headers["ETag"])
        assert again.status_code == 304

    def test_a_photo_that_never_was(self, chair: Sit, district: District) -> None:
        assert chair(district.chen_section).get(f"/files/{'0' * 64}/").status_code == 404

    def test_evidence_without_small_copy_is_a_named_link(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        shown = [photo(story.now)]
        matter = actions.report(story.leak(), evidence=shown, by=district.sun_grid7, at=story.now)
        assert "现场.jpg" in chair(district.chen_section).reads(page_of(matter))


def test_a_matter_from_old_files_says_why_it_has_no_steps(
    chair: Sit, story: Story, district: District
) -> None:
    matter = Matter.objects.create(
        number="YH2019-000009",
        kind="hazard",
        title="历史隐患",
        stage="CLOSED",
        source="GRID",
        area=district.grid7,
        area_path=district.grid7.path,
        found_at=datetime(2019, 5, 1, tzinfo=UTC),
        closed_at=datetime(2019, 5, 9, tzinfo=UTC),
        search="历史隐患",
    )
    assert "由历史数据导入" in chair(district.chen_section).reads(page_of(matter))


def test_what_time_repeats_every_day_is_one_line_of_the_timeline(
    chair: Sit, story: Story, district: District
) -> None:
    matter = story.reported()
    for _ in range(6):
        district.clock.forward(days=2)
        sweeps.escalate_overdue(at=district.clock.now())
    page = chair(district.zhou_chief).reads(f"/matters/{matter.number}/")
    assert page.count("超时升级") <= 4
    assert "连续" in page
