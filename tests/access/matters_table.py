# ruff: noqa: E501 (the table is wide so that it can be read)
"""Who may do what to a hazard: the answers, and how each deed is tried."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from anlan.kernel.errors import Forbidden
from anlan.matters import actions
from anlan.matters.actions import Letter, Listing, Order, PastMatter
from anlan.people.models import Person

from .personas import rows
from .scene import MAJOR_CLAUSE, Scene, finding

# fmt: off
TABLE = rows(
    #                                    nobody owner colleague finder station leader section chief sibling neighbour sector firm admin
    # Whoever holds an office or works for an agency reports danger wherever it is; a firm only its own.
    ("matters.draft",                    "-     x     x         x      x       x      x       x     x       x         x      -    -"),
    ("matters.report",                   "-     x     x         x      x       x      x       x     x       x         x      -    -"),
    ("matters.rectify_now",              "-     -     -         x      -       -      -       -     -       -         -      -    -"),
    # A draft is its writer's alone.
    ("matters.edit",                     "-     -     -         x      -       -      -       -     -       -         -      -    -"),
    ("matters.discard",                  "-     -     -         x      -       -      -       -     -       -         -      -    -"),
    # Whose turn it is, and whom a role allows it at this place and sector.
    ("matters.dispatch",                 "-     -     -         -      x       x      x       -     -       -         -      -    -"),
    ("matters.grade_matter",             "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.correct_place",            "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.adopt",                    "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.answer",                   "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.reveal_contact",           "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.merge",                    "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.void",                     "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.reassign",                 "-     -     -         -      x       x      x       -     -       -         -      -    -"),
    # The duty to rectify is one post's, and nobody's besides.
    ("matters.take",                     "-     x     -         -      -       -      -       -     -       -         -      -    -"),
    ("matters.send_back",                "-     x     -         -      -       -      -       -     -       -         -      -    -"),
    ("matters.control",                  "-     x     -         -      -       -      -       -     -       -         -      -    -"),
    ("matters.submit",                   "-     x     -         -      -       -      -       -     -       -         -      -    -"),
    ("matters.ask_extension",            "-     x     -         -      -       -      -       -     -       -         -      -    -"),
    # Done means checked by somebody else: the checking post, no superior in its stead.
    ("matters.accept",                   "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("matters.refuse",                   "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("matters.reopen",                   "-     -     -         -      x       -      -       -     -       -         -      -    -"),
    ("matters.approve_extension",        "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    ("matters.refuse_extension",         "-     -     -         -      x       x      x       x     -       -         -      -    -"),
    # Everybody concerned may say something; the chief reads and remarks, but brings no evidence.
    ("matters.attach",                   "-     x     x         x      x       -      x       -     -       -         -      -    -"),
    ("matters.remark",                   "-     x     x         x      x       x      x       x     -       -         -      -    -"),
    # Superiors set themselves above it.
    ("matters.supervise",                "-     -     -         -      -       x      x       x     -       -         -      -    -"),
    ("matters.list_for_supervision",     "-     -     -         -      -       -      x       x     -       -         -      -    -"),
    ("matters.issue_supervision_order",  "-     -     -         -      x       x      x       -     -       -         -      -    -"),
    ("matters.publish",                  "-     -     -         -      -       -      x       x     -       -         -      -    -"),
    # Many at once: each row as the deed it is.
    ("matters.dispatch_many",            "-     -     -         -      x       x      x       -     -       -         -      -    -"),
    ("matters.grade_many",               "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.merge_many",               "-     -     -         -      x       -      x       -     -       -         -      -    -"),
    ("matters.import_matters",           "-     -     -         -      x       -      x       -     -       -         -      -    x"),
)
# fmt: on

ORDER = Order(plan={"responsibility": "徐文", "measure": "换阀"}, grade="GENERAL")
Attempt = Callable[[Scene, Person], Any]


def _who(s: Scene, by: Person) -> dict[str, Any]:
    return {"by": by, "at": s.at}


def _mend_at_once(s: Scene, by: Person) -> None:
    shown = s.photo("BEFORE") + s.photo("AFTER", 1)
    actions.rectify_now(s["reported"], words="当场换好", evidence=shown, **_who(s, by))


def _submit(s: Scene, by: Person) -> None:
    shown = s.photo("AFTER", 2)
    actions.submit(s["rectifying"], words="已换阀", evidence=shown, **_who(s, by))


def _reassign(s: Scene, by: Person) -> None:
    to = s.district.cold_chain_manager_post
    actions.reassign(s["rectifying"], owner=to, reason="由负责人办", **_who(s, by))


def _ask(s: Scene, by: Person) -> None:
    until = s.at + timedelta(days=30)
    actions.ask_extension(s["rectifying"], until=until, reason="等备件", **_who(s, by))


def _list(s: Scene, by: Person) -> None:
    leader, deadline = s.district.zeguo_leader_post, s.at + timedelta(days=60)
    listing = Listing("温安委〔2024〕7号", leader, deadline, "停用整改")
    actions.list_for_supervision(s["major"], listing=listing, **_who(s, by))


def _order(s: Scene, by: Person) -> None:
    to, deadline = s.district.grid7_post, s.at + timedelta(days=5)
    letter = Letter("泽督〔2024〕3号", to, "限期整改", "每日巡查", deadline)
    actions.issue_supervision_order(s["rectifying"], letter=letter, **_who(s, by))


def _import(s: Scene, by: Person) -> None:
    area = s.district.grid7
    row = PastMatter("old:1", "旧账", "GRID", area.pk, area.path, found_at=s.at)
    actions.import_matters([row], name="旧账.xlsx", **_who(s, by))


def _each(outcomes: list[actions.Outcome]) -> None:
    """A bulk deed refuses row by row: one row tried, its refusal is the answer."""
    (only,) = outcomes
    if not only.done:
        assert "如确属您的职责" in only.words, only.words  # no right, not another hindrance
        raise Forbidden(only.words, mend="各件的结果分别说明")


# fmt: off
ATTEMPTS: dict[str, Attempt] = {
    "matters.draft":      lambda s, by: actions.draft(finding(s), **_who(s, by)),
    "matters.report":     lambda s, by: actions.report(finding(s), **_who(s, by)),
    "matters.rectify_now": _mend_at_once,
    "matters.edit":       lambda s, by: actions.edit(s["draft"], finding=finding(s, title="改"), **_who(s, by)),
    "matters.discard":    lambda s, by: actions.discard(s["draft"], **_who(s, by)),
    "matters.dispatch":   lambda s, by: actions.dispatch(s["reported"], order=ORDER, **_who(s, by)),
    "matters.grade_matter": lambda s, by: actions.grade_matter(s["reported"], grade="GENERAL", **_who(s, by)),
    "matters.correct_place": lambda s, by: actions.correct_place(s["reported"], body=None, place="东门外", **_who(s, by)),
    "matters.adopt":      lambda s, by: actions.adopt(s["citizens"], **_who(s, by)),
    "matters.reveal_contact": lambda s, by: actions.reveal_contact(s["citizens"], reason="回访", **_who(s, by)),
    "matters.answer":     lambda s, by: actions.answer(s["citizens"], reply="已处理", **_who(s, by)),
    "matters.merge":      lambda s, by: actions.merge(s["reported"], into=s["another"], **_who(s, by)),
    "matters.void":       lambda s, by: actions.void(s["reported"], reason="误报", **_who(s, by)),
    "matters.reassign":   _reassign,
    "matters.take":       lambda s, by: actions.take(s["dispatched"], **_who(s, by)),
    "matters.send_back":  lambda s, by: actions.send_back(s["dispatched"], reason="不属我厂", **_who(s, by)),
    "matters.control":    lambda s, by: actions.control(s["rectifying"], measure="专人看守", **_who(s, by)),
    "matters.submit":     _submit,
    "matters.ask_extension": _ask,
    "matters.accept":     lambda s, by: actions.accept(s["submitted"], opinion="同意", **_who(s, by)),
    "matters.refuse":     lambda s, by: actions.refuse(s["submitted"], reason="未换", **_who(s, by)),
    "matters.reopen":     lambda s, by: actions.reopen(s["closed"], reason="又漏了", **_who(s, by)),
    "matters.approve_extension": lambda s, by: actions.approve_extension(s["asked"], **_who(s, by)),
    "matters.refuse_extension": lambda s, by: actions.refuse_extension(s["asked"], opinion="不行", **_who(s, by)),
    "matters.attach":     lambda s, by: actions.attach(s["rectifying"], evidence=s.photo("OTHER", 3), **_who(s, by)),
    "matters.remark":     lambda s, by: actions.remark(s["rectifying"], words="注意通风", **_who(s, by)),
    "matters.supervise":  lambda s, by: actions.supervise(s["rectifying"], **_who(s, by)),
    "matters.list_for_supervision": _list,
    "matters.issue_supervision_order": _order,
    "matters.publish":    lambda s, by: actions.publish(s["major"], **_who(s, by)),
    "matters.dispatch_many": lambda s, by: _each(actions.dispatch_many([s["reported"]], order=ORDER, **_who(s, by))),
    "matters.grade_many": lambda s, by: _each(actions.grade_many([s["reported"]], grade="MAJOR", clause=MAJOR_CLAUSE, **_who(s, by))),
    "matters.merge_many": lambda s, by: _each(actions.merge_many([s["reported"]], into=s["another"], **_who(s, by))),
    "matters.import_matters": _import,
}
# fmt: on
