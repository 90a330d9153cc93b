"""A flow: the stages a thing lives through, and the moves between them (流程)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from . import trail
from .errors import NotAllowed


@dataclass(frozen=True)
class Move:
    """One line of a flow table: the deed, where it starts, where it ends, whose it is."""

    name: str
    sources: tuple[str, ...]
    target: str
    by: str  # the word that `access.py` turns into a rule
    carry: str | None = None  # what must be handed in with the move
    term: str = ""  # the deed as an officer says it


class Flow:
    """A table of moves, and the only way to change a stage."""

    def __init__(self, *moves: Move, judged_by: tuple[str, ...] = ()) -> None:
        """`judged_by` names the columns by which rights were judged, such as whose turn it is.

        They are compared with the stage: who read the thing before it changed hands comes too late.
        """
        self.moves = {move.name: move for move in moves}
        self.judged_by = judged_by
        assert len(self.moves) == len(moves), "a move stands twice in the table"

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves.values())

    def open_from(self, stage: str) -> list[Move]:
        """The moves that can start from this stage, in the order of the table."""
        return [move for move in self if stage in move.sources]

    def move(self, thing: Model, name: str, *, at: datetime, **changes: Any) -> None:
        """Move the thing, or raise NotAllowed; only one of two racing callers can win.

        The compare and the set are one UPDATE. The loser learns who was first.
        """
        step = self.moves[name]
        judged = {column: getattr(thing, column) for column in self.judged_by}
        rows = type(thing)._default_manager.filter(pk=thing.pk, stage__in=step.sources, **judged)
        if not rows.update(stage=step.target, **changes):
            raise NotAllowed(self._why_not(thing, name), mend="请刷新页面，查看最新状态后再办理。")
        for field, value in {"stage": step.target, **changes}.items():
            setattr(thing, field, value)

    def _why_not(self, thing: Model, name: str) -> str:
        thing.refresh_from_db(fields=["stage"])
        stage = getattr(thing, "get_stage_display", lambda: thing.stage)()  # type: ignore[attr-defined]
        wanted = self.term_of(name)
        if thing.stage in self.moves[name].sources:  # type: ignore[attr-defined]
            return f"{thing}刚刚已改由他人办理，不能{wanted}"
        # The last move, not a remark made since: that is what the loser came too late for.
        last = trail.entries_of(thing).filter(verb__in=self.moves).order_by("-id").first()
        if last is None:
            return f"{thing}现为“{stage}”，不能{wanted}"
        who = f"{last.actor}已于{trail.local(last.at)}{self.term_of(last.verb)}"
        return f"{who}，{thing}现为“{stage}”，不能再{wanted}"

    def term_of(self, name: str) -> str:
        """The Chinese word of a move, or its name where the table gives none."""
        move = self.moves.get(name)
        return move.term if move and move.term else name
