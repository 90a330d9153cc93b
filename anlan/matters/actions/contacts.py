"""How a citizen can be reached: kept encrypted, shown by right, and the look is written down."""

from dataclasses import dataclass
from datetime import datetime

from anlan.kernel import personal
from anlan.kernel.errors import Invalid
from anlan.kernel.models import TrailEntry
from anlan.people.models import Person
from anlan.people.rules.facts import phone_fault
from anlan.people.rules.privacy import mask_name, mask_phone

from .. import access
from ..models import Matter
from .beats import _demand, _note


@dataclass(frozen=True)
class Contact:
    """Who told it, and the number to ring back (来电人)."""

    name: str = ""
    phone: str = ""

    def masked(self) -> str:
        return " ".join(filter(None, (mask_name(self.name), mask_phone(self.phone))))


def reveal_contact(matter: Matter, *, reason: str, by: Person, at: datetime) -> Contact:
    """Show who told it and their number in full, to ring back (查看来电人).

    No transaction of its own: `personal.reveal` commits the look before it gives the values out.
    """
    access.check(by, "reveal_contact", matter, at=at)
    reason = _demand(reason, what="查看事由", field="reason")
    kept = matter.details.get("contact_entry")
    if not kept:
        raise Invalid(f"{matter.number}没有登记来电人", mend="可在批注中补充联系方式的来源")
    values = personal.reveal(TrailEntry.objects.get(pk=kept), by=by, at=at, reason=reason)
    return Contact(**values)


def _check_contact(contact: Contact | None) -> None:
    if contact and contact.phone and (fault := phone_fault(contact.phone)):
        raise Invalid(fault, mend="请填写 11 位手机号，或带区号的固定电话", field="contact_phone")


def _keep_contact(entry: TrailEntry, matter: Matter, contact: Contact | None) -> None:
    """Beside the entry and encrypted; what the page shows to everybody is masked."""
    if contact is None or not (contact.name or contact.phone):
        return
    personal.attach(entry, matter, {"name": contact.name, "phone": contact.phone})
    _note(matter, contact=contact.masked(), contact_entry=entry.pk)
