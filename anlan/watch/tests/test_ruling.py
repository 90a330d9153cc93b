"""The section changes a rule: tried against history first, then in force just as it was tried."""

from datetime import timedelta

import numpy as np
import pytest

from anlan.kernel import catalogues, trail
from anlan.kernel.errors import Forbidden, GoneStale, NotAllowed, Refused
from anlan.watch import actions
from anlan.watch.models import (
    RuleTrial,
    Stream,
    back_test,
    rule_from,
    text_in_force,
    watch_rules,
)
from anlan.watch.rules import Columns, tried
from anlan.watch.rules.editing import block_of, with_block
from anlan.wiring.catalogues import keep_fresh, look_again

from .judging import BEGIN, MINUTE, gauges, points, rule

RULES = """# 本地规则，2026年汛前会商定
river: {label: 河, kind: threshold}  # 一行写完的

# 城区积水点
"road":
  label: 路
  note: |
    # 这不是注释
    第二行

# 最后一条
last:
  label: 末
# 文件到此为止
"""


@pytest.fixture
def site(settings, tmp_path):
    """A folder of the site that has no catalogue of its own yet."""
    settings.ANLAN_CATALOGUES = tmp_path / "catalogues"
    catalogues.reload()
    yield settings.ANLAN_CATALOGUES
    catalogues.reload()


@pytest.fixture
def section(district, clock):
    return {"by": district.chen_section, "at": clock.now()}


# --- one entry of the file ------------------------------------------------------------------------


def test_an_entry_is_changed_and_everything_around_it_stays():
    assert block_of(RULES, "road") == (
        '"road":\n  label: 路\n  note: |\n    # 这不是注释\n    第二行\n'
    )
    changed = with_block(RULES, "road", "road:\n  label: 路面\n\n\n")
    assert changed.replace("road:\n  label: 路面\n", block_of(RULES, "road")) == RULES
    assert with_block(RULES, "river", "river: {label: 江}").splitlines()[1:4] == [
        "river: {label: 江}", "", "# 城区积水点",
    ]  # fmt: skip
    assert with_block(RULES, "last", "last:\n  label: 尾\n").endswith(
        "  label: 尾\n# 文件到此为止\n"
    )
    assert with_block(RULES, "new", "new: {label: 新}").endswith(
        "# 文件到此为止\n\nnew: {label: 新}\n"
    )


def test_a_file_from_windows_keeps_its_ends_of_lines():
    windows = RULES.replace("\n", "\r\n")
    changed = with_block(windows, "last", "last:\n  label: 尾\n")
    assert "last:\r\n  label: 尾\r\n#" in changed
    assert "\n" not in changed.replace("\r\n", "")
    assert block_of(windows, "last") == "last:\n  label: 末\n"


# --- tried, then put in force ---------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_tried_is_what_counts_and_the_rest_of_the_file_stays(site, section):
    look_again()
    keep_fresh()
    shipped = catalogues.lying("watch_rules")
    text = text_in_force("road_depth").replace("WATCH: 5", "WATCH: 8")
    trial, _ = actions.try_rule(text, days=30, **section)
    assert not site.exists(), "trying changes nothing"
    actions.put_rule_in_force(trial, **section)
    (file,) = site.iterdir()
    assert file.read_text() == shipped.replace("{WATCH: 5, ALERT: 15", "{WATCH: 8, ALERT: 15")
    (entry,) = trail.entries_of(trial).filter(verb="put_rule_in_force")
    assert "WATCH: 5" in entry.note["before"]
    assert entry.note["after"] == text
    look_again()
    keep_fresh()
    assert (watch_rules()["road_depth"].grades or {})["WATCH"] == 8


@pytest.mark.django_db
def test_the_former_file_is_kept_beside_and_is_no_catalogue(site, section):
    for limit in ("6", "7", "8"):
        text = text_in_force("road_depth")
        changed = text.replace(f"WATCH: {int(limit) - 1}", f"WATCH: {limit}")
        trial, _ = actions.try_rule(changed, days=1, **section)
        actions.put_rule_in_force(trial, **section)
    former = sorted(path for path in site.iterdir() if path.suffix != ".yaml")
    assert ["WATCH: 6" in former[0].read_text(), "WATCH: 7" in former[1].read_text()] == [True] * 2
    assert len(former) == 2
    assert catalogues.names("watch_rules") == ["watch_rules"]


