"""What people see first in the morning."""

from collections.abc import Callable

from anlan.demo.district import District
from anlan.matters import actions
from anlan.matters.tests.story import Story, photo
from anlan.people.models import Person
from anlan.web.tests.chairs import Chair

Sit = Callable[[Person], Chair]
TITLE = "液氨管线阀门无检测报告"


class TestWhatIOwe:
    def test_a_report_waits_for_the_station_with_its_next_deed(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.reported()
        page = chair(district.huang_zeguo_station).reads("/")
        assert TITLE in page
        assert f'href="/matters/{matter.number}/dispatch/"' in page

    def test_the_other_town_does_not_have_it(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.reported()
        page = chair(district.zhao_taiping_station).reads("/")
        assert TITLE not in page
        assert "现在没有要您办的事" in page

    def test_it_moves_from_desk_to_desk(self, chair: Sit, story: Story, district: District) -> None:
        matter = story.dispatched()
        firm, station = chair(district.xu_safety), chair(district.huang_zeguo_station)
        assert f"/matters/{matter.number}/take/" in firm.reads("/")
        assert TITLE not in station.reads("/")
        actions.take(matter, by=district.xu_safety, at=story.now)
        assert f"/matters/{matter.number}/submit/" in firm.reads("/")
        story.submit(matter)
        assert TITLE not in firm.reads("/")
        assert f"/matters/{matter.number}/accept/" in station.reads("/")

    def test_who_rectified_is_not_offered_to_check_under_another_post(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        district.appoint(district.xu_safety, district.zeguo_station_post)
        matter = story.submitted()
        assert f"/matters/{matter.number}/accept/" not in chair(district.xu_safety).reads("/")

    def test_a_request_for_more_time_comes_to_the_checker(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.taken()
        until = district.clock.forward(days=1) and matter.due_at.replace(year=2025)
        actions.ask_extension(
            matter, until=until, reason="等配件", by=district.xu_safety, at=story.now
        )
        page = chair(district.huang_zeguo_station).reads("/")
        assert f"/matters/{matter.number}/approve_extension/" in page


class TestFilters:
    def test_what_is_late_is_counted_and_shown_alone(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.reported()
        district.clock.forward(hours=30)
        story.reported(story.leak(title="灭火器过期"))
        station = chair(district.huang_zeguo_station)
        assert "逾期6小时" in station.reads("/")
        late = station.reads("/?show=late")
        assert TITLE in late
        assert "灭火器过期" not in late

    def test_what_was_refused_comes_back_marked(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        matter = story.submitted()
        actions.refuse(matter, reason="照片看不清", by=district.huang_zeguo_station, at=story.now)
        page = chair(district.xu_safety).reads("/?show=back")
        assert TITLE in page
        assert '<span class="tag bad">退回</span>' in page

    def test_a_filter_without_result_offers_the_way_back(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.reported()
        page = chair(district.huang_zeguo_station).reads("/?grade=MAJOR")
        assert "这样筛选没有结果" in page

    def test_paging_goes_on_after_the_last_row(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        for number in range(53):
            story.reported(story.leak(title=f"第{number:03}处渗漏"))
            district.clock.forward(minutes=1)
        station = chair(district.huang_zeguo_station)
        first = station.reads("/")
        assert first.count("data-open") == 50
        more = first.split('<div class="paging"><a class="btn btn-quiet" href="')[1].split('"')[0]
        rest = station.reads(f"/{more.replace('&amp;', '&')}")
        assert [f"第{n:03}处" in rest for n in (49, 50, 51, 52)] == [False, True, True, True]

    def test_an_address_typed_wrong_shows_the_list(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.reported()
        page = chair(district.huang_zeguo_station).reads("/?after=gestern~1&show=alles&kind=")
        assert TITLE in page


class TestTheOtherLists:
    def test_what_i_reported_stays_mine_to_follow(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.closed()
        page = chair(district.sun_grid7).reads("/reported/")
        assert TITLE in page
        assert "已销号" in page

    def test_what_i_supervise(self, chair: Sit, story: Story, district: District) -> None:
        matter = story.taken()
        actions.supervise(matter, by=district.lin_zeguo_leader, at=story.now)
        assert TITLE in chair(district.lin_zeguo_leader).reads("/supervised/")

    def test_what_waits_on_others_because_of_me(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.taken()
        assert TITLE in chair(district.sun_grid7).reads("/waiting/")
        assert TITLE in chair(district.huang_zeguo_station).reads("/waiting/")
        assert TITLE not in chair(district.li_grid3).reads("/waiting/")

    def test_somebody_without_a_post_is_told_so(
        self, chair: Sit, story: Story, district: District
    ) -> None:
        story.reported(story.leak(), by=district.sun_grid7)
        assert TITLE not in chair(district.wu_bystander).reads("/")
        assert "没有任职岗位" in chair(district.wu_bystander).reads("/me/")


def test_the_row_keeps_its_photos_for_the_page_only(
    chair: Sit, story: Story, district: District
) -> None:
    """A list of fifty rows must not fetch fifty files: evidence stands on the page."""
    actions.report(story.leak(), evidence=[photo(story.now)], by=district.sun_grid7, at=story.now)
    assert "/files/" not in chair(district.huang_zeguo_station).reads("/")
