"""Who answers for what: names that hold, names that do not, places without anybody."""

from datetime import timedelta

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.kernel.clock import moved
from anlan.people import actions
from anlan.people.models import Charge, Person
from anlan.people.rules.facts import ChargeFacts


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def lin_answers_for_muyu(district: District, clock: Clock) -> Charge:
    return actions.give_charge(
        ChargeFacts(kind="town_leader_village", since=clock.now().date()),
        area=district.village_muyu,
        holder=district.zeguo_leader_post,
        by=district.chen_section,
        at=clock.now(),
    )


def shown(client: Client, query: str = "") -> list[int]:
    return [line.pk for line in client.get(f"/charges/?{query}").context["rows"]]


class TestTheLedger:
    def test_a_round_asks_for_it_again_and_when_its_day_is_past_it_is_late(
        self, district: District, lin_answers_for_muyu: Charge, clock: Clock
    ) -> None:
        client = signed_in(district.chen_section)
        assert shown(client, "state=sound") == [lin_answers_for_muyu.pk]
        with moved(clock.forward(days=1)):
            actions.open_confirmation_round(
                kind="town_leader_village",
                area=district.wenling,
                confirm_by=(clock.now() + timedelta(days=10)).date(),
                by=district.chen_section,
                at=clock.now(),
            )
            assert shown(client, "state=waiting") == [lin_answers_for_muyu.pk]
            assert shown(client, "state=stale") == []
        with moved(clock.forward(days=12)):
            late = signed_in(district.chen_section)
            assert shown(late, "state=UNCONFIRMED") == [lin_answers_for_muyu.pk]

    def test_when_its_only_holder_is_gone_it_stands_among_the_unreliable(
        self, district: District, lin_answers_for_muyu: Charge, clock: Clock
    ) -> None:
        actions.leave(
            district.lin_zeguo_leader,
            on=clock.now().date(),
            reason="调离",
            by=district.ma_admin,
            at=clock.now(),
        )
        client = signed_in(district.chen_section)
        assert shown(client, "state=EMPTY") == [lin_answers_for_muyu.pk]
        assert "岗位空缺" in client.get("/charges/?state=stale").content.decode()

    def test_many_are_confirmed_at_once(
        self, district: District, lin_answers_for_muyu: Charge
    ) -> None:
        client = signed_in(district.huang_zeguo_station)
        ticked = {"row": [lin_answers_for_muyu.pk], "sent": "1"}
        page = client.post("/charges/bulk/confirm/", ticked)
        assert [outcome.refusal for outcome in page.context["outcomes"]] == [None]
        assert shown(client, "state=sound") == [lin_answers_for_muyu.pk]

    def test_another_towns_charges_are_out_of_sight_and_cannot_be_ticked(
        self, district: District, lin_answers_for_muyu: Charge
    ) -> None:
        lin_answers_for_muyu.public = False
        lin_answers_for_muyu.save()
        client = signed_in(district.zhao_taiping_station)
        assert shown(client) == []
        ticked = {"row": [lin_answers_for_muyu.pk], "sent": "1"}
        assert client.post("/charges/bulk/confirm/", ticked).context["outcomes"] == []


class TestOneCharge:
    def test_the_page_tells_who_and_what_for(
        self, district: District, lin_answers_for_muyu: Charge
    ) -> None:
        client = signed_in(district.huang_zeguo_station)
        page = client.get(f"/charges/{lin_answers_for_muyu.pk}/").content.decode()
        assert "林海" in page
        assert "13800000007" not in page

    def test_it_is_confirmed_and_ended_by_who_may(
        self, district: District, lin_answers_for_muyu: Charge
    ) -> None:
        address = f"/charges/{lin_answers_for_muyu.pk}"
        stranger = signed_in(district.sun_grid7)
        assert stranger.post(f"{address}/confirm_charge/").status_code in (403, 404)
        station = signed_in(district.huang_zeguo_station)
        assert station.post(f"{address}/confirm_charge/").status_code == 302
        ended = station.post(f"{address}/end_charge/", {"on": "2024-06-12", "reason": "换届"})
        assert ended.status_code == 302
        assert shown(station) == []

    def test_somebody_is_made_to_answer_for_a_place(self, district: District) -> None:
        given = {"kind": "city_leader_town", "area": "泽国镇", "since": "2024-06-12"}
        client = signed_in(district.chen_section)
        wrong = client.post("/charges/new/", given)
        assert wrong.status_code == 422
        answer = client.post("/charges/new/", given | {"person": "应急局/周建国"})
        assert answer.status_code == 302
        assert Charge.objects.get().person == district.zhou_chief


class TestGapsAndPublicList:
    def test_a_gap_closes_when_somebody_answers(self, district: District, clock: Clock) -> None:
        client = signed_in(district.chen_section)
        address = "/charges/gaps/?kind=town_leader_village"
        assert "牧屿街居委会" in client.get(address).content.decode()
        actions.give_charge(
            ChargeFacts(kind="town_leader_village", since=clock.now().date()),
            area=district.village_muyu,
            holder=district.zeguo_leader_post,
            by=district.chen_section,
            at=clock.now(),
        )
        assert "牧屿街居委会" not in client.get(address).content.decode()

    def test_a_town_sees_its_own_gaps(self, district: District) -> None:
        client = signed_in(district.zhao_taiping_station)
        page = client.get("/charges/gaps/?kind=town_leader_village").content.decode()
        assert "迎辉社区" in page
        assert "牧屿街居委会" not in page

    def test_anybody_reads_the_public_list_without_personal_numbers(
        self, district: District, lin_answers_for_muyu: Charge
    ) -> None:
        page = Client().get("/charges/public/?town=331081100000").content.decode()
        assert "林海" in page
        assert "0000007" not in page

    def test_what_is_not_for_the_public_stays_away(
        self, district: District, lin_answers_for_muyu: Charge
    ) -> None:
        lin_answers_for_muyu.public = False
        lin_answers_for_muyu.save()
        assert "林海" not in Client().get("/charges/public/?town=331081100000").content.decode()
