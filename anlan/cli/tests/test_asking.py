"""Asked wrongly: the words, where to look, and 2 to whoever reads exit codes."""

import pytest

from anlan.cli import answer


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("figures", "还缺：--period, --area"),
        ("figures --period", "--period 后面要写一个值"),
        ("bench nothing", "NAME 不能是 'nothing'，可以是：'pages'"),
        ("restore nowhere.tar.gz", "没有这个文件：nowhere.tar.gz"),
        ("demo --seed x", "--seed 应当是数字，不能是 'x'"),
        ("doctor --nix", "不认识：--nix"),
        ("up --port", "--port 后面要写一个值"),
        ("", "还缺：COMMAND"),
    ],
)
def test_what_was_asked_wrongly_is_said_in_chinese(capsys, typed, words):
    with pytest.raises(SystemExit) as left:
        answer(typed.split())
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert words in said.replace('"', "'")
    assert "--help 查看用法" in said


def test_help_and_version_are_in_chinese(capsys):
    for typed, words in (("--version", "安澜 "), ("figures --help", "用法：anlan figures")):
        with pytest.raises(SystemExit) as left:
            answer(typed.split())
        assert left.value.code == 0
        assert capsys.readouterr().out.startswith(words)
