"""Text that can be copied into a chat group as it stands (发群文字)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """What one matter says in a chat group."""

    number: str
    title: str
    place: str
    stage: str
    owner: str
    light: str  # 逾期2天; empty when at rest
    grade: str = ""


def chat_lines(matters: Sequence[Line], *, heading: str = "") -> str:
    """A numbered list; heading, then one line a matter, then how many are late."""
    lines = [heading] if heading else []
    lines += [f"{n}. {_line(matter)}" for n, matter in enumerate(matters, 1)]
    late = sum(matter.light.startswith("逾期") for matter in matters)
    if matters:
        lines.append(f"共{len(matters)}件，其中逾期{late}件。" if late else f"共{len(matters)}件。")
    return "\n".join(lines)


def _line(matter: Line) -> str:
    marks = "·".join(filter(None, (matter.grade, matter.light)))
    head = f"【{marks}】{matter.title}" if marks else matter.title
    tail = f"{matter.stage}：{matter.owner}" if matter.owner else matter.stage
    return "｜".join(filter(None, (head, matter.place, tail, matter.number)))
