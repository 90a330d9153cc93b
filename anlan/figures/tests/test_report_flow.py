"""陈 of the section writes the half-year report, 周 checks it, and it goes out as a paper."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from anlan.figures import access, actions, compute
from anlan.figures.compute.deriving import is_rate
from anlan.figures.models import Report
from anlan.figures.reports import templates
from anlan.figures.rules import parse_period, reporting
from anlan.formats import official
from anlan.kernel.catalogues import CatalogueError, reload
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.matters.flow import Stage
from anlan.matters.models import Matter
from anlan.papers import actions as papers
from anlan.papers.models import Paper
from anlan.people.access import scope_of

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2023, 12, 31, 16, 0, tzinfo=UTC)
HALF = parse_period("2024H1")


@pytest.fixture
def ledger(district):
    """Eight hazards of the half-year, six of them closed; four of the year before."""

    def found(n: int, days: int, *, closed: bool) -> Matter:
        at = NEW_YEAR + timedelta(days=days)
        area = district.zeguo if n % 2 else district.taiping
        return Matter.objects.create(
            number=f"YH{n:04d}", kind="hazard", title=f"隐患{n}", area=area, area_path=area.path,
            stage=Stage.CLOSED if closed else Stage.RECTIFYING, source="GRID", sector="fire",
            grade="GENERAL", owner=district.zeguo_station_post, found_at=at,
            closed_at=at + timedelta(days=2) if closed else None,
            due_at=None if closed else at + timedelta(days=15), search=f"隐患{n}",
        )  # fmt: skip

    rows = [found(n, 10 + 15 * n, closed=n < 6) for n in range(8)]
    return rows + [found(20 + n, -300 + 20 * n, closed=True) for n in range(4)]


@pytest.fixture
def writing(district, clock, ledger):
    clock.to(datetime(2024, 7, 8, 1, 0, tzinfo=UTC))

    def write(key: str = "half_year", **given: object) -> Report:
        facts = {"period": HALF, "area": district.wenling, "issuer": district.bureau}
        return actions.make_report(key, **(facts | given), by=district.chen_section, at=clock.now())

    return write


def words(report: Report) -> str:
    return "\n".join(official.lines(report.written()))


def kept(report: Report, district, clock) -> Report:
    actions.submit_report(report, by=district.chen_section, at=clock.now())
    actions.check_report(report, by=district.zhou_chief, at=clock.now())
    report.refresh_from_db()
    return report


def test_every_number_of_the_report_is_what_its_rows_say(writing, district, clock):
    report = writing()
    said = words(report)
    assert "共发现隐患8条，同比上升" in said or "共发现隐患8条，" in said
    assert "整改率75.00%" in said
    for run in official.runs_of(report.written().blocks):
        if not run.ref or run.ref.count("|") != 2:
            continue
        name, period, _ = run.ref.split("|")
        asked = {"period": parse_period(period), "area": district.wenling, "scope": None,
                 "at": report.as_of}  # fmt: skip
        [value] = compute.compute([name], **asked)
        if (
            run.text.endswith(value.figure.unit)
            and run.text[0].isdigit()
            and "个百分点" not in run.text
        ):
            shown = reporting.value_words(value.value, value.figure.unit,
                                          is_rate=is_rate(value.figure))  # fmt: skip
            assert run.text in (shown, shown.replace(value.figure.unit, ""))


def test_all_reports_of_the_catalogue_can_be_written(writing):
    for key in templates():
        report = writing(key)
        assert "{" not in words(report)
        assert "【如果" not in words(report)
        assert official.docx_of(report.written()).startswith(b"PK")


def test_a_frozen_report_prints_again_the_same_whatever_happens_since(
    writing, district, clock, ledger
):
    report = kept(writing(), district, clock)
    before = [write(report.written()) for write in (official.docx_of, official.pdf_of)]
    rows = {one.figure: one.numbers() for one in report.rows.all()}
    Matter.objects.filter(pk=ledger[0].pk).update(stage=Stage.VOID, due_at=None, closed_at=None)
    clock.forward(days=40)
    again = Report.objects.get(pk=report.pk)
    assert [write(again.written()) for write in (official.docx_of, official.pdf_of)] == before
    assert ledger[0].pk in rows["hazards_found"]
    assert len(rows["hazards_found"]) == 8
    assert again.definitions["hazards_found"]["scope"]
    [live] = compute.compute(
        ["hazards_found"], period=HALF, area=district.wenling, scope=None, at=clock.now()
    )
    assert live.value == 7, "the ledger moved on, the report did not"


def test_what_came_into_the_ledger_since_is_not_frozen_unseen(writing, district, clock, ledger):
    """A hazard is voided between writing and checking: eight would open seven rows."""
    report = writing()
    actions.submit_report(report, by=district.chen_section, at=clock.now())
    late = ledger[0]
    Matter.objects.filter(pk=late.pk).update(stage=Stage.VOID, due_at=None, closed_at=None)
    with pytest.raises(NotAllowed, match="由8变为7") as refused:
        actions.check_report(report, by=district.zhou_chief, at=clock.now())
    assert "重新取数" in refused.value.mend
    actions.return_report(report, reason="台账有变动", by=district.zhou_chief, at=clock.now())
    actions.refresh_report(report, by=district.chen_section, at=clock.now())
    report = kept(report, district, clock)
    assert report.rows.get(figure="hazards_found", period="2024H1").count == 7


def test_whoever_wrote_it_does_not_check_it_and_nothing_of_it_changes_afterwards(
    writing, district, clock
):
    report = writing()
    actions.submit_report(report, by=district.chen_section, at=clock.now())
    with pytest.raises(Forbidden, match="校核"):
        actions.check_report(report, by=district.chen_section, at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(
            checked_by=district.chen_section, stage="CHECKED", digest="x"
        )
    actions.check_report(report, by=district.zhou_chief, at=clock.now())
    for change in ({"document": {}}, {"values": []}, {"digest": "x"}, {"period": "2023"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(NotAllowed):
        actions.edit_report(report, paragraphs={0: "改"}, by=district.chen_section, at=clock.now())


def test_a_sentence_may_be_edited_and_a_number_typed_over_is_marked(writing, district, clock):
    report = writing()
    blocks = report.written().blocks
    place = next(
        n for n, block in enumerate(blocks)
        if isinstance(block, official.Paragraph) and "共发现隐患" in official.plain(block.runs)
    )  # fmt: skip
    block = blocks[place]
    old = official.plain(block.lead) + official.plain(block.runs)
    new = old.replace("8条", "9条", 1)
    typed = actions.edit_report(
        report, paragraphs={place: new}, by=district.chen_section, at=clock.now()
    )
    assert typed == ["9"]
    [run] = [r for r in official.runs_of(report.written().blocks) if r.by_hand]
    assert run.ref.startswith("hazards_found|2024H1")
    table = next(n for n, b in enumerate(blocks) if isinstance(b, official.Table))
    with pytest.raises(Invalid, match="表格"):
        actions.edit_report(
            report, paragraphs={table: "x"}, by=district.chen_section, at=clock.now()
        )
    actions.refresh_report(report, by=district.chen_section, at=clock.now())
    assert not [r for r in official.runs_of(report.written().blocks) if r.by_hand]


def test_checked_it_becomes_a_paper_with_a_number(writing, district, clock):
    report = kept(writing(), district, clock)
    paper = actions.file_report(report, by=district.chen_section, at=clock.now())
    number = papers.issue(paper, by=district.zhou_chief, at=clock.now())
    assert number == "应急〔2024〕1号"
    report.refresh_from_db()
    assert report.written().number == number
    assert "共发现隐患8条" in words(report)
    with pytest.raises(NotAllowed, match="已签发"):
        actions.reopen_report(report, reason="改", by=district.zhou_chief, at=clock.now())


def test_sent_back_by_the_signer_it_can_be_written_again(writing, district, clock):
    report = kept(writing(), district, clock)
    paper = actions.file_report(report, by=district.chen_section, at=clock.now())
    papers.send_back(paper, reason="口径待核", by=district.zhou_chief, at=clock.now())
    report.refresh_from_db()
    actions.reopen_report(report, reason="补充", by=district.zhou_chief, at=clock.now())
    actions.discard_report(report, by=district.chen_section, at=clock.now())
    assert Paper.objects.filter(pk=paper.pk).exists()


def test_who_sees_and_who_may_write(writing, district, clock):
    report = writing()

    def sees(person) -> bool:
        scope = scope_of(person, at=clock.now())
        return access.reports_visible_to(scope).filter(pk=report.pk).exists()

    d = district
    people = (d.chen_section, d.zhou_chief, d.lin_zeguo_leader, d.he_housing, d.xu_safety)
    assert [sees(one) for one in people] == [True, True, False, False, False]
    with pytest.raises(Forbidden):
        actions.make_report("half_year", period=HALF, area=d.wenling, issuer=d.zeguo_town,
                            by=d.huang_zeguo_station, at=clock.now())  # fmt: skip
    town = actions.make_report("monthly", period=parse_period("2024-06"), area=d.zeguo,
                               issuer=d.zeguo_town, by=d.huang_zeguo_station,
                               at=clock.now())  # fmt: skip
    assert town.title.startswith("2024年6月")


def test_a_template_that_names_no_figure_is_refused_with_file_line_and_mend(
    tmp_path, settings, district
):
    (tmp_path / "report_own.yaml").write_text(
        "own:\n  label: 自编\n  version: '1'\n  paper: summary\n  title: 报告\n"
        "  text: |\n    一、总体\n    共发现隐患{发现隐换}。\n",
        encoding="utf-8",
    )
    settings.ANLAN_CATALOGUES = tmp_path
    reload()
    try:
        with pytest.raises(CatalogueError) as wrong:
            templates()
    finally:
        settings.ANLAN_CATALOGUES = None
        reload()
    assert (wrong.value.name, wrong.value.line) == ("report_own", 8)
    assert "发现隐换" in wrong.value.words
    assert "发现隐患" in wrong.value.mend
