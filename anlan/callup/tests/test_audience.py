"""Who answers for a place tonight: whom the list names, whom it leaves out, and in which order."""

from datetime import date, timedelta

from django.db import connection

from anlan.callup.models.audience import gaps, who_answers
from anlan.demo.district import BEGIN
from anlan.people.models import Area, Charge, Person, Tenure

TODAY = date(2024, 6, 12)
# Five villages to each of the cadres: fifty thousand rows in one statement, not in as many objects.
CHARGES = """
INSERT INTO people_charge (kind, area_id, area_path, person_id, since, opened, confirmed_on,
                           target_kind, duty, stale_reason, public, origin)
SELECT 'village_cadre_household', a.id, a.path, p.id, %(on)s, %(on)s, %(on)s, '', '', '', false, ''
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n
          FROM people_person WHERE remark = 'crowd') p
 CROSS JOIN generate_series(0, 4) AS k
  JOIN (SELECT id, path, row_number() OVER (ORDER BY id) - 1 AS n
          FROM people_area WHERE starts_with(path, %(below)s)) a ON a.n = (p.n + 7 * k) %% 100
"""


def names(found):
    return [each.person.name for each in found]


def asked(storm, *areas, hazard="rainstorm", colour="YELLOW", on=TODAY, **more):
    return who_answers(areas or [storm.district.taiping], hazard, colour, on=on, **more)


def test_the_nearest_danger_comes_first_household_then_grid_then_village_then_town(
    storm, grid_charge
):
    where = storm.district
    storm.charge("village_cadre_household", where.village_dongmen, where.wu_bystander)
    storm.charge("town_station", where.taiping, where.taiping_station_post)
    found = asked(storm)
    assert names(found) == ["吴路", "李秀英", "王芳", "赵敏", "钱伟"]
    assert [each.rank for each in found] == sorted(each.rank for each in found)
    assert found[1].posts == ("迎辉3号网格员",)
    assert found[1].area == where.grid3


def test_where_the_danger_is_comes_before_the_village_next_to_it(storm):
    where = storm.district
    storm.charge("village_cadre_household", where.village_dongmen, where.li_grid3)
    storm.charge("village_cadre_household", where.village_muyu, where.sun_grid7)
    both = [where.village_dongmen, where.village_muyu]
    near = {where.village_dongmen.pk: 1, where.village_muyu.pk: 0}
    assert names(asked(storm, *both, nearness=near)) == ["孙国强", "李秀英"]


def test_each_colour_adds_to_those_below(storm, grid_charge):
    where = storm.district
    storm.charge("town_station", where.taiping, where.taiping_station_post)
    storm.charge("city_leader_town", where.taiping, where.zhou_chief)
    assert names(asked(storm, colour="BLUE")) == ["李秀英", "赵敏", "钱伟"]
    assert names(asked(storm, colour="YELLOW")) == ["李秀英", "王芳", "赵敏", "钱伟"]
    assert "周建国" in names(asked(storm, colour="RED"))
    assert "周建国" in names(asked(storm, colour=""))  # danger that is seen needs no colour


def test_who_answers_for_the_whole_town_is_called_for_one_grid_of_it(storm, grid_charge):
    where = storm.district
    storm.charge("town_station", where.taiping, where.taiping_station_post)
    storm.charge("town_station", where.zeguo, where.zeguo_station_post)
    assert names(asked(storm, where.grid3)) == ["李秀英", "王芳", "赵敏", "钱伟"]


def test_a_person_who_left_yesterday_is_not_called_the_next_one_up_is(storm, grid_charge):
    where = storm.district
    where.li_grid3.left_on = TODAY - timedelta(days=1)
    where.li_grid3.save()
    found = asked(storm, colour="BLUE")
    assert names(found) == ["王芳"]
    assert found[0].stale == "EMPTY"
    assert found[0].posts == ("（代）迎辉3号网格防汛网格责任人",)
    assert [gap.charge.pk for gap in gaps([where.taiping], "rainstorm", "BLUE", on=TODAY)] == [
        grid_charge.pk
    ]


