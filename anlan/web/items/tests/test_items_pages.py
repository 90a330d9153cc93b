"""The register on the screen: kinds counted, forms made from the catalogue, rights kept."""

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.kernel.clock import moved
from anlan.kernel.trail import verbs_of
from anlan.people.models import Person
from anlan.registry import access, actions
from anlan.registry.models import Item
from anlan.registry.tests.test_stock import bags, warehouse_of


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def slope(district: District, clock: Clock) -> Item:
    return actions.register_item(
        kind="slope",
        given={"name": "牧屿街后山边坡", "area": "331081100024", "grade": "较大"},
        by=district.chen_section,
        at=clock.now(),
    )


def premises(district: District, clock: Clock, **more: object) -> Item:
    given = {
        "name": "泽海冷链牧屿冷库",
        "area": "331081100024",
        "enterprise": "温岭市泽海冷链物流有限公司",
        "safety_phone": "13812345678",
    }
    return actions.register_item(
        kind="enterprise_premises", given=given | more, by=district.chen_section, at=clock.now()
    )


class TestOverview:
    def test_each_kind_tells_how_many_and_how_many_lack_somebody(
        self, district: District, slope: Item, clock: Clock
    ) -> None:
        premises(district, clock)
        page = signed_in(district.chen_section).get("/items/")
        rows = {row["spec"].key: row for _, group in page.context["groups"] for row in group}
        assert rows["slope"]["standing"] == 1
        assert rows["enterprise_premises"]["missing"] == 1
        assert "standing" not in rows["vessel"] if "vessel" in rows else True

    def test_a_day_after_its_day_it_counts_as_stale(
        self, district: District, slope: Item, clock: Clock
    ) -> None:
        with moved(clock.forward(days=800)):
            page = signed_in(district.chen_section).get("/items/")
        assert page.context["totals"]["stale"] == 1

    def test_another_town_counts_nothing(self, district: District, slope: Item) -> None:
        page = signed_in(district.zhao_taiping_station).get("/items/")
        assert page.context["totals"]["standing"] == 0


class TestLedger:
    @pytest.mark.parametrize("query", ["", "grade=LARGER", "q=后山", "area=331081100000"])
    def test_it_is_found_by_what_is_true_of_it(
        self, district: District, slope: Item, query: str
    ) -> None:
        page = signed_in(district.huang_zeguo_station).get(f"/items/slope/?{query}")
        assert slope.name in page.content.decode()

    @pytest.mark.parametrize("query", ["grade=LOW", "q=水库", "stage=RETIRED", "care=stale"])
    def test_and_not_by_what_is_not(self, district: District, slope: Item, query: str) -> None:
        page = signed_in(district.huang_zeguo_station).get(f"/items/slope/?{query}")
        assert slope.name not in page.content.decode()

    def test_every_kind_of_the_catalogue_has_its_list_and_form(self, district: District) -> None:
        client = signed_in(district.chen_section)
        overview = client.get("/items/")
        kinds = [row["spec"].key for _, group in overview.context["groups"] for row in group]
        assert len(kinds) >= 20
        for kind in kinds:
            assert client.get(f"/items/{kind}/").status_code == 200, kind
            assert client.get(f"/items/{kind}/new/").status_code == 200, kind

    def test_all_kinds_stand_in_one_list_for_the_numbers_of_an_area(
        self, district: District, slope: Item, clock: Clock
    ) -> None:
        item = premises(district, clock)
        page = signed_in(district.chen_section).get("/items/all/?area=331081100000")
        assert slope.name in page.content.decode()
        assert item.name in page.content.decode()

    def test_a_kind_nobody_defined_is_no_page(self, district: District) -> None:
        assert signed_in(district.chen_section).get("/items/dragons/").status_code == 404


class TestPage:
    def test_missing_parties_are_flagged_and_phones_are_masked(
        self, district: District, clock: Clock
    ) -> None:
        item = premises(district, clock)
        page = signed_in(district.huang_zeguo_station).get(
            f"/items/enterprise_premises/{item.code}/"
        )
        html = page.content.decode()
        assert "▲ 缺失" in html
        assert "138****5678" in html
        assert "13812345678" not in html

    def test_revealing_a_phone_is_posted_and_leaves_its_trace(
        self, district: District, clock: Clock
    ) -> None:
        item = premises(district, clock)
        address = f"/items/enterprise_premises/{item.code}/reveal-safety_phone/"
        client = signed_in(district.huang_zeguo_station)
        assert "13812345678" not in client.get(address).content.decode()
        assert "13812345678" in client.post(address).content.decode()
        assert verbs_of(item)[-1] == "reveal_item"

    def test_another_town_finds_no_such_page(self, district: District, slope: Item) -> None:
        client = signed_in(district.zhao_taiping_station)
        assert client.get(f"/items/slope/{slope.code}/").status_code == 404

    def test_who_may_only_look_sees_no_buttons_and_cannot_post(
        self, district: District, slope: Item
    ) -> None:
        client = signed_in(district.zhou_chief)
        page = client.get(f"/items/slope/{slope.code}/")
        assert page.context["deeds"] == []
        answer = client.post(f"/items/slope/{slope.code}/retire_item/", {"reason": "已治理"})
        assert answer.status_code == 403


