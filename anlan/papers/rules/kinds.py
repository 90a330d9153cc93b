"""Kinds of papers and their templates, as the catalogues write them (文书种类、文书模板)."""

import re
from dataclasses import dataclass
from typing import Literal

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What every template may say without declaring it: the paper itself knows.
KNOWN_TO_PAPER = {
    "addressees": "主送单位",
    "issuer": "发文单位",
    "reply_due": "回复期限",
    "valid_until": "有效期止",
    "issued_on": "成文日期",
    "area": "所在区域",
}


@dataclass(frozen=True)
class TemplateField:
    """One value that a paper of this template carries (模板要素)."""

    key: str
    label: str
    type: Literal["text", "words", "number", "date", "lines"] = "text"
    must: bool = False
    hint: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z_]*", self.key):
            raise ValueError(f"要素名「{self.key}」应为小写英文和下划线，如 subject")
        if self.key in KNOWN_TO_PAPER:
            raise ValueError(f"要素名「{self.key}」是文书自带的，请换一个名称")


@dataclass(frozen=True)
class PaperTemplate:
    """The wording of a paper with its fields (文书模板); a changed wording takes a new version.

    A line that holds only a field of lines becomes numbered paragraphs; a line with a field that
    was left empty is left out.
    """

    key: str
    label: str
    version: str
    title: str
    text: str
    fields: tuple[TemplateField, ...] = ()

    def __post_init__(self) -> None:
        keys = [field.key for field in self.fields]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"要素「{'、'.join(sorted(twice))}」重复")
        for name in PLACEHOLDER.findall(f"{self.title}\n{self.text}"):
            if name not in keys and name not in KNOWN_TO_PAPER:
                known = "、".join((*keys, *KNOWN_TO_PAPER))
                raise ValueError(f"正文写了没有的要素「{{{name}}}」，可用：{known}")

    def field(self, key: str) -> TemplateField:
        return next(field for field in self.fields if field.key == key)


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper (文书种类): its series of numbers, its template, what it expects.

    `reply_days` are natural days from issue to the reply that is due, 0 for none; `valid_days`
    how long it is valid from issue, 0 without end. Without a template the text is handed in.
    """

    key: str
    label: str
    series: str
    template: str = ""
    reply_days: int = 0
    valid_days: int = 0
    personal: bool = False  # names a person's fault: seen by addressees and the issuing side only
    clause: str = ""

    def __post_init__(self) -> None:
        if not self.series.strip() or re.search(r"[〔〕\d]", self.series):
            raise ValueError("series 只写发文机关代字，如 安委办函，不带年份和序号")
        if self.reply_days < 0 or self.valid_days < 0:
            raise ValueError("天数不能为负")
