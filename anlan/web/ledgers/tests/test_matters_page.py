"""The ledger of matters as a clerk, a town and a stranger see it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.formats import spreadsheet
from anlan.kernel.clock import moved
from anlan.matters.models import Matter
from anlan.people.models import Person
from anlan.web.models import SavedView


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def found(district: District, clock: Clock, title: str, town: str, **more: object) -> Matter:
    area = getattr(district, town)
    owner = getattr(district, f"{town}_station_post")
    number = f"YH2024-{Matter.objects.count():06}"
    given = {
        "kind": "hazard",
        "stage": "RECTIFYING",
        "source": "GRID",
        "grade": "GENERAL",
        "found_at": clock.now() - timedelta(days=3),
        "due_at": clock.now() + timedelta(days=12),
        "search": f"{number} {title}",
    }
    return Matter.objects.create(
        number=number, title=title, area=area, area_path=area.path, owner=owner, **given | more
    )


@pytest.fixture
def three(district: District, clock: Clock) -> list[Matter]:
    late = clock.now() - timedelta(days=2)
    return [
        found(district, clock, "液氨管线阀门无检测报告", "zeguo", grade="MAJOR", due_at=late),
        found(district, clock, "消防通道堆物", "taiping"),
        found(district, clock, "灭火器过期", "zeguo", stage="CLOSED", due_at=None, closed_at=late),
    ]


class TestWhoSeesWhat:
    def test_the_section_sees_both_towns(self, district: District, three: list[Matter]) -> None:
        page = signed_in(district.chen_section).get("/matters/").content.decode()
        assert all(matter.title in page for matter in three)
        assert "<b>3</b> 件" in page

    def test_a_town_sees_its_own(self, district: District, three: list[Matter]) -> None:
        page = signed_in(district.zhao_taiping_station).get("/matters/").content.decode()
        assert "消防通道堆物" in page
        assert "液氨管线" not in page

    def test_a_bystander_sees_an_empty_list_that_says_so(
        self, district: District, three: list[Matter]
    ) -> None:
        page = signed_in(district.wu_bystander).get("/matters/").content.decode()
        assert "没有符合条件的记录" in page
        assert "消防通道堆物" not in page

    def test_a_stranger_is_asked_to_sign_in(self, three: list[Matter]) -> None:
        answer = Client().get("/matters/?light=late")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/?next=")


ALL = {"液氨管线阀门无检测报告", "消防通道堆物", "灭火器过期"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("light=late", {"液氨管线阀门无检测报告"}),
        ("light=rest", {"灭火器过期"}),
        ("grade=MAJOR&stage=RECTIFYING", {"液氨管线阀门无检测报告"}),
        ("area=331081001000", {"消防通道堆物"}),
        ("q=液氨", {"液氨管线阀门无检测报告"}),
        ("q=液氨 消防", set()),
        ("q=yh2024-000001", {"消防通道堆物"}),
        ("found_from=2024-06-09&found_to=2024-06-09", ALL),
        ("found_to=2024-06-08", set()),
        ("source=PUBLIC", set()),
        ("stage=NONSENSE", ALL),
    ],
)  # fmt: skip
def test_the_address_narrows_the_list(
    district: District, three: list[Matter], query: str, expected: set[str]
) -> None:
    answer = signed_in(district.chen_section).get(f"/matters/?{query}")
    cells = [cell for line in answer.context["rows"] for cell in line.cells]
    shown = {str(words) for column, words, _ in cells if column.key == "title"}
    assert shown == expected


def test_one_sign_alone_is_not_searched_and_the_reader_is_told(
    district: District, three: list[Matter]
) -> None:
    page = signed_in(district.chen_section).get("/matters/?q=氨").content.decode()
    assert "不足2个字" in page


def test_sorted_by_deadline_the_late_one_comes_first_and_the_closed_one_last(
    district: District, three: list[Matter]
) -> None:
    answer = signed_in(district.chen_section).get("/matters/?sort=due")
    assert [line.pk for line in answer.context["rows"]] == [three[0].pk, three[1].pk, three[2].pk]


def test_lights_speak_in_words_and_shapes(district: District, three: list[Matter]) -> None:
    page = signed_in(district.chen_section).get("/matters/?light=late").content.decode()
    assert "逾期2天" in page
    assert "●" in page


class TestColumns:
    def test_only_chosen_ones_are_shown_and_fixed_ones_always(
        self, district: District, three: list[Matter]
    ) -> None:
        answer = signed_in(district.chen_section).get("/matters/?cols=source&cols=number")
        keys = [head.column.key for head in answer.context["heads"]]
        assert keys == ["light", "title", "source", "number"]

    def test_what_somebody_typed_never_becomes_markup(
        self, district: District, clock: Clock
    ) -> None:
        found(district, clock, "<script>alert(1)</script>", "zeguo")
        page = signed_in(district.chen_section).get("/matters/").content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;" in page


class TestOutputs:
    def sheet(self, person: Person, query: str = "") -> list[list[object]]:
        answer = signed_in(person).get(f"/matters/?as=xlsx&{query}")
        content = b"".join(answer.streaming_content)
        (table,) = spreadsheet.read(BytesIO(content), expects=["事项", "时限", "来源"])
        return [[row.values.get(head) for head in table.headers] for row in table.rows]

    def test_the_sheet_holds_exactly_what_the_screen_shows(
        self, district: District, three: list[Matter]
    ) -> None:
        rows = self.sheet(district.chen_section, "light=late&cols=source")
        assert rows == [["逾期2天", "液氨管线阀门无检测报告", "网格排查"]]

    def test_the_sheet_of_a_town_is_the_towns(
        self, district: District, three: list[Matter]
    ) -> None:
        titles = [row[1] for row in self.sheet(district.zhao_taiping_station, "cols=source")]
        assert titles == ["消防通道堆物"]

    def test_the_chat_text_says_whose_turn_it_is_and_until_when(
        self, district: District, three: list[Matter]
    ) -> None:
        answer = signed_in(district.chen_section).get("/matters/?as=chat&light=late")
        text = answer.context["text"]
        assert text.splitlines()[0].endswith("共1件：")
        assert "【重大·逾期2天】液氨管线阀门无检测报告" in text
        assert "泽国镇应急消防管理站" in text

    def test_the_paper_says_who_printed_it_and_what_was_chosen(
        self, district: District, three: list[Matter]
    ) -> None:
        page = signed_in(district.chen_section).get("/matters/?as=paper&light=late").content
        assert "筛选：时限：● 逾期" in page.decode()
        assert "导出人：陈静" in page.decode()


class TestOwnViews:
    def keep(self, client: Client, name: str, query: str) -> None:
        given = {"ledger": "matters", "name": name, "query": query, "address": "/matters/"}
        client.post("/views/", given)

    def test_a_kept_list_becomes_a_tab_of_ones_own(
        self, district: District, three: list[Matter]
    ) -> None:
        chen, zhao = signed_in(district.chen_section), signed_in(district.zhao_taiping_station)
        self.keep(chen, "泽国逾期", "light=late&area=331081100000&after=abc")
        page = chen.get("/matters/?area=331081100000&light=late")
        assert [tab.name for tab in page.context["tabs"] if tab.current] == ["泽国逾期"]
        assert "泽国逾期" not in zhao.get("/matters/").content.decode()

    def test_the_same_name_again_overwrites(self, district: District) -> None:
        chen = signed_in(district.chen_section)
        self.keep(chen, "逾期的", "light=late")
        self.keep(chen, "逾期的", "light=late&grade=MAJOR")
        assert SavedView.objects.get().query == "grade=MAJOR&light=late"

    def test_nobody_throws_away_anothers_view(self, district: District) -> None:
        self.keep(signed_in(district.chen_section), "逾期的", "light=late")
        view = SavedView.objects.get()
        assert signed_in(district.li_grid3).post(f"/views/{view.pk}/drop/").status_code == 404
        signed_in(district.chen_section).post(f"/views/{view.pk}/drop/")
        assert not SavedView.objects.exists()

    def test_a_view_without_a_name_is_refused_with_words(self, district: District) -> None:
        chen = signed_in(district.chen_section)
        self.keep(chen, "  ", "light=late")
        assert "视图还没有名称" in chen.get("/matters/").content.decode()
        assert not SavedView.objects.exists()

    def test_one_never_lands_on_another_site(self, district: District) -> None:
        answer = signed_in(district.chen_section).post(
            "/views/",
            {"ledger": "matters", "name": "x", "query": "", "address": "https://evil.cn/"},
        )
        assert answer["Location"].startswith("/?")