class TestDeeds:
    def test_registering_by_the_form_of_the_kind(self, district: District) -> None:
        client = signed_in(district.huang_zeguo_station)
        answer = client.post(
            "/items/slope/new/", {"name": "文昌山边坡", "area": "牧屿街居委会", "grade": "重大"}
        )
        assert answer.status_code == 302
        assert Item.objects.get(name="文昌山边坡").grade == "MAJOR"

    def test_every_wrong_entry_is_named_beside_its_field_and_what_was_typed_stays(
        self, district: District
    ) -> None:
        client = signed_in(district.huang_zeguo_station)
        answer = client.post(
            "/items/slope/new/", {"name": "文昌山边坡", "area": "不存在村", "height": "很高"}
        )
        form = answer.context["form"]
        assert answer.status_code == 422
        assert set(form.errors) == {"area", "height"}
        assert "文昌山边坡" in answer.content.decode()
        assert not Item.objects.exists()

    def test_a_change_touches_only_what_was_changed(self, district: District, clock: Clock) -> None:
        item = premises(district, clock)
        client = signed_in(district.huang_zeguo_station)
        address = f"/items/enterprise_premises/{item.code}/change_item/"
        form = client.get(address).context["form"]
        given = {name: field.initial or "" for name, field in form.fields.items()}
        client.post(address, given | {"address": "牧屿街 8 号"})
        item.refresh_from_db()
        assert item.address == "牧屿街 8 号"
        assert item.attributes["safety_phone"] == "13812345678"

    def test_grading_confirming_retiring(self, district: District, slope: Item) -> None:
        client = signed_in(district.huang_zeguo_station)
        page = f"/items/slope/{slope.code}/"
        client.post(f"{page}grade_item/", {"grade": "MAJOR", "reason": "坡脚开挖"})
        client.post(f"{page}confirm_item/")
        client.post(f"{page}retire_item/", {"reason": "治理完成"})
        slope.refresh_from_db()
        assert (slope.grade, slope.stage) == ("MAJOR", "RETIRED")
        assert verbs_of(slope) == ["register_item", "grade_item", "confirm_item", "retire_item"]

    def test_a_reason_left_empty_is_asked_for(self, district: District, slope: Item) -> None:
        client = signed_in(district.huang_zeguo_station)
        answer = client.post(f"/items/slope/{slope.code}/retire_item/", {"reason": ""})
        assert answer.status_code == 422
        assert "请填写理由" in answer.content.decode()

    def test_many_are_confirmed_at_once_each_with_its_outcome(
        self, district: District, slope: Item
    ) -> None:
        client = signed_in(district.huang_zeguo_station)
        answer = client.post("/items/slope/bulk/confirm/", {"row": [slope.pk], "sent": "1"})
        assert [outcome.refusal for outcome in answer.context["outcomes"]] == [None]

    def test_a_party_is_named_by_its_body(self, district: District, slope: Item) -> None:
        client = signed_in(district.chen_section)
        client.post(
            f"/items/slope/{slope.code}/set_parties/", {"territorial": "泽国镇", "industry": ""}
        )
        slope.refresh_from_db()
        assert slope.territorial == district.zeguo_town


class TestAStore:
    def test_what_was_lent_comes_back_by_a_button_that_is_there_only_then(
        self, district: District, clock: Clock
    ) -> None:
        huang, at = district.huang_zeguo_station, clock.now()
        store = warehouse_of(district, clock)
        actions.receive_stock(store, amount=bags(500), by=huang, at=at)
        page, address = signed_in(huang), f"/items/warehouse/{store.code}/"
        assert "return_stock" not in page.get(address).content.decode()
        to = district.taiping_street
        loan = actions.lend_stock(store, amount=bags(200), to=to, due_on=at.date(), by=huang, at=at)
        assert "return_stock" in page.get(address).content.decode()
        form = page.get(f"{address}return_stock/").content.decode()
        assert "编织袋 未还200只 · 太平街道" in form
        given = {"loan": loan.pk, "quantity": "201", "remark": ""}
        answer = page.post(f"{address}return_stock/", given)
        assert (answer.status_code, "尚未归还的200" in answer.content.decode()) == (422, True)
        page.post(f"{address}return_stock/", given | {"quantity": "150"})
        assert access.outstanding(loan) == 50
        assert "编织袋 50只" in page.get(address).content.decode()
