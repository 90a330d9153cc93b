"""An alarm, and what waits for somebody's yes, reach people and stand on their pages."""

from datetime import timedelta

import pytest

from anlan.callup import actions as calls
from anlan.callup.models import Callup
from anlan.callup.tests.conftest import DRILL, LIVE, grid_charge, storm  # noqa: F401 (fixtures)
from anlan.duty.tests.rota import Rota, june
from anlan.kernel import delivery
from anlan.watch import actions
from anlan.watch.actions import Brief
from anlan.watch.rules import Grade, What
from anlan.watch.tests.conftest import watch  # noqa: F401 (fixture)
from anlan.web.tests.chairs import Chair
from anlan.wiring import when

LEVELS = {"fortified": 4.8, "warning": 5.2, "guaranteed": 5.6}


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS_DIR, settings.DATA_DIR = tmp_path / "keys", tmp_path


@pytest.fixture
def river(watch, district):  # noqa: F811
    """罗军 sits in the district's duty room, 黄磊 in the town's; 泽国站 answers for it."""
    calls.load_lines([LIVE, DRILL], at=district.clock.now())
    rota = Rota(district)
    rota.on(district.luo_fire, june(12, "17:30"), june(13))
    rota.on(district.huang_zeguo_station, june(12, "17:30"), june(13), desk=rota.zeguo)
    district.clock.forward(hours=2)
    stream = watch.stream("水位站", "water_level", district.village_muyu)
    by = {"by": district.chen_section, "at": district.clock.now()}
    actions.change_stream(stream, changes={"thresholds": LEVELS}, **by)
    station = stream.station
    station.post = district.zeguo_station_post
    station.save()
    return stream


def told(at):
    """Who was told what, since the last time that it was asked."""
    before = set(Callup.objects.values_list("pk", flat=True))
    delivery.deliver(when.HEARD, at=at)
    assert not delivery.troubled().exists(), delivery.troubled().first().trouble
    return [
        (each.title, each.words, {called.person.name for called in each.called.all()})
        for each in Callup.objects.filter(notice=True).exclude(pk__in=before).order_by("pk")
    ]


def rises(watch, river, grade, level, *was):  # noqa: F811
    """The river changes its grade; it raises the alarm where it had none."""
    what = What.GRADED if was else What.RAISED
    facts = {"rule": "river_level", "value": level[0], "limit": level[1], "window": 0}
    watch.say(watch.change(river, what, grade, was=(was or (Grade.NONE,))[0], **facts))
    return told(watch.clock.now())


def test_an_alarm_tells_duty_and_who_answers_of_each_grave_grade_once(watch, river, district):  # noqa: F811
    assert rises(watch, river, Grade.ALERT, (5.3, 5.2)) == [], "not at night for this"
    ((title, words, people),) = rises(watch, river, Grade.URGENT, (5.9, 5.6), Grade.ALERT)
    assert title == "紧急告警：泽国镇江河水位"
    assert "6月12日18时00分，" in words
    assert "水位5.9米，超过保证水位5.6米。" in words
    holders = {each.person.name for each in district.zeguo_station_post.tenures.all()}
    assert people == {"罗军", "黄磊"} | holders
    rises(watch, river, Grade.ALERT, (5.4, 5.2), Grade.URGENT)
    assert rises(watch, river, Grade.URGENT, (5.7, 5.6), Grade.ALERT) == [], "told once"
    ((title, *_),) = rises(watch, river, Grade.CRITICAL, (6.9, 6.5), Grade.URGENT)
    assert title == "危急告警：泽国镇江河水位"


def test_a_crowd_of_alarms_is_told_to_the_duty_room_in_one_sentence(watch, river, district):  # noqa: F811
    gauges = [watch.stream(f"边坡{n}", "displacement", district.grid7) for n in range(30)]
    watch.say(
        *[
            watch.change(each, What.RAISED, Grade.URGENT, rule="slope_velocity", value=25.0)
            for each in gauges
        ]
    )
    titles = [title for title, _, people in told(district.clock.now()) if "罗军" in people]
    assert told(district.clock.now()) == []
    assert len(titles) == 21, "twenty one by one, and that there are more"
    assert titles.count("告警密集") == 1


def test_open_alarms_stand_before_those_who_may_acknowledge_them(watch, river, district):  # noqa: F811
    rises(watch, river, Grade.ALERT, (5.3, 5.2))
    station, duty = Chair(district.huang_zeguo_station, district), Chair(
        district.chen_section, district
    )  # fmt: skip
    for page in (station.reads("/"), duty.reads("/duty/")):
        assert "告警待确认 1 条" in page
        assert "泽国镇江河水位" in page
    assert "告警待确认" not in Chair(district.li_grid3, district).reads("/")
    alarm = watch.raised(river, rule="river_level")
    actions.acknowledge(alarm, by=district.huang_zeguo_station, at=district.clock.now())
    assert "告警待确认" not in station.reads("/")


def test_a_warning_waits_before_the_eyes_of_those_who_may_approve_it(watch, district):  # noqa: F811
    chen, at = district.chen_section, district.clock.now()
    brief = Brief(
        hazard="flood", colour="ORANGE", headline="泽国镇洪水橙色预警", description="超保证水位",
        instruction="立即转移",        areas=(district.zeguo,), expires=at + timedelta(hours=6),
    )  # fmt: skip
    warning = actions.draft_warning(brief, by=chen, at=at)
    actions.submit_warning(warning, by=chen, at=at)
    ((title, words, people),) = told(at)
    assert title == "预警待您批准：泽国镇洪水橙色预警"
    assert "陈静拟" in words
    assert people == {"周建国"}
    chief = Chair(district.zhou_chief, district)
    assert f'href="/warnings/{warning.pk}/"' in chief.reads("/")
    assert 'id="awaited"' not in Chair(chen, district).reads("/")
    actions.approve_warning(warning, by=district.zhou_chief, at=at)
    assert 'id="awaited"' not in chief.reads("/")


def test_a_call_up_waits_before_several_who_may_approve_it(storm, grid_charge):  # noqa: F811
    where, at = storm.district, storm.clock.now()
    callup = storm.drafted(where.grid3)
    calls.submit(callup, by=where.chen_section, at=at)
    ((_, _, people),) = told(at)
    assert people == {"王芳", "周建国"}, "the nearest one's telephone may be dead"
    for person in (where.wang_taiping_leader, where.zhou_chief):
        assert f'href="/callups/{callup.number}/"' in Chair(person, where).reads("/")
    assert 'id="awaited"' not in Chair(where.lin_zeguo_leader, where).reads("/")
