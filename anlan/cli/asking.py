"""The command line in Chinese: help, and what is said to whoever asked wrongly (用法)."""

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

# What argparse says, and how it is said here; the words of our own types stay as they are.
_SAID = (
    (r"the following arguments are required: (.+)", r"还缺：\1"),
    (r"unrecognized arguments: (.+)", r"不认识：\1"),
    (r"argument (.+?): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.+?): expected at least one argument", r"\1 后面至少写一个值"),
    (r"argument (.+?): expected (\d+) arguments?", r"\1 后面要写 \2 个值"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1 不能是 \2，可以是：\3"),
    (r"argument (.+?): invalid (?:int|float) value: (.+)", r"\1 应当是数字，不能是 \2"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 与 \2 不能同时写"),
    (r"one of the arguments (.+) is required", r"以下要写一个：\1"),
    (r"ambiguous option: (.+?) could match (.+)", r"\1 说得不明，可能是：\2"),
    (r"argument (.+?): (.+)", r"\1：\2"),
)


def in_chinese(message: str) -> str:
    """What argparse objects to, in the words of whoever typed it."""
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return found.expand(words)
    return message


class Formatter(argparse.HelpFormatter):
    """Help that begins in Chinese."""

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:  # fmt: skip
        """The first line."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose commands are of the same kind, and which refuses as every command does."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, **given, "add_help": False})
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        """Say what was asked wrongly, and leave with 2."""
        print(f"✗ {in_chinese(message)}", file=sys.stderr)
        print(f"  → 请运行 {self.prog} --help 查看用法。", file=sys.stderr)
        self.exit(2)
