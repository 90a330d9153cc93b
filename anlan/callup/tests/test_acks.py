"""What the answers look like to another system: CAP Acks."""

import pytest

from anlan.callup import actions
from anlan.callup.models import Answer
from anlan.callup.models.acks import acks_of, called_as
from anlan.formats import cap

SITE = "yj.wl.gov.cn"


def acks(callup):
    received = called_as(callup, sender=SITE)
    rows = Answer.objects.filter(called__callup=callup).order_by("pk")
    return list(acks_of(callup, rows, sender=SITE, received=received))


def answered(storm, callup, person, kind="RECEIVED", text=""):
    row = storm.row(callup, person)
    actions.answer(row, kind=kind, text=text, by=person, at=storm.clock.now())


@pytest.mark.django_db
def test_an_answer_goes_out_as_a_sound_ack(storm, grid_charge, district, clock):
    callup = storm.called()
    clock.forward(minutes=1)
    answered(storm, callup, district.li_grid3, "ON_SITE", "已到3号网格，水深20厘米")
    (ack,) = acks(callup)
    read = cap.read(cap.write(ack))
    (message,) = read.messages
    assert message.alert == ack
    assert not [fault for fault in message.faults if fault.grave]
    assert (ack.msg_type, ack.status) == (cap.MsgType.ACK, cap.Status.ACTUAL)
    assert ack.references == (called_as(callup, sender=SITE),)
    assert "已到岗" in ack.note
    assert "水深20厘米" in ack.note
    assert district.li_grid3.phone not in ack.note


@pytest.mark.django_db
def test_the_answer_in_a_drill_is_an_exercise(storm, grid_charge, district):
    callup = storm.drafted(profile="drill", drill=True)
    actions.start(callup, by=district.chen_section, at=storm.clock.now())
    answered(storm, callup, district.li_grid3)
    (ack,) = acks(callup)
    assert ack.status == cap.Status.EXERCISE
    (message,) = cap.read(cap.write(ack)).messages
    assert not isinstance(cap.for_use(message), cap.Live)


@pytest.mark.django_db
def test_what_was_never_sent_has_no_answers(storm, grid_charge):
    with pytest.raises(ValueError, match="never sent"):
        called_as(storm.drafted(), sender=SITE)
