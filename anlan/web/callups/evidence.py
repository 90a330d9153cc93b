"""A call-up as evidence (叫应佐证): every attempt in a sheet, and the whole on paper."""

from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render

from anlan.callup import access
from anlan.callup.models import Answer, Attempt, Called, Callup
from anlan.formats import spreadsheet
from anlan.kernel.trail import LOCAL, local

from ..ledgers.asker import asker_of
from ..ledgers.views import XLSX
from ..requests import Request
from .views import PREPARED, board_of, frame_of, the_callup

MOST_ON_PAPER = 1000
CHUNK = 2000
# fmt: off
COLUMNS = (
    ("序号", 6), ("性质", 6), ("姓名", 10), ("岗位", 30), ("区域", 18), ("方式", 10),
    ("步骤", 6), ("次数", 6), ("线路", 18), ("号码（脱敏）", 15), ("内容", 48),
    ("发起时间", 20), ("交出时间", 20), ("回执时间", 20), ("结果", 10), ("应答", 10),
    ("应答时间", 20), ("应答内容", 24), ("用时（秒）", 9), ("是否迟到", 8), ("登记人", 10),
    ("最终状态", 10), ("备注", 24),
)
# fmt: on


def sheet(request: Request, number: str) -> FileResponse:
    """Every attempt as a row of a sheet, those that spoke for several call-ups in each of them.

    Who was never tried has a row as well.
    """
    callup, asker = the_callup(request, number), asker_of(request)
    if callup.stage in PREPARED:
        raise Http404
    people = access.people_visible_to(asker.scope).filter(callup=callup)
    content = TemporaryFile()  # noqa: SIM115
    note = (
        f"{callup.number}　{callup.get_world_display()}　启动 {local(callup.started_at)}　"  # type: ignore[arg-type]
        f"导出时间 {local(asker.at)}　导出人 {asker.person.name}　号码已脱敏"
    )
    columns = [spreadsheet.Column(name, width=width) for name, width in COLUMNS]
    title = f"{callup.get_world_display()}叫应记录：{callup.title}"
    spreadsheet.write(
        content, columns, _rows(people, callup), sheet="叫应记录", title=title, note=note
    )
    content.seek(0)
    name = f"叫应记录{callup.number}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)


def paper(request: Request, number: str) -> HttpResponse:
    """The whole as it is filed: the numbers, the areas, and everybody with what became of them."""
    callup, asker = the_callup(request, number), asker_of(request)
    if callup.stage in PREPARED:
        raise Http404
    people = access.people_visible_to(asker.scope).filter(callup=callup)
    rows = people.select_related("person", "area", "passed_to__person").order_by("rank", "pk")
    found = list(rows[: MOST_ON_PAPER + 1])
    context = board_of(callup, asker) | frame_of(callup, asker)
    context |= {"rows": found[:MOST_ON_PAPER], "cut": len(found) > MOST_ON_PAPER}
    return render(request, "callups/paper.html", context)


def _rows(people: Any, callup: Callup) -> Iterator[list[Any]]:
    """In the order in which they were called; answers beside the attempt that brought them."""
    number, after = 0, (-1, 0)
    while True:
        batch = _batch(people, after)
        for called in batch:
            for line in _lines(called):
                number += 1
                yield [number, callup.get_world_display(), *line]
        if len(batch) < CHUNK:
            return
        after = (batch[-1].rank, batch[-1].pk)


def _batch(people: Any, after: tuple[int, int]) -> list[Called]:
    rank, pk = after
    rows = people.filter(rank__gt=rank) | people.filter(rank=rank, pk__gt=pk)
    rows = rows.select_related("person", "area").order_by("rank", "pk")
    return list(
        rows.prefetch_related(
            "attempts__line",
            "attempts__by",
            "answers__recorded_by",
            "covered_by__attempt__line",
            "covered_by__attempt__called__callup",
        )[:CHUNK]
    )


def _lines(called: Called) -> Iterator[list[Any]]:
    answers = sorted(called.answers.all(), key=lambda answer: answer.at)
    by_attempt: dict[int | None, list[Answer]] = {}
    for answer in answers:
        by_attempt.setdefault(answer.attempt_id, []).append(answer)
    attempts = sorted(called.attempts.all(), key=lambda attempt: attempt.pk)
    for attempt in attempts:
        mine = by_attempt.pop(attempt.pk, [])
        yield _line(called, attempt, mine[0] if mine else None)
        for more in mine[1:]:
            yield _line(called, None, more)
    lent = sorted(called.covered_by.all(), key=lambda cover: cover.pk)
    for cover in lent:
        yield _line(called, cover.attempt, None)
    for rest in by_attempt.values():
        for answer in rest:
            yield _line(called, None, answer)
    if not attempts and not lent and not answers:
        yield _line(called, None, None)


def _line(called: Called, attempt: Attempt | None, answer: Answer | None) -> list[Any]:
    took = round((answer.at - called.called_at).total_seconds()) if answer else None
    writer = (answer.recorded_by if answer else None) or (attempt.by if attempt else None)
    who = [called.person.name, "、".join(called.posts), called.area.name]
    return who + _tried(called, attempt, answer) + [
        answer.get_kind_display() if answer else "",
        _exact(answer.at) if answer else "",
        answer.text if answer else "",
        took,
        "是" if answer and answer.late else "",
        writer.name if writer else "",
        called.get_state_display(),
        _remark(called, attempt, answer),
    ]  # fmt: skip


def _tried(called: Called, attempt: Attempt | None, answer: Answer | None) -> list[Any]:
    if attempt is None:
        channel = answer.get_channel_display() if answer else "未叫"
        return [channel, None, None, "", "", "", _exact(called.called_at), "", "", ""]
    outcome = attempt.get_outcome_display() if attempt.outcome else attempt.get_state_display()
    return [
        attempt.get_channel_display(),
        attempt.step + 1,
        attempt.tries,
        attempt.line.label if attempt.line else "",
        attempt.number_masked,
        attempt.text,
        _exact(attempt.queued_at),
        _exact(attempt.handed_at),
        _exact(attempt.receipt_at),
        outcome,
    ]


def _remark(called: Called, attempt: Attempt | None, answer: Answer | None) -> str:
    said = [f"代接：{answer.proxy_name}"] if answer and answer.proxy_name else []
    proxy = attempt.receipt.get("proxy") if attempt else ""
    said += [f"代接：{proxy}"] if proxy else []
    said += [attempt.fault] if attempt and attempt.fault else []
    said += ["没有电话"] if called.no_phone and attempt is None else []
    if attempt and attempt.called_id != called.pk:
        said.append(f"与{attempt.called.callup.number}合并叫应")
    return "；".join(said)


def _exact(at: datetime | None) -> str:
    """An instant to the second: what a minute hides is what is asked about afterwards."""
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S") if at else ""
