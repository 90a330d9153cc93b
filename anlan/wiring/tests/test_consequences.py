"""What follows in one room from what happened in another, through the outbox."""

from anlan.demo.district import Clock, District
from anlan.duty import actions as duty
from anlan.kernel import delivery, outbox, trail
from anlan.kernel.models import Announcement
from anlan.matters import access as matters_access
from anlan.matters import actions as matters
from anlan.matters.models import Matter
from anlan.people import actions as people
from anlan.people import events as people_events
from anlan.people.access import scope_of
from anlan.people.models import Area, Body, Person
from anlan.people.rules.facts import AreaFacts, BodyFacts, PostFacts
from anlan.registry import access, actions
from anlan.registry.models import Item
from anlan.watch import actions as watching
from anlan.watch.actions import StationForm
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


# --- a village is divided -----------------------------------------------------------------------

EAST = (121.365, 28.485)  # within the eastern grid


def eastern_grid(district: District, clock: Clock) -> Area:
    west, south = EAST[0] - 0.005, EAST[1] - 0.005
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01]]
    return people.add_grid(
        AreaFacts("331081100024009", "牧屿9号网格", since=clock.now().date()),
        parent=district.village_muyu,
        grid_kind="GENERAL",
        outline={"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        by=district.ma_admin,
        at=clock.now(),
    )


def seen_by(person: Person, clock: Clock) -> set[Matter]:
    return set(matters_access.visible_to(scope_of(person, at=clock.now())))


def camera_at(place: tuple[float, float], district: District, clock: Clock) -> Item:
    given = {"name": f"视频{place[0]}", "area": district.village_muyu.code}
    given |= {"lon": str(place[0]), "lat": str(place[1])}
    by = district.huang_zeguo_station
    return actions.register_item(kind="camera", given=given, by=by, at=clock.now())


def village_office(district: District, clock: Clock) -> Person:
    """吴 sits in the village's own office, and nowhere else."""
    admin = {"by": district.ma_admin, "at": clock.now()}
    facts = BodyFacts("牧屿居委会", Body.Kind.VILLAGE, sectors=("*",))
    body = people.register_body(facts, area=district.village_muyu, **admin)
    facts = PostFacts("牧屿居委会主任", ("station",))
    post = people.create_post(facts, body=body, area=district.village_muyu, **admin)
    people.appoint(district.wu_bystander, post=post, since=clock.now().date(), **admin)
    return district.wu_bystander


def divided(district: District, clock: Clock, east: Area, **how: bool) -> list[Area]:
    today = clock.now().date()
    parts = [(AreaFacts("331081100242", "牧东村", since=today), [east])]
    if not how.get("remains"):
        west = AreaFacts("331081100241", "牧西村", since=today)
        parts.insert(0, (west, [district.grid7]))
    muyu, by = district.village_muyu, district.ma_admin
    return people.split_area(muyu, parts=parts, by=by, at=clock.now(), **how)


def test_a_village_is_divided_and_its_office_keeps_sight_of_the_open_hazards(
    district: District, clock: Clock
) -> None:
    east, office = eastern_grid(district, clock), village_office(district, clock)
    nowhere, dropped, eastward = (reported(district, clock) for _ in range(3))
    Matter.objects.filter(pk=eastward.pk).update(lon=EAST[0], lat=EAST[1])
    by = district.huang_zeguo_station
    matters.void(dropped, reason="重复", by=by, at=clock.now())
    assert nowhere in seen_by(office, clock)
    clock.forward(days=1)

    west, new_east = divided(district, clock, east)
    everybody_hears(clock)

    assert nowhere in seen_by(office, clock)
    for matter in (nowhere, eastward, dropped):
        matter.refresh_from_db()
    assert (nowhere.area, nowhere.area_path) == (west, west.path)
    assert (eastward.area, eastward.area_path) == (new_east, new_east.path)
    assert dropped.area == district.village_muyu, "what is closed is counted where it was"
    entry = trail.entries_of(eastward).get(verb="apportion")
    assert entry.note == {"from_area": "牧屿街居委会", "to_area": "牧东村"}

    outbox.announce(people_events.AreaSplit(district.village_muyu.pk, [west.pk, new_east.pk]))
    everybody_hears(clock)  # heard once more, it changes nothing
    assert trail.verbs_of(eastward).count("apportion") == 1


def test_what_stands_in_a_divided_village_goes_to_the_ground_it_stands_on(
    district: District, clock: Clock
) -> None:
    east = eastern_grid(district, clock)
    there, elsewhere = (camera_at(at, district, clock) for at in (EAST, (121.30, 28.40)))
    clock.forward(days=1)
    west, new_east = divided(district, clock, east)
    everybody_hears(clock)
    for camera, area in ((there, new_east), (elsewhere, west)):
        camera.refresh_from_db()
        assert (camera.area, camera.area_path) == (area, area.path)
        assert trail.verbs_of(camera)[-1] == "apportion"


def test_a_gauge_stands_in_the_part_around_it_and_the_duty_room_in_the_part_that_took_over(
    district: District, clock: Clock
) -> None:
    """The whole town is divided: what its own room and gauge are, and no village's."""
    section, where = {"by": district.chen_section, "at": clock.now()}, district.zeguo
    form = StationForm(code="ZG-1", name="泽国站", area=where, lon=EAST[0], lat=EAST[1])
    gauge = watching.add_station(form, **section)
    facts = duty.DeskFacts("town_duty", "泽国镇值班室", "86120000")
    desk = duty.open_desk(facts, area=where, body=district.zeguo_town, **section)
    eastern_grid(district, clock)
    clock.forward(days=1)
    since = clock.now().date()
    rest = list(where.children.filter(valid_to=None).exclude(pk=district.village_muyu.pk))
    parts = [
        (AreaFacts("331081111000", "泽西镇", since=since), rest),
        (AreaFacts("331081112000", "泽东镇", since=since), [district.village_muyu]),
    ]
    west, east = people.split_area(where, parts=parts, by=district.ma_admin, at=clock.now())
    everybody_hears(clock)
    gauge.refresh_from_db()
    desk.refresh_from_db()
    assert (gauge.area, gauge.area_path) == (east, east.path)
    assert (desk.area, desk.area_path) == (west, west.path)


def test_of_a_village_that_goes_on_only_what_lies_in_the_part_leaves(
    district: District, clock: Clock
) -> None:
    east = eastern_grid(district, clock)
    there, elsewhere = (camera_at(at, district, clock) for at in (EAST, (121.30, 28.40)))
    hazard = reported(district, clock)
    clock.forward(days=1)
    (new_east,) = divided(district, clock, east, remains=True)
    everybody_hears(clock)
    for thing in (there, elsewhere, hazard):
        thing.refresh_from_db()
    assert there.area == new_east
    assert elsewhere.area == hazard.area == district.village_muyu
    assert "apportion" not in trail.verbs_of(hazard)


def test_what_was_merged_into_a_village_goes_along_when_that_is_divided(
    district: District, clock: Clock
) -> None:
    """One year's merger, the next year's division; the hazard of the first village is open yet."""
    hazard, today = reported(district, clock), clock.now().date()
    admin = {"by": district.ma_admin, "at": clock.now()}
    facts = AreaFacts("331081100240", "牧洋村", since=today.replace(year=2010))
    heir = people.add_area(facts, parent=district.zeguo, **admin)
    people.merge_areas([district.village_muyu], into=heir, since=today, **admin)
    everybody_hears(clock)
    clock.forward(days=400)
    since = clock.now().date()
    parts = [
        (AreaFacts("331081100241", "牧西村", since=since), [district.grid7]),
        (AreaFacts("331081100242", "牧东村", since=since), []),
    ]
    west, _ = people.split_area(heir, parts=parts, by=district.ma_admin, at=clock.now())
    everybody_hears(clock)
    hazard.refresh_from_db()
    assert (hazard.area, hazard.area_path) == (west, west.path)
