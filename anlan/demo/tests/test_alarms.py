"""The storm of the sample district: judged as it came, dealt with by people."""

from random import Random

import pytest

from anlan.demo.alarms import Storms
from anlan.watch.models import Alarm, Publication, Warning

pytestmark = pytest.mark.django_db


def test_a_storm_rises_is_warned_of_and_goes_by(district, clock, settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    assert Storms(district, Random("331081:1:alarms"), until=clock.now()).happen() >= 3
    river = Alarm.objects.filter(family="river").earliest("pk")
    assert river.area == district.zeguo
    assert not Alarm.objects.filter(over_at=None).exists(), "the storm was two days ago"
    assert [each.kind for each in Warning.objects.order_by("pk")] == ["ALERT", "CANCEL"]
    assert Publication.objects.filter(outlet="PUBLIC").count() == 2
