"""The address book: numbers masked, revealed for a reason, people entered and gone."""

import pytest
from django.test import Client

from anlan.demo.district import Clock, District
from anlan.kernel.clock import moved
from anlan.kernel.trail import entries_of, verbs_of
from anlan.people.models import Person


@pytest.fixture(autouse=True)
def _at_that_time(clock: Clock) -> object:
    with moved(clock.now()):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestTheBook:
    def test_no_whole_number_stands_in_it_on_screen_sheet_or_chat(self, district: District) -> None:
        client = signed_in(district.chen_section)
        for query in ("", "as=chat", "as=paper"):
            html = client.get(f"/people/?{query}").content.decode()
            assert "138****0008" in html
            assert "13800000008" not in html

    @pytest.mark.parametrize("query", ["q=黄", "q=黄磊", "kind=TOWN&area=331081100000"])
    def test_somebody_is_found(self, district: District, query: str) -> None:
        page = signed_in(district.chen_section).get(f"/people/?{query}").content.decode()
        assert "黄磊" in page

    def test_a_grid_worker_finds_the_station_above_but_nobody_beside(
        self, district: District
    ) -> None:
        page = signed_in(district.sun_grid7).get("/people/").content.decode()
        assert "黄磊" in page
        assert "赵敏" not in page

    def test_who_left_is_only_found_when_asked_for(self, district: District, clock: Clock) -> None:
        district.li_grid3.left_on = clock.now().date()
        district.li_grid3.save()
        client = signed_in(district.chen_section)
        assert "李秀英" not in client.get("/people/").content.decode()
        assert "李秀英" in client.get("/people/?state=left").content.decode()


class TestOnePerson:
    def test_the_page_tells_posts_and_work_in_hand(self, district: District) -> None:
        page = signed_in(district.chen_section).get(f"/people/{district.huang_zeguo_station.pk}/")
        html = page.content.decode()
        assert "泽国镇应急消防管理站" in html
        assert f"/matters/?owner={district.zeguo_station_post.pk}" in html

    def test_the_number_is_shown_for_a_reason_and_the_look_is_written_down(
        self, district: District
    ) -> None:
        client = signed_in(district.chen_section)
        address = f"/people/{district.huang_zeguo_station.pk}/phone/"
        assert "13800000008" not in client.get(address).content.decode()
        page = client.post(address, {"reason": "隐患整改联系"}).content.decode()
        assert 'href="tel:13800000008"' in page
        last = entries_of(district.huang_zeguo_station).last()
        assert last is not None
        assert (last.verb, last.actor) == ("reveal_phone", "陈静")

    def test_without_a_reason_it_stays_masked(self, district: District) -> None:
        client = signed_in(district.chen_section)
        answer = client.post(f"/people/{district.huang_zeguo_station.pk}/phone/", {"reason": ""})
        assert answer.status_code == 422
        assert "13800000008" not in answer.content.decode()
        assert verbs_of(district.huang_zeguo_station) == []

    def test_a_grid_worker_may_not_reveal(self, district: District) -> None:
        client = signed_in(district.sun_grid7)
        answer = client.post(f"/people/{district.huang_zeguo_station.pk}/phone/", {"reason": "问"})
        assert "13800000008" not in answer.content.decode()
        assert verbs_of(district.huang_zeguo_station) == []

    def test_beside_ones_reach_there_is_no_page(self, district: District) -> None:
        client = signed_in(district.sun_grid7)
        assert client.get(f"/people/{district.zhao_taiping_station.pk}/").status_code == 404
        assert Client().get(f"/people/{district.sun_grid7.pk}/").status_code == 302


class TestDeeds:
    def test_somebody_new_is_entered_and_put_on_a_post(self, district: District) -> None:
        client = signed_in(district.huang_zeguo_station)
        client.post("/people/new/", {"name": "蔡明", "phone": "13900000001", "body": "泽国镇"})
        person = Person.objects.get(name="蔡明")
        client.post(
            f"/people/{person.pk}/appoint/",
            {"post": "泽国镇/牧屿7号网格员", "since": "2024-06-12"},
        )
        assert [str(post) for post in person.posts.all()] == ["牧屿7号网格员"]

    def test_a_namesake_needs_a_remark(self, district: District) -> None:
        client = signed_in(district.huang_zeguo_station)
        given = {"name": "黄磊", "phone": "", "body": "泽国镇"}
        answer = client.post("/people/new/", given)
        assert answer.status_code == 422
        assert "remark" in answer.context["form"].errors
        assert client.post("/people/new/", given | {"remark": "财政所"}).status_code == 302

    def test_a_change_with_the_number_left_empty_keeps_it(self, district: District) -> None:
        client = signed_in(district.huang_zeguo_station)
        person = district.sun_grid7
        given = {"name": "孙国强", "phone": "", "body": "泽国镇", "remark": "东片"}
        client.post(f"/people/{person.pk}/change_person/", given)
        person.refresh_from_db()
        assert (person.phone, person.remark) == ("13800000010", "东片")

    def test_leaving_ends_posts_and_is_only_for_who_may(self, district: District) -> None:
        address = f"/people/{district.sun_grid7.pk}/leave/"
        given = {"on": "2024-06-12", "reason": "调离"}
        assert signed_in(district.huang_zeguo_station).post(address, given).status_code == 403
        assert signed_in(district.ma_admin).post(address, given).status_code == 302
        district.sun_grid7.refresh_from_db()
        assert district.sun_grid7.left_on is not None

    def test_a_grid_worker_enters_nobody(self, district: District) -> None:
        answer = signed_in(district.sun_grid7).post("/people/new/", {"name": "蔡明"})
        assert answer.status_code == 403
