"""What is drawn for a warning: read as typed, kept, shown, and sent out as CAP says it."""

import pytest
from django.test import Client

from anlan.formats import cap
from anlan.people.actions import set_outline
from anlan.watch.models import Warning
from anlan.web.warnings.drawn import read_circle, read_ring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS_DIR, settings.DATA_DIR = tmp_path / "keys", tmp_path


@pytest.fixture
def said(district, clock):
    """The town has an outline, so there is a ground to draw on."""
    ring = [[121.30, 28.44], [121.40, 28.44], [121.40, 28.54], [121.30, 28.54], [121.30, 28.44]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    for area in (district.zeguo, district.village_muyu):
        set_outline(area, outline=outline, by=district.ma_admin, at=clock.now())
    return {
        "hazard": "flood", "colour": "ORANGE", "headline": "泽国镇洪水橙色预警", "hours": "6",
        "description": "超警戒", "urgency": "Immediate", "certainty": "Observed",
        "area": district.zeguo.code,
    }  # fmt: skip


def test_a_circle_goes_from_the_form_to_the_feed_and_back_into_the_form(chair, district, said):
    desk, chief = chair(district.chen_section), chair(district.zhou_chief)
    assert 'id="draw"' in desk.reads(f"/warnings/new/?area={district.zeguo.code}")
    desk.post("/warnings/new/", {**said, "circle": "121.345678, 28.4912，2.5"})
    warning = Warning.objects.get()
    assert "圆，半径 2.5 公里" in desk.reads(f"/warnings/{warning.pk}/")
    assert 'value="121.345678,28.4912,2.5"' in desk.reads(f"/warnings/{warning.pk}/edit/")
    desk.post(f"/warnings/{warning.pk}/submit_warning/")
    chief.post(f"/warnings/{warning.pk}/approve_warning/")
    reading = cap.read(Client().get("/feeds/warnings.atom").content)
    assert reading.usable
    assert reading.xsd
    (circle,) = reading.messages[0].alert.infos[0].areas[0].circles
    told = (circle.centre.lat, circle.centre.lon, circle.radius_km)
    assert told == pytest.approx((28.4912, 121.345678, 2.5), abs=1e-5)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("circle", "121.34,28.49", "半径"),
        ("circle", "28.49,121.34,2", "经度在前"),
        ("circle", "121.34,28.49,0", "大于 0"),
        ("ring", "121.3,28.4 121.4,28.4 121.3,28.4", "至少三个顶点"),
        ("ring", "121.3,28.4 121.4,28.5 121.4,28.4 121.3,28.5", "互相交叉"),
        ("ring", "121.3,28.4 121.4,28.4 121.5,28.4", "互相交叉"),
    ],
)
def test_what_is_no_range_is_said_beside_its_field(chair, district, said, field, typed, words):
    answer = chair(district.chen_section).post("/warnings/new/", {**said, field: typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert typed in page, "what was typed stays"
    assert not Warning.objects.exists()


def test_typed_by_hand_it_may_be_a_little_untidy():
    assert read_ring("121.30,28.45 121.40， 28.45\n121.40,28.55")[-1] == (121.30, 28.45)
    assert read_circle(" 121.34，28.49 2 ") == (121.34, 28.49, 2.0)
