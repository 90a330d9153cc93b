# ruff: noqa: E501 (the table is wide so that it can be read)
"""A clerk of 温岭 edits catalogues: bad ones stop no system that runs, and start none."""

import pytest

from anlan import cli
from anlan.dues.models import dues
from anlan.figures.compute import definitions
from anlan.figures.reports import templates
from anlan.kernel import catalogues
from anlan.kernel.errors import Refused
from anlan.records.models import kinds as record_kinds
from anlan.wiring.catalogues import CATALOGUES, compare, faults, insist

REPORT = "odd:\n  label: 自编\n  version: '1'\n  paper: {paper}\n  title: 报告\n  text: |\n    共发现隐患{{{figure}}}。\n"


@pytest.fixture
def site(settings, tmp_path):
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    assert faults() == []  # what ships is good, and on the shelf from now on
    yield tmp_path
    catalogues.reload()


def edit(site, name, old, new):
    """The shipped text with one change, laid into the site's folder."""
    text = (catalogues.shipped_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    (site / f"{name}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "words", "mend"),
    [
        # what does not exist
        ("figures", "moment: found_at", "moment: fuond_at", "fuond_at", "found_at"),
        ("dues", "kinds: [night_check]", "kinds: [night_chek]", "night_chek", "night_check"),
        ("dues_ladders", "paper: reminder", "paper: remindor", "remindor", "reminder"),
        ("record_kinds", "checklists: [", "checklists: [nosuch, ", "检查表库里没有的「nosuch」", "可以用的有"),
        ("paper_kinds", "template: ", "template: no_", "没有的文书模板", "可以用的有"),
        ("assessment", "due: team_training", "due: team_trainning", "team_trainning", "team_training"),
        ("assessment", "share * 1.25", "shar * 1.25", "没有「shar」这个名称", "share"),
        ("report_half_year", "paper: ", "paper: no_", "没有的文书种类", "可以用的有"),
        # units
        ("dues", "take: counts.passed\n  least: 900\n  unit: 人", "take: counts.passed\n  least: 900\n  unit: 人次", "不符", "unit: 人"),
        # what would never end, or never begin
        ("dues", "every: week", "every: ''", "没有期限", ""),
        ("accident_clocks", "after: ", "after: no_", "没有的时限", "可以用的有"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_found_before_the_start_with_file_line_and_mend(
    site, name, old, new, words, mend
):
    edit(site, name, old, new)
    catalogues.reload()
    with pytest.raises(catalogues.CatalogueError, match=words) as refused:
        insist()
    assert refused.value.file == str(site / f"{name}.yaml")
    assert mend in refused.value.mend
    line = (site / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[refused.value.line - 1]
    assert refused.value.value == "一组内容" or refused.value.value in line


def test_clocks_that_wait_for_each_other_are_refused(site):
    block = "{key}:\n  label: 时限{key}\n  who: 乙方\n  clause: x\n  days: 3\n  begins: after\n  after: {after}\n"
    text = (catalogues.shipped_folder() / "accident_clocks.yaml").read_text(encoding="utf-8")
    text += block.format(key="hen", after="egg") + block.format(key="egg", after="hen")
    (site / "accident_clocks.yaml").write_text(text, encoding="utf-8")
    catalogues.reload()
    with pytest.raises(catalogues.CatalogueError, match="hen → egg → hen"):
        insist()


def test_anlan_up_does_not_begin_with_two_bad_files_and_names_both(site, tmp_path, capsys):
    edit(site, "dues", "kinds: [night_check]", "kinds: [night_chek]")
    (site / "report_odd.yaml").write_text(
        REPORT.format(paper="summary", figure="发现隐换"), "utf-8"
    )
    catalogues.reload()
    assert cli.answer(["up", "--port", "0", "--data", str(tmp_path / "data")]) == 1
    said = capsys.readouterr().err
    assert "dues.yaml 第" in said
    assert "report_odd.yaml 第 7 行" in said
    assert "是不是「night_check」" in said


def test_the_running_system_keeps_what_was_good_and_takes_the_rest(site):
    edit(site, "figures", "moment: found_at", "moment: fuond_at")
    edit(site, "record_kinds", "label: ", "label: 新版")
    count, label = len(definitions()), next(iter(record_kinds().values())).label
    assert catalogues.renew(faults)
    assert len(definitions()) == count
    assert next(iter(record_kinds().values())).label == f"新版{label}"
    (trouble,) = catalogues.troubles()
    assert (trouble.name, "fuond_at" in trouble.words) == ("figures", True)
    assert not catalogues.renew(faults), "looked at once, until it is changed again"
    edit(site, "figures", "scope: ", "scope: 新版")
    assert catalogues.renew(faults)
    assert catalogues.troubles() == []
    assert next(iter(definitions().values())).scope.startswith("新版")


def test_what_leans_on_a_missing_kind_keeps_it_until_both_are_mended(site):
    """The kind goes, its due still names it: the due is to blame, and both stay as they were."""
    edit(site, "record_kinds", "\nnight_check:", "\nnight_round:")
    assert catalogues.renew(faults)
    assert "night_check" in record_kinds()
    assert dues()["town_night_check"].kinds == ("night_check",)
    assert any(trouble.name == "dues" for trouble in catalogues.troubles())


def test_a_new_report_that_is_wrong_takes_no_other_with_it(site):
    known = list(templates())
    (site / "report_odd.yaml").write_text(
        REPORT.format(paper="summary", figure="发现隐换"), "utf-8"
    )
    assert catalogues.renew(faults)
    assert list(templates()) == known
    assert [each.name for each in catalogues.troubles()] == ["report_odd"]
    (site / "report_odd.yaml").write_text(
        REPORT.format(paper="summary", figure="发现隐患"), "utf-8"
    )
    assert catalogues.renew(faults)
    assert set(templates()) - set(known) == {"odd"}


def test_a_tried_text_is_judged_together_with_all_others(site):
    text = CATALOGUES["record_kinds"].path.read_text(encoding="utf-8")
    with pytest.raises(Refused, match="night_check"):
        compare(CATALOGUES["record_kinds"], text.replace("\nnight_check:", "\nnight_round:", 1))
    assert "night_check" in record_kinds()
