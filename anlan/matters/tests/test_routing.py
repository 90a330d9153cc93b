# ruff: noqa: E501 (the table is wide so that it can be read)
"""Every rule of routing.yaml with the cast: who dispatches, who should rectify, who checks."""

import pytest

from anlan.kernel.errors import Invalid
from anlan.matters import actions
from anlan.matters.models.kinds import routes
from anlan.matters.models.routing import Facts, propose
from anlan.people.models import Post, Tenure

from .story import announced

# fmt: off
EXPECTED = {
    # rule             what was found                                                      dispatches              rectifies                  checks
    "task":           ({"kind": "task", "area": "zeguo"},                                  "section_post",         "zeguo_station_post",      "section_post"),
    "public_report":  ({"kind": "public_report", "source": "PUBLIC", "area": "grid7"},     "zeguo_station_post",   None,                      "zeguo_station_post"),
    "major_in_charge": ({"grade": "MAJOR", "sector": "fire", "area": "grid3"},             "section_post",         "taiping_leader_post",     "fire_post"),
    "major":          ({"grade": "MAJOR", "sector": "molten_metal", "body": "cold_chain"}, "section_post",         "cold_chain_manager_post", "section_post"),
    "self_check":     ({"source": "ENTERPRISE", "body": "cold_chain"},                     "cold_chain_manager_post", "cold_chain_safety_post", "zeguo_station_post"),
    "fire":           ({"sector": "fire", "area": "grid3"},                                "taiping_station_post", "grid3_post",              "taiping_station_post"),
    "department_inspection": ({"source": "DEPARTMENT", "sector": "gas", "body": "foundry", "area": "grid3"}, "housing_post", "foundry_safety_post", "housing_post"),
    "firm":           ({"body": "cold_chain"},                                             "zeguo_station_post",   "cold_chain_safety_post",  "zeguo_station_post"),
    "grid":           ({"area": "grid3"},                                                  "taiping_station_post", "grid3_post",              "taiping_station_post"),
}
# fmt: on


def facts(district, **found):
    place, body = found.pop("area", "grid7"), found.pop("body", None)
    usual = {"kind": "hazard", "grade": "", "sector": "", "source": "GRID"}
    area, firm = getattr(district, place), getattr(district, body) if body else None
    return Facts(**{**usual, **found}, area=area, body=firm)


@pytest.mark.parametrize("rule", EXPECTED)
def test_each_rule_with_the_cast(district, clock, rule):
    found, *posts = EXPECTED[rule]
    asked = propose(facts(district, **found), at=clock.now())
    assert asked.route == rule
    wanted = [getattr(district, post) if post else None for post in posts]
    assert [asked.triage, asked.rectify, asked.check] == wanted


def test_every_rule_is_asked():
    assert [route.key for route in routes()] == list(EXPECTED)


def test_a_grid_report_in_taiping_is_dispatched_by_its_station(story, district, clock):
    exit_ = actions.report(story.blocked_exit(), by=district.li_grid3, at=clock.now())
    assert exit_.owner == district.taiping_station_post
    assert exit_.details["route"] == "fire"


def test_the_fire_brigade_is_told_of_fire(story, district, clock):
    exit_ = actions.report(story.blocked_exit(), by=district.li_grid3, at=clock.now())
    assert exit_.details["informed"] == [district.fire_post.pk]
    assert announced() == ["MatterReported"]


def test_the_district_as_a_whole_goes_to_the_section(district, clock):
    asked = propose(facts(district, area="wenling"), at=clock.now())
    assert (asked.route, asked.triage) == ("", district.section_post)


def test_a_station_without_people_is_passed_over(district, clock):
    Tenure.objects.filter(post=district.taiping_station_post).update(until=clock.now().date())
    asked = propose(facts(district, area="grid3"), at=clock.now())
    assert asked.triage == district.section_post
    assert asked.check == district.taiping_leader_post


def test_a_post_that_was_abolished_is_no_longer_asked(district, clock):
    Post.objects.filter(pk=district.cold_chain_safety_post.pk).update(valid_to=clock.now().date())
    asked = propose(facts(district, body="cold_chain"), at=clock.now())
    assert asked.rectify == district.cold_chain_manager_post


def test_where_nobody_at_all_can_be_asked_the_administrator_is_told_what_to_do(district, clock):
    Post.objects.update(roles=[])
    with pytest.raises(Invalid, match="都没有可以交办的岗位") as refusal:
        propose(facts(district), at=clock.now())
    assert "岗位" in refusal.value.mend


def test_a_site_puts_its_own_rules_first(district, clock, tmp_path, settings):
    own = "all_to_us:\n  label: 全部由科室交办\n  when: firm_known || path.startsWith('/331081')\n"
    (tmp_path / "routing.yaml").write_text(own + "  triage: [section@area]\n", encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    assert propose(facts(district), at=clock.now()).triage == district.section_post


def test_a_condition_with_a_name_that_does_not_exist_says_where(
    district, clock, tmp_path, settings
):
    own = "wrong:\n  label: 错\n  when: sectr == 'fire'\n  triage: [section@area]\n"
    (tmp_path / "routing.yaml").write_text(own, encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    with pytest.raises(Exception, match="sectr"):
        propose(facts(district), at=clock.now())
