"""What time does to the register, and what happens to items when 泽国 moves in the tree."""

from anlan.kernel import trail
from anlan.kernel.models import Announcement
from anlan.people.models import Area
from anlan.registry import actions, sweeps
from anlan.registry.models import Item


def site_of(district, clock, **given):
    return actions.register_item(
        kind="construction_site",
        given={"name": "牧屿安置房工地", "area": "牧屿街居委会", **given},
        by=district.huang_zeguo_station,
        at=clock.now(),
    )


def test_a_site_nobody_looked_at_is_announced_once(district, clock):
    site = site_of(district, clock)
    clock.forward(days=30)
    assert sweeps.mark_stale(at=clock.now()) == 0, "the thirtieth day is still in time"
    clock.forward(days=1)
    assert sweeps.mark_stale(at=clock.now()) == 1
    assert sweeps.mark_stale(at=clock.now()) == 0
    assert trail.verbs_of(site) == ["register_item", "mark_stale"]
    heard = Announcement.objects.filter(event__endswith="ItemWentStale")
    assert [each.payload for each in heard] == [{"item_id": site.pk}]


def test_looked_at_again_it_can_lapse_again(district, clock):
    site = site_of(district, clock)
    clock.forward(days=31)
    sweeps.mark_stale(at=clock.now())
    actions.confirm_item(site, by=district.huang_zeguo_station, at=clock.now())
    assert sweeps.mark_stale(at=clock.now()) == 0
    clock.forward(days=31)
    assert sweeps.mark_stale(at=clock.now()) == 1


def test_what_was_retired_never_lapses(district, clock):
    site = site_of(district, clock)
    actions.retire_item(site, reason="竣工", by=district.huang_zeguo_station, at=clock.now())
    clock.forward(days=400)
    assert sweeps.mark_stale(at=clock.now()) == 0


def test_items_follow_an_area_that_moves_and_only_those(district, clock):
    site = site_of(district, clock)
    bystander = actions.register_item(
        kind="camera",
        given={"name": "迎辉路口", "area": "太平街道"},
        by=district.zhao_taiping_station,
        at=clock.now(),
    )
    old = district.village_muyu.path
    new = f"{district.taiping.path}{district.village_muyu.code}/"
    Area.objects.filter(pk=district.village_muyu.pk).update(path=new)
    district.village_muyu.refresh_from_db()

    moved = actions.relocate(district.village_muyu, before=old, by=None, at=clock.now())

    assert moved == 1
    assert Item.objects.get(pk=site.pk).area_path == new
    assert Item.objects.get(pk=bystander.pk).area_path == district.taiping.path
    assert actions.relocate(district.village_muyu, before=old, by=None, at=clock.now()) == 0
    assert trail.verbs_of(district.village_muyu) == ["relocate"]
