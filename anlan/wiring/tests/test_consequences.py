"""What follows in one room from what happened in another, through the outbox."""

from anlan.demo.district import Clock, District
from anlan.kernel import delivery, outbox, trail
from anlan.kernel.models import Announcement
from anlan.matters import actions as matters
from anlan.matters.models import Matter
from anlan.people import actions as people
from anlan.people import events as people_events
from anlan.people.access import scope_of
from anlan.people.models import Person
from anlan.registry import access, actions
from anlan.wiring import when


def everybody_hears(clock: Clock) -> None:
    delivery.deliver(when.HEARD, at=clock.now())
    assert not delivery.troubled().exists(), delivery.troubled().get().trouble
    assert not Announcement.objects.filter(delivered_at=None).exists()


def reported(district: District, clock: Clock) -> Matter:
    finding = matters.Finding(
        title="安全出口被堵",
        source=Matter.Source.GRID,
        area=district.village_muyu,
        body=district.cold_chain,
        sector="fire",
    )
    return matters.report(finding, by=district.sun_grid7, at=clock.now())


def test_what_lies_in_a_village_follows_it_into_another_town(
    district: District, clock: Clock
) -> None:
    blocked_exit = reported(district, clock)
    camera = actions.register_item(
        kind="camera",
        given={"name": "牧屿桥", "area": district.village_muyu.code},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )
    assert camera.area_path.startswith(district.zeguo.path)
    people.transfer_area(
        district.village_muyu,
        to=district.taiping,
        since=clock.now().date(),
        by=district.ma_admin,
        at=clock.now(),
    )
    everybody_hears(clock)
    camera.refresh_from_db()
    blocked_exit.refresh_from_db()
    there = f"{district.taiping.path}{district.village_muyu.code}/"
    assert (camera.area_path, blocked_exit.area_path) == (there, there)
    assert trail.verbs_of(district.village_muyu).count("relocate") == 2

    moved = people_events.AreaMoved(district.village_muyu.pk, district.zeguo.path, there)
    outbox.announce(moved)  # heard once more, it changes nothing
    everybody_hears(clock)
    assert trail.verbs_of(district.village_muyu).count("relocate") == 2


def test_the_file_of_a_firm_tells_of_its_hazards_to_who_may_see_them(
    district: District, clock: Clock
) -> None:
    blocked_exit = reported(district, clock)

    def told_to(person: Person) -> dict[str, tuple[int, list[str]]]:
        scope = scope_of(person, at=clock.now())
        parts = access.enterprise_file(district.cold_chain, scope)
        return {part.title: (part.count, [line.title for line in part.lines]) for part in parts}

    told = told_to(district.huang_zeguo_station)
    assert told["事项"] == (1, [str(blocked_exit)])
    assert told["督办记录"] == told["延期记录"] == (0, [])
    assert told_to(district.zhao_taiping_station)["事项"] == (0, [])