@pytest.mark.django_db
def test_a_new_rule_stands_at_the_end(site, section):
    text = (
        "deep_road:\n  label: 深积水\n  kind: threshold\n  family: waterlogging\n"
        "  observed: road_depth\n  unit: cm\n  grades: {CRITICAL: 60}\n"
    )
    trial, _ = actions.try_rule(text, days=1, **section)
    actions.put_rule_in_force(trial, **section)
    catalogues.reload()
    assert list(watch_rules())[-1] == "deep_road"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("unit: cm", "unit: centimetre"), "第 2 行.*centimetre"),
        (("family: waterlogging", "family: waterlog"), "waterlogging"),
        (("observed: road_depth", "observed: road_deep"), "road_depth"),
        (("road_depth:", "Road Depth:"), "代号"),
        (("grades: {", "grades {"), "第 \\d+ 行"),
    ],
)
def test_what_the_catalogue_refuses_is_refused_with_place_and_mend(site, section, wrong, said):
    text = text_in_force("road_depth").replace(*wrong, 1)
    with pytest.raises(Refused, match=said):
        actions.try_rule(text, days=1, **section)
    assert not site.exists()
    assert not RuleTrial.objects.exists()


@pytest.mark.django_db
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(site, section, clock):
    text = text_in_force("road_depth")
    mine, _ = actions.try_rule(text.replace("WATCH: 5", "WATCH: 8"), days=1, **section)
    theirs, _ = actions.try_rule(text.replace("WATCH: 5", "WATCH: 9"), days=1, **section)
    actions.put_rule_in_force(theirs, **section)
    with pytest.raises(GoneStale):
        actions.put_rule_in_force(mine, **section)
    with pytest.raises(NotAllowed):
        actions.put_rule_in_force(theirs, **section)
    late = {**section, "at": clock.now() + timedelta(days=2)}
    other, _ = actions.try_rule(text.replace("WATCH: 5", "WATCH: 4"), days=1, **section)
    with pytest.raises(GoneStale):
        actions.put_rule_in_force(other, **late)


@pytest.mark.django_db
def test_a_town_changes_no_rule_of_the_district(site, section, district, clock):
    trial, _ = actions.try_rule(text_in_force("road_depth") + "  note: 试\n", days=1, **section)
    town = {"by": district.huang_zeguo_station, "at": clock.now()}
    for attempt in (
        lambda: actions.try_rule(trial.text, days=1, **town),
        lambda: actions.put_rule_in_force(trial, **town),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert not site.exists()


@pytest.mark.django_db
def test_nothing_is_said_where_the_folder_cannot_be_written(site, section):
    trial, _ = actions.try_rule(text_in_force("road_depth") + "  note: 试\n", days=1, **section)
    site.write_text("a file where the folder should be")
    with pytest.raises(Refused, match="写不进去"):
        actions.put_rule_in_force(trial, **section)


# --- history, for the kinds that are not judged by points alone -----------------------------------


def test_silence_is_told_from_when_it_was_too_long_to_the_next_point():
    silent = rule("silent", unit="h", grades={"WATCH": 1, "ALERT": 3}, observed="")
    said = points((0, 1), (30, 1), (150, 1), (160, 1))
    found = tried([silent], gauges(), said, until=BEGIN + 400 * MINUTE)
    minutes = [
        (e.grade.name, (e.raised_at - BEGIN) / MINUTE, e.over_at and (e.over_at - BEGIN) / MINUTE)
        for e in found
    ]
    assert minutes == [("WATCH", 90, 150), ("ALERT", 220, None)]
    assert [(e.value, e.limit) for e in found] == [(2, 1), (4, 3)]


@pytest.mark.django_db
def test_a_rule_over_several_is_tried_with_those_it_is_over(watch, clock):
    rivers = [watch.stream(code, "water_level", watch.district.zeguo) for code in ("z1", "z2")]
    begin = round((clock.now() - timedelta(hours=3)).timestamp() * 1e6)
    at = begin + np.arange(0, 180, 10) * MINUTE
    for number, stream in enumerate(rivers):
        rising = np.linspace(2.0, 5.0 - number, len(at)).round(2)  # one a metre an hour, one less
        actions.Writer().store(
            Columns.of(np.full(len(at), stream.pk), at, rising), source=None, at=clock.now()
        )
    both = rule_from(
        "both: {label: 两处同涨, kind: several, family: river, of: [river_rise], "
        "when: {ALERT: n_river_rise >= 2}}"
    )
    found = back_test(both, Stream.objects.all(), clock.now() - timedelta(days=1), clock.now())
    assert (len(found.streams), found.points) == (2, 2 * len(at))
    (episode,) = found.episodes
    assert (episode.rule, episode.grade.name) == ("both", "ALERT")
    assert episode.place == watch.district.zeguo.pk
