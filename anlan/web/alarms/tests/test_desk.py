"""At the duty officer's screen: an alarm explains itself, becomes a warning, goes out, ends."""

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client

from anlan.formats import cap
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm
from anlan.watch.models import Alarm, Warning, hazard_warned, watch_rules
from anlan.watch.rules import Change, Columns, Grade, What
from anlan.web.alarms.chart import chart_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS_DIR, settings.DATA_DIR = tmp_path / "keys", tmp_path


@pytest.fixture
def flood(district, clock):
    """The river at 泽国 stands above its warning level."""
    by = {"by": district.chen_section, "at": clock.now()}
    station = actions.add_station(StationForm("HL001", "金清港水位站", area=district.zeguo), **by)
    stream = actions.add_stream(station, StreamForm("z", "water_level"), **by)
    now = round(clock.now().timestamp() * 1e6)
    change = Change(
        "river_level", stream.pk, district.zeguo.pk, What.RAISED, Grade.ALERT, Grade.NONE,
        now, now, 3.42, 3.2,
    )  # fmt: skip
    actions.raise_changes([change], at=clock.now())
    return Alarm.objects.get()


def test_the_desk_shows_it_and_its_page_says_why(chair, district, flood):
    desk = chair(district.chen_section)
    assert "泽国镇江河水位" in desk.reads("/alarms/")
    page = desk.reads(f"/alarms/{flood.number}/")
    assert "3.42米，达到或超过限值 3.2米" in page
    assert "江河特征水位" in page
    assert "水行政主管部门核定" in page


def test_from_the_alarm_to_a_feed_entry_and_back_with_one_click(chair, district, flood):
    desk, chief = chair(district.chen_section), chair(district.zhou_chief)
    desk.post(f"/alarms/{flood.number}/acknowledge/")
    form = desk.reads(f"/warnings/new/?alarm={flood.number}")
    assert "泽国镇洪水预警" in form
    answer = desk.post(
        f"/warnings/new/?alarm={flood.number}",
        {
            "hazard": "flood", "colour": "ORANGE", "headline": "泽国镇洪水橙色预警",
            "step": "observed",
            "description": "金清港超警戒水位", "instruction": "做好转移", "hours": "6",
            "urgency": "Immediate", "certainty": "Observed", "area": district.zeguo.code,
            "ring": "121.30,28.45 121.40,28.45 121.40,28.55",
        },
    )  # fmt: skip
    warning = Warning.objects.get()
    assert answer["Location"] == f"/warnings/{warning.pk}/"
    assert "批准后叫应" in desk.reads(f"/warnings/{warning.pk}/")
    desk.post(f"/warnings/{warning.pk}/submit_warning/")
    assert desk.post(f"/warnings/{warning.pk}/approve_warning/").status_code == 403
    chief.post(f"/warnings/{warning.pk}/approve_warning/")
    (message,) = feed().messages
    assert message.alert.infos[0].headline == "泽国镇洪水橙色预警"
    assert len(message.alert.infos[0].areas[0].polygons[0].points) == 4
    chief.post(f"/warnings/{warning.pk}/cancel_warning/", {"reason": "水位回落"})
    kinds = [each.alert.msg_type.value for each in feed().messages]
    assert kinds == ["Cancel", "Alert"]
    assert flood.warnings.first() == warning


def test_the_draft_says_in_a_sentence_what_the_alarm_measured(chair, district, flood):
    page = chair(district.chen_section).reads(f"/warnings/new/?alarm={flood.number}")
    assert "6月12日16时00分，金清港水位站水位3.42米，超过警戒水位3.2米。" in page
    assert "立即转移" in page, "it is happening: nobody is told to get ready"
    assert "做好转移准备，" not in page
    assert '<option value="" selected>请选择</option>' in page, "the colour is for people to judge"


@pytest.mark.parametrize(
    ("step", "colour", "said"),
    [("observed", "BLUE", "立即转移"), ("forecast", "RED", "做好转移准备"),
     ("", "RED", "立即转移"), ("", "BLUE", "做好转移准备")],
)  # fmt: skip
def test_what_people_are_to_do_fits_the_step_and_the_colour(chair, district, step, colour, said):
    answer = chair(district.chen_section).post(
        "/warnings/new/",
        {
            "hazard": "flood", "colour": colour, "headline": "泽国镇洪水预警", "hours": "6",
            "description": "超警戒水位", "urgency": "Expected", "certainty": "Likely", "step": step,
            "area": district.zeguo.code, "instruction": hazard_warned("flood").measures,
        },
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    assert said in Warning.objects.get().content["instruction"]


def feed() -> cap.Reading:
    """The public feed, as anybody's reader takes it."""
    found = cap.read(Client().get("/feeds/warnings.atom").content)
    assert found.usable, [fault.words for fault in found.faults]
    assert found.xsd
    assert found.signature == "unknown_signer", "whole and signed, by a site not known to us"
    return found


def test_a_weather_signal_is_refused_in_words_and_what_was_typed_is_kept(chair, district):
    answer = chair(district.chen_section).post(
        "/warnings/new/",
        {
            "hazard": "rainstorm", "colour": "RED", "headline": "暴雨红色预警", "hours": "6",
            "description": "大雨", "urgency": "Immediate", "certainty": "Observed",
            "area": district.zeguo.code,
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "第三十条" in answer.content.decode()
    assert "暴雨红色预警" in answer.content.decode()


def test_a_rule_changed_on_trial_is_judged_or_refused_with_line_and_mend(chair, district, flood):
    desk = chair(district.chen_section)
    page = desk.reads("/alarms/rules/road_depth/")
    assert "road_depth:" in page
    tried = desk.post("/alarms/rules/river_rise/", {"text": _river("m/h"), "days": "7"})
    assert "1 个测点" in tried.content.decode()
    wrong = desk.post("/alarms/rules/river_rise/", {"text": _river("deg"), "days": "7"})
    assert wrong.status_code == 422
    assert "deg" in wrong.content.decode()


def _river(unit: str) -> str:
    return (
        "trial: {label: 试, kind: rate, family: river, observed: water_level, window: 1h, "
        f"unit: {unit}, grades: {{WATCH: 0.5}}}}"
    )


def test_every_rule_is_told_in_words(chair, district):
    page = chair(district.chen_section).reads("/alarms/rules/")
    assert all(rule.label in page for rule in watch_rules().values())
    assert "警戒水位" in page


def test_the_line_of_a_chart_is_broken_where_nothing_came(clock):
    begin, hour = clock.now(), 3_600_000_000
    at = round(begin.timestamp() * 1e6) + np.array([0, hour // 6, 5 * hour, 5 * hour + hour // 6])
    points = Columns.of([1] * 4, at, [1.0, 2.0, 2.0, 9.0], [0, 0, 0, 4])
    chart = chart_of(points, since=begin, until=begin + timedelta(hours=6), limits=[(1.5, "警戒")])
    assert chart is not None
    assert chart.line.count("M") == 2
    assert len(chart.dots) == 3, "a point that is not fit is not drawn"
    assert chart.limits[0].words == "警戒 1.5"
