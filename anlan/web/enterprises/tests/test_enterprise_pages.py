"""One file per enterprise: who sees it, what stands in it."""

from datetime import timedelta

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.kernel.clock import moved
from anlan.matters.models import Matter
from anlan.people.models import Body, Person
from anlan.registry import actions


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def leaking_valve(district: District, clock: Clock) -> Matter:
    """A late major hazard at the cold chain firm, and its cold store in the register."""
    actions.register_item(
        kind="enterprise_premises",
        given={
            "name": "牧屿冷库",
            "area": "331081100024",
            "enterprise": "温岭市泽海冷链物流有限公司",
        },
        by=district.chen_section,
        at=clock.now(),
    )
    return Matter.objects.create(
        number="YH2024-000001",
        kind="hazard",
        title="液氨管线阀门无检测报告",
        stage="RECTIFYING",
        source="DEPARTMENT",
        grade="MAJOR",
        sector="ammonia_refrigeration",
        area=district.village_muyu,
        area_path=district.village_muyu.path,
        body=district.cold_chain,
        owner=district.cold_chain_safety_post,
        found_at=clock.now() - timedelta(days=20),
        due_at=clock.now() - timedelta(days=5),
        search="YH2024-000001 液氨管线阀门无检测报告",
    )  # fmt: skip


def address(district: District) -> str:
    return f"/enterprises/{district.cold_chain.pk}/"


class TestTheFile:
    def test_it_gathers_hazards_premises_and_people(
        self, district: District, leaking_valve: Matter
    ) -> None:
        page = signed_in(district.chen_section).get(address(district))
        html = page.content.decode()
        assert all(words in html for words in (leaking_valve.title, "牧屿冷库", "徐文", "叶青"))
        counts = page.context["counts"]
        assert (counts.found, counts.live, counts.late, counts.major) == (1, 1, 1, 1)

    def test_its_numbers_open_exactly_their_rows(
        self, district: District, leaking_valve: Matter
    ) -> None:
        client = signed_in(district.chen_section)
        query = f"body={district.cold_chain.pk}&kind=hazard&light=late"
        assert [line.pk for line in client.get(f"/matters/?{query}").context["rows"]] == [
            leaking_valve.pk
        ]

    def test_the_firm_sees_its_own_file_and_no_other(
        self, district: District, leaking_valve: Matter
    ) -> None:
        client = signed_in(district.xu_safety)
        assert leaking_valve.title in client.get(address(district)).content.decode()
        assert client.get(f"/enterprises/{district.foundry.pk}/").status_code == 404

    def test_another_town_finds_no_such_page(self, district: District) -> None:
        assert signed_in(district.zhao_taiping_station).get(address(district)).status_code == 404

    def test_strangers_are_asked_to_sign_in(self, district: District) -> None:
        assert Client().get(address(district)).status_code == 302


class TestTheLedger:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", {"温岭市泽海冷链物流有限公司", "温岭市辉达铸造厂"}),
            ("open=late", {"温岭市泽海冷链物流有限公司"}),
            ("sector=molten_metal", {"温岭市辉达铸造厂"}),
            ("q=辉达", {"温岭市辉达铸造厂"}),
            ("area=331081100000", {"温岭市泽海冷链物流有限公司"}),
            ("kind=BUREAU", {"温岭市应急管理局"}),
        ],
    )
    def test_firms_are_found_by_what_is_true_of_them(
        self, district: District, leaking_valve: Matter, query: str, names: set[str]
    ) -> None:
        page = signed_in(district.chen_section).get(f"/enterprises/?{query}")
        cells = [cell for line in page.context["rows"] for cell in line.cells]
        assert {str(words) for column, words, _ in cells if column.key == "name"} == names


class TestDeeds:
    def given(self, district: District, **more: object) -> dict[str, object]:
        return {"name": "温岭市新海食品厂", "kind": "ENTERPRISE", "area": "331081100024"} | more

    def test_a_firm_is_entered(self, district: District) -> None:
        client = signed_in(district.huang_zeguo_station)
        answer = client.post("/enterprises/new/", self.given(district, sectors=["fire", "gas"]))
        assert answer.status_code == 302
        assert Body.objects.get(name="温岭市新海食品厂").sectors == ["fire", "gas"]

    def test_a_wrong_credit_code_is_said_beside_it(self, district: District) -> None:
        client = signed_in(district.huang_zeguo_station)
        answer = client.post("/enterprises/new/", self.given(district, credit_code="123"))
        assert answer.status_code == 422
        assert "credit_code" in answer.context["form"].errors

    def test_who_may_not_is_refused(self, district: District) -> None:
        client = signed_in(district.li_grid3)
        assert client.post("/enterprises/new/", self.given(district)).status_code == 403
        changed = client.post(f"/enterprises/{district.foundry.pk}/change_body/", {})
        assert changed.status_code in (403, 404)

    def test_a_change_keeps_what_was_not_on_the_form(self, district: District) -> None:
        district.foundry.origin = "census:7"
        district.foundry.save()
        client = signed_in(district.chen_section)
        page = f"/enterprises/{district.foundry.pk}/change_body/"
        form = client.get(page).context["form"]
        given = {name: field.initial or "" for name, field in form.fields.items()}
        answer = client.post(page, given | {"address": "东门路 3 号"})
        district.foundry.refresh_from_db()
        assert answer.status_code == 302
        assert (district.foundry.address, district.foundry.origin) == ("东门路 3 号", "census:7")
