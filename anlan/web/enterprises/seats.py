"""Who sits on a committee: given a seat, taken off it (议事协调机构成员)."""

from typing import Any

from django import forms

from anlan.people import actions
from anlan.people.models import Body, Membership

from ..deeds import Deed
from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker


class _Seat(Form):
    """One seat is one body's or one post's."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and bool(given["member"]) == bool(given["post"]):
            self.say("成员单位和成员岗位要填一个，也只填一个", "主任、副主任一般填岗位", "member")
        return given


def _seat_form(committee: Body, asker: Asker) -> type[Form]:
    made = {
        "role": forms.ChoiceField(
            label="身份", choices=Membership.Role.choices, initial=Membership.Role.MEMBER
        ),
        "since": Day(label="从哪天起", initial=asker.day),
        "member": Found("body", asker, label="成员单位", required=False),
        "post": Found(
            "post", asker, label="或成员岗位", required=False, help_text="主任、副主任一般填岗位"
        ),
        "duties": Lines(label="职责分工", rows=2, required=False),
    }
    return type("SeatForm", (_Seat,), made)


def _unseat_form(committee: Body, asker: Asker) -> type[Form]:
    sitting = committee.seats.filter(valid_to=None).select_related("member", "post")
    seats = [(seat.pk, _words(seat)) for seat in sitting.order_by("role", "pk")]
    made = {
        "seat": forms.TypedChoiceField(label="谁退出", choices=seats, coerce=int),
        "on": Day(label="从哪天起", initial=asker.day),
    }
    return type("UnseatForm", (Form,), made)


def _words(seat: Membership) -> str:
    return f"{seat.get_role_display()}　{seat.member or seat.post}"


def _seat(committee: Body, values: dict[str, Any], asker: Asker) -> None:
    actions.seat_member(
        committee,
        member=values["member"] or values["post"],
        role=values["role"],
        duties=values["duties"],
        since=values["since"],
        by=asker.person,
        at=asker.at,
    )


def _unseat(committee: Body, values: dict[str, Any], asker: Asker) -> None:
    seat = committee.seats.get(pk=values["seat"])
    actions.unseat_member(seat, on=values["on"], by=asker.person, at=asker.at)


SEAT = Deed("seat_member", "列入成员", _seat, _seat_form)
UNSEAT = Deed("unseat_member", "办理成员退出", _unseat, _unseat_form)


def seats_deeds(body: Body) -> dict[str, Deed]:
    """What can be done to its composition: nothing where the body is no committee."""
    if body.kind != Body.Kind.COMMITTEE or body.valid_to:
        return {}
    taken = body.seats.filter(valid_to=None).exists()
    return {each.verb: each for each in ((SEAT, UNSEAT) if taken else (SEAT,))}
