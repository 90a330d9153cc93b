"""anlan audit at the terminal: for people and for programs, with no site behind it."""

import json

import pytest

from anlan import cli

REPORT = "共排查隐患320处,已整改300处,整改率95.6%。全县发生事故12起,去年同期15起,同比下降20%。"


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "总结.txt"
    path.write_text(REPORT, encoding="gb18030")
    return path


def test_contradictions_are_the_answer_and_no_failure(report, capsys):
    assert cli.answer(["audit", str(report)]) == 0
    said = capsys.readouterr().out
    assert said.index("✗ 矛盾（1）") < said.index("✓ 相符")
    assert "原文：共排查隐患320处" in said


def test_json_is_what_the_contract_says(report, capsys):
    assert cli.answer(["audit", str(report), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"text", "figures", "checks"}
    assert found["text"] == REPORT
    keys = {"kind", "stated", "recomputed", "verdict", "parts", "start", "end", "why"}
    for each in found["checks"]:
        assert set(each) == keys
        assert REPORT[each["start"] : each["end"]] == each["stated"]
    for figure in found["figures"]:
        assert set(figure) == {"text", "value", "unit", "start", "end", "counts"}
        assert isinstance(figure["value"], int | float)
    [wrong] = [each for each in found["checks"] if each["verdict"] == "mismatch"]
    assert (wrong["kind"], wrong["stated"], wrong["recomputed"]) == ("rate", "95.6%", "93.75%")
    assert [part["text"] for part in wrong["parts"]] == ["300处", "320处"]


def test_a_file_that_cannot_be_read_was_asked_wrongly(tmp_path, capsys):
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(b"%PDF-1.7")
    for path in (scan, tmp_path / "没有.txt"):
        assert cli.answer(["audit", str(path), "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["ok"] is False
