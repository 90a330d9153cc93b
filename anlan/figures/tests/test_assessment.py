"""The towns are assessed: nobody types a score, who is wronged objects, another one decides."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.figures import actions
from anlan.figures.compute import assessing
from anlan.figures.models import AssessedScore
from anlan.figures.rules import parse_period
from anlan.figures.rules.assessment import Branch, Indicator, Scheme, ranked, total_of
from anlan.kernel import catalogues
from anlan.kernel.errors import Forbidden, NotAllowed
from anlan.kernel.trail import LOCAL
from anlan.matters import actions as matters
from anlan.matters.actions import PastMatter
from anlan.papers.models import Paper
from anlan.records.tests.story import Story

KEYS = ("a", "b", "c")
SCHEME = Scheme(
    "s", "考核", "依据",
    (Branch("x", "过程", tuple(Indicator(k, k, Decimal(w), due="d")
                             for k, w in zip(KEYS, (50, 30, 20), strict=True))),),
    rows="d",
)  # fmt: skip
scores = st.decimals(0, 100, places=2)


@given(st.dictionaries(st.sampled_from(KEYS), scores | st.none()))
def test_a_total_lies_between_the_best_and_the_worst_of_what_was_scored(given_scores):
    whole = total_of(SCHEME, given_scores)
    known = [each for each in given_scores.values() if each is not None]
    if not known:
        assert whole is None
    else:
        assert min(known) <= whole <= max(known)


def test_what_nobody_owed_gives_its_weight_to_the_others():
    assert total_of(SCHEME, {"a": Decimal(100), "b": Decimal(50), "c": None}) == Decimal("81.25")
    assert Fraction("81.25") == (Fraction(50) * 100 + Fraction(30) * 50) / 80


@given(st.dictionaries(st.text(min_size=1, max_size=3), scores | st.none(), max_size=8),
       st.randoms())  # fmt: skip
def test_equal_totals_share_a_place_whatever_the_order(totals, dice):
    shuffled = list(totals.items())
    dice.shuffle(shuffled)
    places = ranked(dict(shuffled))
    assert places == ranked(totals)
    for one, place in places.items():
        assert place == 1 + sum(each is not None and each > totals[one] for each in totals.values())


def test_who_is_vetoed_comes_last_however_good():
    totals = {"甲": Decimal(99), "乙": Decimal(60), "丙": Decimal(60), "丁": Decimal(50)}
    assert ranked(totals, {"甲"}) == {"乙": 1, "丙": 1, "丁": 3, "甲": 4}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("weight: 20, due: town_night_check", "weight: 25, due: town_night_check"), "合计为 105"),
        (("due: team_training", "due: team_trainning"), "没有的「team_trainning」"),
        (("share * 1.25", "shar * 1.25"), "没有「shar」这个名称"),
        (("rows: town_night_check", "rows: town_night_chek"), "没有的「town_night_chek」"),
        (("rows: town_night_check", "rows: monthly_meeting"), "不是各镇街或各部门的"),
        (("rows: department_inspections", "rows: town_night_check"), "不是同一类单位"),
        (("20, figure: hazards_overdue", "20, figure: shifts"), "不能按重点领域合计"),
        (("due: flood_charges_confirmed", "du: flood_charges_confirmed"), "不认识的名称「du」"),
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused_with_file_and_line(
    settings, tmp_path, change, words
):
    text = catalogues.path_of("assessment").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "assessment.yaml").write_text(text.replace(*change, 1), encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    try:
        with pytest.raises(catalogues.CatalogueError, match=words) as said:
            assessing.schemes()
        assert "assessment.yaml 第" in said.value.words
    finally:
        settings.ANLAN_CATALOGUES = None
        catalogues.reload()


@pytest.fixture
def june(district):
    """June: 泽国 made its night checks of every week, 太平 none; it is the second of July."""
    story = Story(district)
    district.clock.to(datetime(2024, 7, 2, 9, tzinfo=LOCAL))
    for month, day in ((5, 29), (6, 5), (6, 12), (6, 19), (6, 26)):
        story.keep(
            story.night_check(
                organiser=district.zeguo_town, late="补录", bodies=(), place="东门路",
                started_at=datetime(2024, month, day, 20, tzinfo=LOCAL),
            )
        )  # fmt: skip
    return story


def scored(story, text="2024-06", scheme="towns"):
    scheme = assessing.scheme_named(scheme)
    found = assessing.assess(
        scheme, period=parse_period(text), area=story.district.wenling, scope=None, at=story.now
    )
    return {one.who.label: one for one in found}


@pytest.mark.django_db
def test_the_score_is_what_the_matrix_says_and_its_evidence_is_the_matrix(june):
    found = scored(june)
    assert set(found) == {"太平街道", "泽国镇"}
    assert found["泽国镇"].leaves["night_check"].score == 100
    assert found["太平街道"].leaves["night_check"].score == 0
    assert found["泽国镇"].leaves["night_check"].evidence.startswith("/dues/town_night_check/")
    assert found["泽国镇"].place == 1
    assert found["泽国镇"].leaves["stock"].score is None  # no warehouse, nothing owed


@pytest.mark.django_db
def test_a_wronged_town_objects_another_decides_and_the_places_follow(june):
    d = june.district
    held = actions.post_scores("towns", period=parse_period("2024-06"), area=d.wenling,
                               by=d.chen_section, at=june.now)  # fmt: skip
    mine = AssessedScore.objects.get(round=held, area=d.taiping)
    with pytest.raises(Forbidden):
        actions.object_to(
            mine, leaf="night_check", words="不公", by=d.huang_zeguo_station, at=june.now
        )
    objection = actions.object_to(mine, leaf="night_check", words="四次夜查记在综合执法队名下",
                                  by=d.zhao_taiping_station, at=june.now)  # fmt: skip
    with pytest.raises(NotAllowed, match="没有裁定|没有结束"):
        actions.close_round(held, by=d.zhou_chief, at=june.now)
    before = mine.total
    with pytest.raises(Forbidden, match="公示的人"):
        actions.decide_objection(objection, score=Decimal(100), opinion="属实", by=d.chen_section,
                                 at=june.now)  # fmt: skip
    actions.decide_objection(objection, score=Decimal(100), opinion="经查属实", by=d.zhou_chief,
                             at=june.now)  # fmt: skip
    mine.refresh_from_db()
    assert mine.total > before
    assert mine.leaves["night_check"]["score"] == "100.00"
    later = june.now + timedelta(days=8)
    actions.close_round(held, by=d.zhou_chief, at=later)
    held.refresh_from_db()
    assert len(held.digest) == 64
    with pytest.raises(NotAllowed):
        actions.object_to(mine, leaf="stock", words="晚了", by=d.zhao_taiping_station, at=later)


@pytest.mark.django_db
def test_what_is_entered_later_changes_no_posted_score(june):
    d = june.district
    held = actions.post_scores("towns", period=parse_period("2024-06"), area=d.wenling,
                               by=d.chen_section, at=june.now)  # fmt: skip
    june.keep(
        june.night_check(area=d.taiping, organiser=d.taiping_street, late="补录", bodies=(),
                         place="东门路",
                         started_at=datetime(2024, 6, 6, 20, tzinfo=LOCAL),
                         people=(d.zhao_taiping_station,)),
        by=d.zhao_taiping_station,
    )  # fmt: skip
    assert scored(june)["太平街道"].leaves["night_check"].score > 0
    assert (
        AssessedScore.objects.get(round=held, area=d.taiping).leaves["night_check"]["score"]
        == "0.00"
    )


@pytest.mark.django_db
def test_the_letter_lists_the_shortfalls_and_waits_for_another_signature(june):
    d = june.district
    held = actions.post_scores("towns", period=parse_period("2024-06"), area=d.wenling,
                               by=d.chen_section, at=june.now)  # fmt: skip
    mine = AssessedScore.objects.get(round=held, area=d.taiping)
    paper = actions.draft_letter(mine, reminder=True, by=d.chen_section, at=june.now)
    assert paper.kind == "reminder_letter"
    assert any("集中夜查" in fact for fact in paper.values["facts"])
    assert paper.reply_due_at is not None
    assert list(paper.addressees.all()) == [d.taiping_street]
    assert Paper.objects.get().stage == "SUBMITTED"
    with pytest.raises(NotAllowed):
        actions.draft_letter(mine, reminder=True, by=d.chen_section, at=june.now)


@pytest.mark.django_db
def test_a_month_that_still_runs_is_not_posted(june):
    with pytest.raises(NotAllowed, match="还没有结束"):
        actions.post_scores("towns", period=parse_period("2024-07"), area=june.district.wenling,
                            by=june.district.chen_section, at=june.now)  # fmt: skip


def test_a_department_is_scored_by_its_own_checks_and_the_hazards_of_its_sectors(june):
    d, found_at = june.district, datetime(2024, 6, 5, 9, tzinfo=LOCAL)
    kept = {"organiser": d.fire_brigade, "sector": "fire", "late": "补录", "started_at": found_at}
    june.keep(june.inspection(**kept), by=d.luo_fire)
    rows = [
        PastMatter(
            origin=f"june:{n}", title="消防通道堵塞", source="DEPARTMENT", grade="GENERAL",
            sector="fire" if n else "gas", area_id=d.village_muyu.pk,
            area_path=d.village_muyu.path, found_at=found_at,
            stage="CLOSED" if n else "REPORTED",
            closed_at=found_at + timedelta(days=3) if n else None,
        )
        for n in range(4)
    ]  # fmt: skip
    matters.import_matters(rows, name="六月", by=d.chen_section, at=june.now)
    found = scored(june, scheme="departments")
    fire, housing = (found[body.name] for body in (d.fire_brigade, d.housing_bureau))
    assert fire.leaves["inspections"].score == 100
    assert housing.leaves["inspections"].score == 0
    # Three of fire, all settled; one of gas, which is housing's, still open.
    assert fire.leaves["rectified"].told == "整改率100.00%"
    assert housing.leaves["rectified"].told == "整改率0.00%"
    assert fire.place == 1
    actions.post_scores(
        "departments", period=parse_period("2024-06"), area=d.wenling, by=d.chen_section,
        at=june.now,
    )  # fmt: skip
    mine = AssessedScore.objects.get(body=d.fire_brigade)
    assert (mine.place, mine.total) == (1, fire.total)
    actions.object_to(mine, leaf="trainings", words="培训在六月末", by=d.luo_fire, at=june.now)
