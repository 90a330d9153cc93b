# ruff: noqa: E501 (the tables are wide so that they can be read)
"""All streams that a person sees, with their newest values."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.safestring import SafeString

from anlan.watch import access
from anlan.watch.models import Maintenance, Rollup, Stream, properties
from anlan.watch.rules import label_of
from anlan.watch.rules.quality import UNFIT, words

from .. import reading
from ..ledgers import cells
from ..ledgers.asker import Asker
from ..ledgers.columns import EMPTY, Column, Value
from ..ledgers.filters import Choice, Under, Words
from ..ledgers.ledger import Ledger, Link, Tab
from ..ledgers.paging import Order
from ..markup import put

A_DAY = timedelta(hours=24)
WIDE, HIGH = 120, 24  # of a sparkline
STATES = {"online": "在线", "silent": "离线", "doubtful": "数据存疑", "working": "维护中",
          "stopped": "停用", "never": "未上线"}  # fmt: skip
LOOKS = {
    "online": "good",
    "silent": "bad",
    "doubtful": "warn",
    "working": "",
    "stopped": "",
    "never": "",
}
SHAPES = {
    "online": "●",
    "silent": "✕",
    "doubtful": "▲",
    "working": "◇",
    "stopped": "■",
    "never": "○",
}


def rows(asker: Asker) -> QuerySet[Any]:
    """Streams of the stations they see; each with its newest value and its last day."""
    day = Rollup.objects.filter(span="H", start__gte=asker.at - A_DAY).order_by("start")
    seen = access.streams_visible_to(asker.scope).filter(active=True)
    seen = seen.select_related("station__area__parent", "station__body", "latest").annotate(
        working=Exists(working_on(asker.at)), area_path=F("station__area_path")
    )
    return seen.prefetch_related(Prefetch("rollups", queryset=day, to_attr="hours"))


def working_on(at: datetime) -> QuerySet[Maintenance]:
    """Works that go on now, of the stream in the query around this one."""
    open_now = Maintenance.objects.filter(since__lte=at, until__gt=at)
    return open_now.filter(Q(stream=OuterRef("pk")) | Q(station=OuterRef("station"), stream=None))


def state_of(stream: Stream, at: datetime) -> str:
    """What can be said of a stream at a glance."""
    latest = getattr(stream, "latest", None)
    if stream.station.stage != "IN_USE":
        return "stopped"
    if getattr(stream, "working", False):
        return "working"
    if latest is None:
        return "never"
    if latest.at < at - timedelta(seconds=stream.silent_s):
        return "silent"
    return "doubtful" if latest.flag & UNFIT else "online"


def state_tag(stream: Stream, at: datetime) -> SafeString:
    """Shape, word and colour together."""
    state = state_of(stream, at)
    said = STATES[state]
    if state == "doubtful":
        said = "、".join(words(stream.latest.flag))
    return put(
        '<span class="tag {}"><i aria-hidden="true">{}</i> {}</span>',
        LOOKS[state],
        SHAPES[state],
        said,
    )


def number_of(value: float | None) -> str:
    """A value as it is read off a gauge: at most three decimals, none that say nothing."""
    if value is None or value != value:
        return "—"
    return f"{value:.3f}".rstrip("0").rstrip(".")


def sparkline(stream: Stream) -> SafeString:
    """The last day in hours; a gap is a gap."""
    hours = [(each.start, _of_hour(stream, each)) for each in getattr(stream, "hours", [])]
    known = [(at, value) for at, value in hours if value is not None]
    if len(known) < 2:
        return EMPTY
    low, high = min(v for _, v in known), max(v for _, v in known)
    first = known[0][0]
    span = max((known[-1][0] - first).total_seconds(), 1)
    parts, before = [], None
    for at, value in known:
        x = (at - first).total_seconds() / span * (WIDE - 4) + 2
        y = HIGH - 3 - (value - low) / ((high - low) or 1) * (HIGH - 6)
        joined = before is not None and at - before <= timedelta(hours=1)
        parts.append(f"{'L' if joined else 'M'}{x:.1f} {y:.1f}")
        before = at
    said = f"近24小时 {number_of(low)}–{number_of(high)}"
    return put(
        '<svg class="spark" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>'
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>',
        WIDE, HIGH, WIDE, HIGH, said, said, " ".join(parts),
    )  # fmt: skip


def _of_hour(stream: Stream, hour: Rollup) -> float | None:
    if not hour.points:
        return None
    shows = stream.spec.shows
    return {"sum": hour.total, "max": hour.highest}.get(shows, hour.total / hour.points)


# --- the columns ----------------------------------------------------------------------------------


def _name(row: Stream, asker: Asker) -> Value:
    return row.station.name


def _under(row: Stream, asker: Asker) -> Value:
    return f"{row.spec.label} · {row.station.code}"


def _value(row: Stream, asker: Asker) -> Value:
    latest = getattr(row, "latest", None)
    return None if latest is None else f"{number_of(latest.value)} {label_of(row.unit)}"


def _value_cell(row: Stream, asker: Asker) -> SafeString:
    latest = getattr(row, "latest", None)
    if latest is None:
        return EMPTY
    return put(
        '<b class="number">{}</b> <span class="soft">{}</span>',
        number_of(latest.value),
        label_of(row.unit),
    )


def _heard(row: Stream, asker: Asker) -> Value:
    latest = getattr(row, "latest", None)
    return latest.at if latest else None


def _heard_cell(row: Stream, asker: Asker) -> SafeString:
    latest = getattr(row, "latest", None)
    if latest is None:
        return EMPTY
    return put(
        '<time title="{}">{}</time>',
        reading.moment(latest.at),
        reading.short_moment(latest.at, asker.at),
    )


def _state(row: Stream, asker: Asker) -> Value:
    return STATES[state_of(row, asker.at)]


def _state_cell(row: Stream, asker: Asker) -> SafeString:
    return state_tag(row, asker.at)


def _spark(row: Stream, asker: Asker) -> SafeString:
    return sparkline(row)


def _where(row: Stream, asker: Asker) -> Value:
    return cells.where(row.station, asker)


def _owner(row: Stream, asker: Asker) -> Value:
    return row.station.body.name if row.station.body else None


def _in_state(value: str, asker: Asker) -> Q:
    """States by columns alone, so that a list of ten thousand is filtered by the database."""
    silent = Q(latest__silent_since__isnull=False)
    fit = Q(latest__isnull=False) & ~silent
    return {
        "online": fit & Q(station__stage="IN_USE"),
        "silent": silent,
        "never": Q(latest__isnull=True),
        "stopped": Q(station__stage="STOPPED"),
        "working": Q(working=True),
    }[value]


def _found(found: QuerySet[Any], said: str) -> QuerySet[Any]:
    for word in said.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(station__name__icontains=word)
            | Q(station__code__iexact=word)
        )
    return found


COLUMNS = (
    Column(
        "name",
        "测站",
        _name,
        under=_under,
        css="title",
        width=30,
        fixed=True,
        opens=True,
        sort=Order("id"),
    ),
    Column("value", "最新值", _value, _value_cell, css="nowrap", width=16),
    Column("spark", "近24小时", lambda row, asker: None, _spark, css="hide-phone", width=4),
    Column("state", "状态", _state, _state_cell, css="nowrap", width=12),
    Column("heard", "数据时间", _heard, _heard_cell, css="nowrap", width=17),
    Column("where", "区域", _where, width=24),
    Column("owner", "所属单位", _owner, width=20, css="hide-phone"),
)
FILTERS = (
    Words("q", "检索", _found, hint="站名、站码", least=1),
    Choice(
        "observed",
        "要素",
        lambda asker: [(key, each.label) for key, each in properties().items()],
        field="observed",
    ),
    Choice(
        "state",
        "状态",
        lambda asker: [(k, v) for k, v in STATES.items() if k != "doubtful"],
        rule=_in_state,
    ),
    Under("area", "区域", field="station__area_path"),
)
TABS = (
    Tab("全部"),
    Tab("离线", "state=silent"),
    Tab("水雨情", "observed=rainfall&observed=water_level&observed=flow"),
    Tab("未上线", "state=never"),
)


def ledger_of_streams() -> Ledger:
    """Every stream with its newest value."""
    return Ledger(
        key="stations",
        title="监测站点",
        unit="个测点",
        rows=rows,
        columns=COLUMNS,
        filters=FILTERS,
        sort="name",
        address="/stations/",
        href=lambda row: f"/stations/{row.station_id}/",
        line=lambda row, asker: (
            f"{row.station.name}{row.spec.label} {_value(row, asker) or '无数据'}"
        ),
        tabs=TABS,
        begin="还没有测站。登记测站后，由来源按接口发送数据。",
        links=(
            Link("站点图", "/stations/map/", icon="map-pins"),
            Link("在线率", "/stations/online/", icon="chart-bar"),
            Link(
                "接入来源", "/stations/sources/", icon="plug-connected", right="watch.open_source"
            ),
            Link("登记测站", "/stations/new/", icon="plus", right="watch.add_station", strong=True),
        ),
    )