def test_a_charge_that_ended_at_midnight_was_valid_a_minute_before(storm, grid_charge):
    grid_charge.until = TODAY  # the first day on which it no longer holds
    grid_charge.save()
    assert names(asked(storm, colour="BLUE", on=TODAY - timedelta(days=1))) == ["李秀英"]
    assert names(asked(storm, colour="BLUE", on=TODAY)) == []


def test_a_charge_that_begins_tomorrow_calls_nobody_today(storm, grid_charge):
    Charge.objects.filter(pk=grid_charge.pk).update(since=TODAY + timedelta(days=1))
    assert names(asked(storm, colour="BLUE")) == []


def test_two_posts_in_two_towns_are_one_person_with_both(storm):
    where = storm.district
    where.appoint(where.lin_zeguo_leader, where.taiping_leader_post)
    Tenure.objects.filter(person=where.wang_taiping_leader).delete()
    storm.charge("town_leader_village", where.village_dongmen, where.taiping_leader_post)
    storm.charge("town_leader_village", where.village_muyu, where.zeguo_leader_post)
    (lin,) = asked(storm, where.wenling)
    assert lin.person == where.lin_zeguo_leader
    assert set(lin.posts) == {"太平街道分管领导", "泽国镇分管领导"}
    assert len(lin.charge_ids) == 2


def test_a_deputy_is_called_only_where_nobody_else_holds_the_post(storm, grid_charge):
    where = storm.district
    storm.deputy(where.luo_fire, where.grid3_post)
    (li,) = asked(storm, colour="BLUE")
    assert (li.person, li.deputies, li.next_up) == (
        where.li_grid3,
        (where.luo_fire,),
        where.wang_taiping_leader,
    )
    Tenure.objects.filter(person=where.li_grid3).update(until=TODAY)
    assert names(asked(storm, colour="BLUE")) == ["罗军"]


def test_without_a_telephone_and_not_confirmed_in_time_show_in_the_list(storm, grid_charge):
    Person.objects.filter(pk=storm.district.li_grid3.pk).update(phone="")
    Charge.objects.filter(pk=grid_charge.pk).update(confirm_by=date(2024, 4, 15), confirmed_on=None)
    (li,) = asked(storm, colour="BLUE")
    assert (li.no_phone, li.stale, li.has_account) == (True, "UNCONFIRMED", True)


def test_a_village_that_was_merged_away_is_found_below_its_successor(storm):
    where = storm.district
    gone = Area.objects.create(
        code="331081001099",
        name="并入村",
        level="VILLAGE",
        parent=where.village_dongmen,
        path=f"{where.village_dongmen.path}331081001099/",
        valid_to=TODAY - timedelta(days=10),
    )
    storm.charge("village_cadre_household", gone, where.wu_bystander)
    (wu,) = asked(storm, where.village_dongmen)
    assert (wu.person, wu.stale) == (where.wu_bystander, "CLOSED")


def test_fifty_thousand_charges_are_ten_thousand_people_in_one_statement(
    storm, django_assert_max_num_queries
):
    where = storm.district
    Area.objects.bulk_create(
        Area(
            code=f"331081105{n:03d}",
            name=f"{n}村",
            level="VILLAGE",
            parent=where.zeguo,
            path=f"{where.zeguo.path}331081105{n:03d}/",
        )
        for n in range(100)
    )
    Person.objects.bulk_create(
        Person(name=f"村干{n}", phone=f"139{n:08d}", body=where.zeguo_town, remark="crowd")
        for n in range(10_000)
    )
    with connection.cursor() as cursor:
        cursor.execute(CHARGES, {"on": BEGIN, "below": f"{where.zeguo.path}331081105"})
    assert Charge.objects.filter(kind="village_cadre_household").count() == 50_000
    with django_assert_max_num_queries(6):
        found = asked(storm, where.wenling, chain=False)
    assert len(found) == len({each.person.pk for each in found}) == 10_000
    assert all(len(each.charge_ids) == 5 for each in found)
    with django_assert_max_num_queries(22):
        assert len(asked(storm, where.wenling)) == 10_000
