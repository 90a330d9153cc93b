"""Every deed of the house × everybody: who may, and who is refused without a trace."""

import inspect
from types import ModuleType

import pytest

from anlan.accidents import actions as accidents
from anlan.callup import actions as callup
from anlan.dues import actions as dues
from anlan.duty import actions as duty
from anlan.figures import actions as figures
from anlan.kernel.errors import Forbidden, Refused
from anlan.matters import actions as matters
from anlan.matters.flow import DEEDS, FLOW
from anlan.papers import actions as papers
from anlan.people import actions as people
from anlan.records import actions as records
from anlan.registry import actions as registry
from anlan.watch import actions as watch

from . import (
    accidents_table,
    assessment_table,
    callup_table,
    dues_table,
    duty_table,
    figures_table,
    matters_table,
    papers_table,
    people_table,
    records_table,
    registry_table,
    reports_table,
    watch_table,
)
from .personas import COLUMNS, MAY, MAY_NOT, PERSONAS
from .scene import Scene, traces, undone

pytestmark = pytest.mark.django_db  # the scene stands around each test, in one transaction

TABLES = (
    accidents_table, assessment_table,
    callup_table, dues_table, duty_table, figures_table, matters_table,
    papers_table, people_table, records_table, registry_table, reports_table, watch_table,
)  # fmt: skip
TABLE = {name: row for table in TABLES for name, row in table.TABLE.items()}
ATTEMPTS = {name: attempt for table in TABLES for name, attempt in table.ATTEMPTS.items()}
# What follows from another deed, which was allowed; nobody does it by hand.
FOLLOWING = {"accidents.relocate", "callup.relocate", "dues.relocate", "dues.issue_step",
             "duty.relocate", "matters.relocate",
             "papers.relocate", "records.relocate", "registry.relocate",
             "watch.relocate", "duty.apportion", "matters.apportion", "registry.apportion",
             "watch.apportion"}  # fmt: skip
ROOMS = {"accidents": accidents, "callup": callup, "dues": dues,
         "duty": duty, "figures": figures,
         "matters": matters, "papers": papers, "people": people, "records": records,
         "registry": registry, "watch": watch}  # fmt: skip


def deeds_of(room: str, actions: ModuleType) -> set[str]:
    """The public functions somebody does; what time does by itself takes no `by`."""
    found = set()
    for name in actions.__all__:
        thing = getattr(actions, name)
        if inspect.isfunction(thing) and "by" in inspect.signature(thing).parameters:
            found.add(f"{room}.{name}")
    return found


def test_every_deed_has_its_row():
    known = {deed for room, actions in ROOMS.items() for deed in deeds_of(room, actions)}
    known |= {f"matters.{move.name}" for table in (FLOW, DEEDS) for move in table}
    known -= FOLLOWING
    assert known == set(TABLE), "write down in tests/access who may do it, and how it is tried"


def test_every_row_is_tried():
    assert set(ATTEMPTS) == set(TABLE)


@pytest.mark.parametrize("deed", sorted(ATTEMPTS))
def test_who_may_and_who_may_not(scene: Scene, deed: str):
    """Each really tries; whoever may not is told so, and leaves no trace."""
    expected = TABLE[deed].answers
    answered, leaking = {}, []
    for persona, attribute in PERSONAS.items():
        with undone():
            by, before = scene.person(attribute), traces()
            try:
                ATTEMPTS[deed](scene, by)
            except Forbidden as no:
                answered[persona] = MAY_NOT if no.words and no.mend else "refused without a word"
                if traces() != before:
                    leaking.append(persona)
            except Refused as no:
                answered[persona] = f"{type(no).__name__}: {no}"
            else:
                answered[persona] = MAY
    assert answered == {persona: expected[persona] for persona in COLUMNS}
    assert not leaking, "refused, yet something was written"
