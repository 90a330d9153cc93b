"""What follows in one room from what happened in another, through the outbox."""

from anlan.demo.district import Clock, District
from anlan.kernel import delivery, trail
from anlan.kernel.models import Announcement
from anlan.people import actions as people
from anlan.registry import actions as register
from anlan.wiring import when


def everybody_hears(clock: Clock) -> None:
    delivery.deliver(when.HEARD, at=clock.now())
    assert not delivery.troubled().exists(), delivery.troubled().get().trouble
    assert not Announcement.objects.filter(delivered_at=None).exists()


def test_a_camera_follows_its_village_into_another_town(district: District, clock: Clock) -> None:
    camera = register.register_item(
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
    assert camera.area_path == f"{district.taiping.path}{district.village_muyu.code}/"
    assert "relocate" in trail.verbs_of(district.village_muyu)
