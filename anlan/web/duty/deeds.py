# ruff: noqa: E501 (the table of buttons is wide so that it can be read)
"""Every button of the duty room: where it stands, who may press it, what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from anlan.duty import access, actions
from anlan.duty.actions import DeskFacts, Note, Occasion, OpenThing, Planned, RotationFacts
from anlan.duty.models import Desk, Shift, Summons, Swap
from anlan.kernel.errors import Forbidden, Invalid
from anlan.kernel.refs import Ref

from ..deeds import Deed, perform
from ..ledgers.asker import Asker, asker_of
from ..requests import Request
from . import forms

Do = Callable[[Any, dict[str, Any], Asker], Any]
Ask = Callable[[Any, Asker], bool]


@dataclass(frozen=True)
class Entry:
    """A deed, who has the right to it, and when there is a button for it."""

    deed: Deed
    right: Ask
    ready: Ask = lambda thing, asker: True
    back: str = "/duty/"  # where to go afterwards


@dataclass(frozen=True)
class Button:
    """What a page offers: the deed and its address."""

    verb: str
    label: str
    href: str
    grave: bool
    icon: str


ON_THE_SCREEN = ("summon", "set_seat", "close_joint")


def who(asker: Asker) -> dict[str, Any]:
    return {"by": asker.person, "at": asker.at}


# --- rights -----------------------------------------------------------------------------------


def _at_desk(verb: str) -> Ask:
    return lambda thing, asker: access.may(
        asker.scope, verb, thing if isinstance(thing, Desk) else thing.desk, at=asker.at
    )


def _swap(verb: str) -> Ask:
    return lambda thing, asker: access.may_swap(asker.scope, verb, thing)


def _anywhere(verb: str) -> Ask:
    return lambda thing, asker: asker.scope.may_anywhere(f"duty.{verb}")


def _arrival(thing: Shift | Summons, asker: Asker) -> bool:
    return access.may_confirm(asker.scope, thing, at=asker.at)


def _own_shift(shift: Shift, asker: Asker) -> bool:
    return shift.person_id == asker.person.pk and access.may(
        asker.scope, "give_handover", shift.desk, at=asker.at
    )


# --- when there is a button -------------------------------------------------------------------


def _joint(desk: Desk, asker: Asker) -> bool:
    return desk.joint and desk.closed_at is None


def _standing(desk: Desk, asker: Asker) -> bool:
    return not desk.joint and desk.closed_at is None


def _coming(shift: Shift, asker: Asker) -> bool:
    return shift.dropped_at is None and shift.starts > asker.at


def _not_over(shift: Shift, asker: Asker) -> bool:
    return shift.dropped_at is None and shift.ends > asker.at


def _awaited(thing: Shift | Summons, asker: Asker) -> bool:
    if thing.arrived_at is not None or thing.arrive_by is None:
        return False
    if isinstance(thing, Summons):
        return thing.ended_at is None
    return _not_over(thing, asker) and thing.starts - access.AROUND_A_SHIFT <= asker.at


def _may_hand_over(shift: Shift, asker: Asker) -> bool:
    ending = shift.dropped_at is None and shift.ends - access.AROUND_A_SHIFT <= asker.at
    return ending and shift.level != Shift.Level.STANDBY and not shift.handovers.exists()


def _open_swap(swap: Swap, asker: Asker) -> bool:
    return swap.stage == Swap.Stage.ASKED and swap.lapses_at > asker.at


# --- what they do -----------------------------------------------------------------------------


def _assign(desk: Desk, v: dict[str, Any], a: Asker) -> None:
    planned = Planned(
        v["level"], v["person"], v["starts"], v["ends"], None, forms.seat_of(desk, v), v["watch"]
    )
    actions.assign(desk, planned, **who(a))


def _rotation(desk: Desk, v: dict[str, Any], a: Asker) -> None:
    facts = RotationFacts(
        v["level"], v["days"], v["watch"], forms.seat_of(desk, v), v["step"], v["turn"] - 1
    )
    actions.set_rotation(desk, facts, group=v["group"], **who(a))


def _generate(desk: Desk, v: dict[str, Any], a: Asker) -> None:
    rotations = list(desk.rotations.filter(pk__in=v["rotations"]))
    actions.generate_roster(desk, rotations, first=v["first"], last=v["last"], **who(a))


def _write(desk: Desk, v: dict[str, Any], a: Asker) -> None:
    actions.write_log(desk, Note(v["kind"], v["words"], v["happened_at"]), **who(a))


def _summon(desk: Desk, v: dict[str, Any], a: Asker) -> None:
    actions.summon(desk, v["people"], order=actions.Order(v["reason"], v["arrive_by"]), **who(a))


def _ask_swap(shift: Shift, v: dict[str, Any], a: Asker) -> None:
    back = shift.desk.shifts.filter(pk=int(v["back"])).first() if v["back"] else None
    other = back.person if back else v["other"]
    if other is None:
        raise Invalid("没有选择和谁换班", mend="选一班对换，或填写请谁顶班", field="back")
    actions.ask_swap(shift, actions.SwapFacts(other, back, v["reason"]), **who(a))


def _hand_over(shift: Shift, v: dict[str, Any], a: Asker) -> None:
    things = []
    for value in v.get("carry", []):
        ref, _, words = value.partition("|")
        things.append(OpenThing(words, Ref.parse(ref) if ref else None))
    things += [OpenThing(line.strip()) for line in v["more"].splitlines()]
    actions.give_handover(shift, words=v["words"], open_things=things, **who(a))


def _open(_: None, v: dict[str, Any], a: Asker) -> None:
    facts = DeskFacts(v["kind"], v["name"], v["phone"])
    actions.open_desk(facts, area=v["area"], body=v["body"], **who(a))


def _open_joint(_: None, v: dict[str, Any], a: Asker) -> None:
    facts = DeskFacts(v["kind"], v["name"], v["phone"])
    occasion = Occasion(v["reason"])
    actions.open_joint(facts, area=v["area"], body=v["body"], occasion=occasion, **who(a))


def _simply(deed: Callable[..., Any]) -> Do:
    """An action that takes the fields of its form by their names."""
    return lambda thing, values, asker: deed(thing, **values, **who(asker))


ROSTER, LOG, HANDOVER = "/duty/roster/", "/duty/log/", "/duty/handover/"
# fmt: off
DEEDS: dict[tuple[str, str], Entry] = {
    ("new", "open_desk"):           Entry(Deed("open_desk", "设立值班室", _open, forms.open_desk, icon="plus"), _anywhere("open_desk")),
    ("new", "open_joint"):          Entry(Deed("open_joint", "启动联合值班", _open_joint, forms.open_joint, icon="users-group", warning="启动后请设置各单位席位并排班；结束响应时一并结束联合值班。"), _anywhere("open_joint")),
    ("desk", "write_log"):          Entry(Deed("write_log", "记值班日志", _write, forms.write_log), _at_desk("write_log")),
    ("desk", "summon"):             Entry(Deed("summon", "紧急到岗", _summon, forms.summon, icon="urgent", warning="名单上的人员须在时限内到岗确认，未到的会标出并记入日志。"), _at_desk("summon")),
    ("desk", "set_seat"):           Entry(Deed("set_seat", "设置席位", _simply(actions.set_seat), forms.set_seat, icon="armchair"), _at_desk("set_seat"), _joint),
    ("desk", "close_joint"):        Entry(Deed("close_joint", "结束联合值班", _simply(actions.close_joint), forms.reason(), grave=True, warning="以后的班次全部撤下，正在值的班到此刻为止。"), _at_desk("close_joint"), _joint),
    ("desk", "assign"):             Entry(Deed("assign", "排班", _assign, forms.assign, icon="user-plus"), _at_desk("assign"), back=ROSTER),
    ("desk", "set_rotation"):       Entry(Deed("set_rotation", "设定轮值", _rotation, forms.set_rotation, icon="repeat"), _at_desk("set_rotation"), back=ROSTER),
    ("desk", "generate_roster"):    Entry(Deed("generate_roster", "生成值班表", _generate, forms.generate_roster, icon="calendar-plus", warning="已排的班不动，只补空的；请先设定轮值。"), _at_desk("generate_roster"), back=ROSTER),
    ("desk", "clear_roster"):       Entry(Deed("clear_roster", "清空排班", _simply(actions.clear_roster), forms.clear_roster, grave=True, warning="这段时间里还没有开始的班全部撤下。"), _at_desk("clear_roster"), back=ROSTER),
    ("desk", "change_desk"):        Entry(Deed("change_desk", "变更值班室", _simply(actions.change_desk), forms.change_desk), _at_desk("change_desk"), _standing),
    ("desk", "close_desk"):         Entry(Deed("close_desk", "撤销值班室", _simply(actions.close_desk), forms.reason(), grave=True, warning="值班表上以后的班次全部撤下。"), _at_desk("close_desk"), _standing),
    ("shift", "confirm_arrival"):   Entry(Deed("confirm_arrival", "确认到岗", _simply(actions.confirm_arrival), forms.arrival), _arrival, _awaited),
    ("shift", "give_handover"):     Entry(Deed("give_handover", "交班", _hand_over, forms.give_handover, warning="交班后不能修改；补充情况请记值班日志。"), _own_shift, _may_hand_over, back=HANDOVER),
    ("shift", "ask_swap"):          Entry(Deed("ask_swap", "申请换班", _ask_swap, forms.ask_swap, warning="对方同意后立即生效；开班前没有答复的自动作罢，仍由您值班。"), _swap("ask_swap"), _coming, back=ROSTER),
    ("shift", "reassign_shift"):    Entry(Deed("reassign_shift", "改派", _simply(actions.reassign_shift), forms.reassign), _at_desk("reassign_shift"), _not_over, back=ROSTER),
    ("shift", "drop_shift"):        Entry(Deed("drop_shift", "撤下", _simply(actions.drop_shift), forms.reason(), grave=True), _at_desk("drop_shift"), _not_over, back=ROSTER),
    ("swap", "accept_swap"):        Entry(Deed("accept_swap", "同意换班", _simply(actions.accept_swap), warning="同意后立即生效，值班表随之改变。"), _swap("accept_swap"), _open_swap),
    ("swap", "decline_swap"):       Entry(Deed("decline_swap", "不同意", _simply(actions.decline_swap), forms.reason()), _swap("decline_swap"), _open_swap),
    ("swap", "withdraw_swap"):      Entry(Deed("withdraw_swap", "撤回换班", _simply(actions.withdraw_swap)), _swap("withdraw_swap"), _open_swap),
    ("summons", "confirm_arrival"): Entry(Deed("confirm_arrival", "确认到岗", _simply(actions.confirm_arrival), forms.arrival), _arrival, _awaited),
    ("summons", "end_summons"):     Entry(Deed("end_summons", "解除", _simply(actions.end_summons)), _at_desk("end_summons"), lambda t, a: t.ended_at is None),
    ("handover", "take_handover"):  Entry(Deed("take_handover", "接班", _simply(actions.take_handover), forms.take_handover, warning="接班即签收：此后这份交接记录不能再改。"), _at_desk("take_handover"), lambda t, a: t.taken_at is None and t.given_by_id != a.person.pk, back=HANDOVER),
    ("log", "correct_log"):         Entry(Deed("correct_log", "更正", _simply(actions.correct_log), forms.correct_log), _at_desk("correct_log"), back=LOG),
}
# fmt: on


def buttons(
    what: str, thing: Any, asker: Asker, *, only: tuple[str, ...] | None = None
) -> list[Button]:
    """The deeds that this person can do to the thing as it stands now."""
    found = []
    for (kind, verb), entry in DEEDS.items():
        if kind != what or (only is not None and verb not in only):
            continue
        if entry.right(thing, asker) and entry.ready(thing, asker):
            deed = entry.deed
            href = f"/duty/{what}/{thing.pk if thing is not None else 0}/{verb}/"
            found.append(Button(verb, deed.label, href, deed.grave, deed.icon))
    return found


def deed(request: Request, what: str, pk: int, verb: str) -> HttpResponseBase:
    """One button: its form, the one call into an action, and back to where it stood."""
    entry = DEEDS.get((what, verb))
    if entry is None:
        raise Http404
    asker = asker_of(request)
    thing = None if what == "new" else get_object_or_404(_seen(what, asker), pk=pk)
    if not entry.right(thing, asker):
        subject = f"“{thing}”的" if thing is not None else ""
        mend = "如属您的职责，请联系排班人或本级管理员。"
        raise Forbidden(f"您不能办理{subject}{entry.deed.label}", mend=mend)
    return perform(
        request, thing, _prefilled(entry.deed, request), back=_back(entry, thing, request)
    )


def _seen(what: str, asker: Asker) -> QuerySet[Any]:
    scope, at = asker.scope, asker.at
    desks = access.visible_to(scope)
    rows: dict[str, Callable[[], QuerySet[Any]]] = {
        "desk": lambda: desks.select_related("area", "body"),
        "shift": lambda: Shift.objects.filter(desk__in=desks).select_related(
            "desk", "person", "post"
        ),
        "swap": lambda: access.swaps_visible_to(scope).select_related(
            "shift__desk", "back__desk", "asker", "other"
        ),
        "summons": lambda: access.summons_visible_to(scope, at=at).select_related("desk", "person"),
        "handover": lambda: access.handovers_visible_to(scope, at=at).select_related(
            "desk", "given_by", "shift__desk"
        ),
        "log": lambda: access.log_visible_to(scope, at=at).select_related("desk"),
    }
    return rows[what]()


def _prefilled(deed: Deed, request: Request) -> Deed:
    """A gap of the roster opens the form with its own watch filled in."""
    given = {key: value for key, value in request.GET.items() if value}
    if request.method == "POST" or deed.form is None or not given:
        return deed
    made = deed.form

    def form(thing: Any, asker: Asker) -> Any:
        kind = made(thing, asker)
        return lambda *args: kind(*args, initial=given)

    return Deed(deed.verb, deed.label, deed.do, form, deed.warning, deed.icon, deed.grave)


def _back(entry: Entry, thing: Model | None, request: Request) -> str:
    desk = thing if isinstance(thing, Desk) else getattr(thing, "desk", None)
    if isinstance(thing, Swap):
        desk = thing.shift.desk
    month = request.GET.get("month", "")
    asked = [f"desk={desk.pk}"] if desk is not None and desk.closed_at is None else []
    asked += [f"month={month}"] if month and entry.back == ROSTER else []
    return f"{entry.back}?{'&'.join(asked)}" if asked else entry.back
