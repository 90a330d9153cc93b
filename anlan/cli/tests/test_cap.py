"""anlan cap: the verdicts as a duty officer and as another program see them."""

import json

import pytest

from anlan.cli import answer
from anlan.formats.cap import reading
from anlan.formats.cap.signing import make_key, sign
from anlan.formats.cap.tests.scene import alert, info
from anlan.formats.cap.tests.test_signatures import BEGUN


@pytest.fixture
def post(tmp_path):
    """A folder where messages arrive."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    return tmp_path / "in"


def run(capsys, *arguments) -> tuple[int, str, str]:
    code = answer([str(each) for each in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_folder_of_sound_messages_is_usable(post, capsys):
    (post / "a.cap").write_text(alert(), encoding="utf-8")
    (post / "deep" / "b.xml").write_text(alert(status="Exercise"), encoding="gb18030")
    (post / ".hidden").write_text("x")
    code, out, _ = run(capsys, "cap", "check", "--json", post)
    rows = json.loads(out)
    assert code == 0
    assert [row["file"] for row in rows] == [str(post / "a.cap"), str(post / "deep" / "b.xml")]
    assert set(rows[0]) >= {"file", "type", "xsd", "usable", "signature", "faults"}
    assert (rows[0]["type"], rows[0]["xsd"], rows[0]["usable"]) == ("alert", True, True)
    assert [row["uses"] for row in rows] == [["live"], ["drill"]]
    assert rows[1]["faults"][0]["name"] == "encoding"


def test_one_bad_message_is_named_with_its_line_and_the_answer_is_no(post, capsys):
    (post / "a.cap").write_text(alert(), encoding="utf-8")
    (post / "b.cap").write_text(alert(infos=["\n" + info(severity="High")]), encoding="utf-8")
    code, out, _ = run(capsys, "cap", "check", post)
    assert code == 1
    assert "✓ 可用" in out
    assert "✗ severity 的取值「High」不在标准之列（第 2 行、alert/info/severity）" in out
    assert out.endswith("共 2 个文件，可用 1 个，不可用 1 个。\n")


def test_a_path_that_is_not_there_was_asked_wrongly(post, capsys):
    code, _, err = run(capsys, "cap", "check", post / "nowhere")
    assert code == 2
    assert "没有" in err
    assert run(capsys, "cap", "show", post)[0] == 2


def test_signers_are_believed_by_the_certificates_of_the_site(post, tmp_path, capsys):
    key = make_key(common_name="温岭市气象台", organization="温岭市", at=BEGUN)
    (post / "a.cap").write_bytes(sign(alert().encode(), key))
    site = tmp_path / "site"
    (site / "cap" / "trust").mkdir(parents=True)
    (site / "cap" / "trust" / "met.pem").write_bytes(key.certificate)
    _, out, _ = run(capsys, "cap", "check", "--json", "--data", tmp_path / "none", post)
    assert json.loads(out)[0]["signature"] == "unknown_signer"
    _, out, _ = run(capsys, "cap", "check", "--json", "--data", site, post)
    assert json.loads(out)[0]["signature"] == "valid"
    _, out, _ = run(capsys, "cap", "check", "--json", "--trust", site / "cap", post)
    assert json.loads(out)[0]["signature"] == "unknown_signer"
    (site / "cap" / "bad.pem").write_text("x")
    assert run(capsys, "cap", "check", "--trust", site / "cap" / "bad.pem", post)[0] == 2


def test_show_says_in_chinese_what_a_message_says(post, capsys):
    path = post / "a.cap"
    path.write_text(alert(), encoding="utf-8")
    code, out, _ = run(capsys, "cap", "show", path)
    assert code == 0
    for said in (
        "首发　33108141600000_20260712213138_0（公开）",
        "标识：区划 331081，机构行业 416，录入 2026-07-12 21:31:38 北京时间",
        "[zh-CN] 温岭市气象台发布台风橙色预警信号",
        "级别：橙色，严重程度 严重，紧迫程度 立即，把握程度 很可能",
        "失效时间：2026-07-13 21:31:38 北京时间",
        "区域：温岭市（多边形 1 个）",
    ):
        assert said in out
    code, out, _ = run(capsys, "cap", "show", "--json", path)
    assert (
        json.loads(out)["messages"][0]["alert"]["identifier"] == "33108141600000_20260712213138_0"
    )


def test_show_marks_a_drill_and_shows_what_it_can_of_an_unreadable_message(post, capsys):
    (post / "drill.cap").write_text(alert(status="Exercise"), encoding="utf-8")
    assert "【演习】首发" in run(capsys, "cap", "show", post / "drill.cap")[1]
    (post / "bad.cap").write_text(alert(msgType="Warning"), encoding="utf-8")
    code, out, _ = run(capsys, "cap", "show", post / "bad.cap")
    assert code == 1
    assert "【无法完整读取，仅供参考】" in out
    assert "headline：温岭市气象台发布台风橙色预警信号" in out


def test_a_file_that_breaks_the_reader_does_not_keep_back_the_others(
    post, capsys, monkeypatch, caplog
):
    (post / "a.cap").write_text(alert(identifier="broken"), encoding="utf-8")
    (post / "b.cap").write_text(alert(), encoding="utf-8")
    read = reading.read_alert

    def breaks(node, found):
        if node[0].text == "broken":
            raise RecursionError("a fault of ours")
        return read(node, found)

    monkeypatch.setattr(reading, "read_alert", breaks)
    code, out, _ = run(capsys, "cap", "check", "--json", post)
    rows = json.loads(out)
    assert code == 1
    assert [(row["usable"], [each["name"] for each in row["faults"]]) for row in rows] == [
        (False, ["reader_failed"]),
        (True, []),
    ]
    assert "a fault of ours" in caplog.text


def test_a_time_that_is_written_for_never_is_shown(post, capsys):
    never = info(expires="9999-12-31T23:59:59-00:00")
    (post / "a.cap").write_text(alert(infos=[never]), encoding="utf-8")
    code, out, _ = run(capsys, "cap", "show", post / "a.cap")
    assert code == 0
    assert "失效时间：9999-12-31 23:59:59" in out
