"""Warnings of others: read, kept, ended by their issuers alone, and drills told apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from anlan.formats import cap
from anlan.formats.cap.signing import make_key, sign
from anlan.watch import actions
from anlan.watch.models import Warning
from anlan.watch.tests.test_warnings import issued

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS_DIR, settings.DATA_DIR = tmp_path / "keys", tmp_path


def coming(watch, **given):
    """Our own flood warning as a neighbour would have sent it."""
    alert = cap.Alert(
        identifier="33100041600000_20240624140500",
        sender="taizhou",
        sent=watch.clock.now(),
        status=cap.Status.ACTUAL,
        msg_type=cap.MsgType.ALERT,
        scope=cap.Scope.PUBLIC,
        infos=(
            cap.Info(
                categories=(cap.Category.MET,),
                event="暴雨橙色预警",
                urgency=cap.Urgency.EXPECTED,
                severity=cap.Severity.SEVERE,
                certainty=cap.Certainty.LIKELY,
                language="zh-CN",
                headline="台州市气象台发布暴雨橙色预警信号",
                expires=watch.clock.now() + timedelta(hours=6),
                areas=(
                    cap.Area("温岭市", geocodes=(cap.Named("CPEAS Geographic Code", "331081"),)),
                ),
            ),
        ),
    )
    return replace(alert, **given)


def receive(watch, raw, **given):
    return actions.receive_warnings(raw, at=watch.clock.now(), **given)


def test_one_that_comes_in_is_kept_once_and_read(watch):
    raw = cap.write(coming(watch))
    assert len(receive(watch, raw).new) == 1
    assert receive(watch, raw).known == 1
    warning = Warning.objects.get()
    assert (warning.hazard, warning.colour, warning.stage) == ("rainstorm", "ORANGE", "ISSUED")
    assert warning.codes == [watch.district.wenling.code]
    assert bytes(warning.xml) == raw


def test_a_cancellation_ends_what_it_names(watch):
    receive(watch, cap.write(coming(watch)))
    first = Warning.objects.get()
    watch.clock.forward(hours=1)
    end = coming(
        watch, identifier="end", msg_type=cap.MsgType.CANCEL, references=(first.alert().reference,)
    )
    receive(watch, cap.write(end))
    first.refresh_from_db()
    assert first.stage == "CANCELLED"
    assert first.followed_by.get().kind == "CANCEL"


def ending(watch, kind=cap.MsgType.CANCEL, **given):
    """What the issuer says an hour later of its warning."""
    at = watch.clock.now()
    named = {"references": (coming(watch).reference,), "sent": at + timedelta(hours=1)}
    return coming(watch, **{"identifier": "later", "msg_type": kind, **named, **given})


@pytest.mark.parametrize(
    ("given", "feed"),
    [
        ({"sender": "somebody"}, "met"),
        ({}, "street"),
        ({"msg_type": cap.MsgType.UPDATE, "infos": ()}, "met"),
        (
            {"references": (cap.Reference("taizhou", "33100041600000_20240624140500", LONG_AGO),)},
            "met",
        ),
    ],
    ids=["another sender", "another feed", "an update that says nothing", "another time"],
)
def test_a_warning_is_ended_by_its_issuer_alone(watch, given, feed):
    receive(watch, cap.write(coming(watch)), feed="met")
    receive(watch, cap.write(ending(watch, **given)), feed=feed)
    assert Warning.objects.get(identifier=coming(watch).identifier).stage == "ISSUED"


def test_a_signed_warning_is_ended_by_a_signed_message_alone(watch, tmp_path):
    key = make_key(common_name="气象台", organization="台州市", at=LONG_AGO)
    (tmp_path / "cap" / "trust").mkdir(parents=True)
    (tmp_path / "cap" / "trust" / "met.pem").write_bytes(key.certificate)
    receive(watch, sign(cap.write(coming(watch)), key), feed="met")
    first = Warning.objects.get()
    assert first.signature == "valid"
    receive(watch, cap.write(ending(watch, identifier="forged")), feed="met")
    first.refresh_from_db()
    assert first.stage == "ISSUED"
    receive(watch, sign(cap.write(ending(watch)), key), feed="province")
    first.refresh_from_db()
    assert first.stage == "CANCELLED"


@pytest.mark.parametrize(
    ("kind", "stage"), [(cap.MsgType.CANCEL, "CANCELLED"), (cap.MsgType.UPDATE, "UPDATED")]
)
def test_the_latest_of_a_feed_comes_first_and_still_ends_what_follows(watch, kind, stage):
    receive(watch, cap.write(ending(watch, kind)), feed="met")
    receive(watch, cap.write(coming(watch)), feed="met")
    first = Warning.objects.get(kind="ALERT")
    assert first.stage == stage
    assert first.followed_by.get().identifier == "later"


@pytest.mark.parametrize("kind", [cap.MsgType.ACK, cap.MsgType.ERROR, cap.MsgType.ALERT])
def test_a_receipt_and_a_sign_of_life_are_kept_and_warn_nobody(watch, kind):
    infos = () if kind is cap.MsgType.ALERT else coming(watch).infos
    receive(watch, cap.write(coming(watch)))
    receive(watch, cap.write(ending(watch, kind, infos=infos)))
    assert Warning.objects.get(identifier="later").stage == "EXPIRED"
    assert Warning.objects.get(identifier=coming(watch).identifier).stage == "ISSUED"


def test_one_that_never_ends_can_be_kept_and_shown(watch):
    (told,) = coming(watch).infos
    never = replace(told, expires=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    receive(watch, cap.write(coming(watch, infos=(never,))))
    assert Warning.objects.get(stage="ISSUED").expires.year == 9990


def test_a_message_whose_digest_fails_is_kept_and_refused(watch):
    raw = bytes(issued(watch).xml).replace("橙色".encode(), "蓝色".encode())
    arrival = receive(watch, raw)
    assert not arrival.new
    kept = Warning.objects.get(stage="REFUSED")
    assert (kept.world, bytes(kept.xml)) == ("DRILL", raw)
    assert any("签名" in words for words in kept.faults)
    assert receive(watch, raw).known == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Warning.objects.filter(pk=kept.pk).update(stage="ISSUED")


def test_a_source_that_must_sign_is_held_to_it(watch):
    arrival = receive(watch, cap.write(coming(watch)), must_be_signed=True)
    assert (len(arrival.new), len(arrival.refused)) == (0, 1)


def test_a_test_message_from_outside_is_a_drill(watch):
    receive(watch, cap.write(coming(watch, status=cap.Status.TEST)))
    assert Warning.objects.get().world == "DRILL"


def test_rubbish_is_told_in_words(watch):
    arrival = receive(watch, b"<html>502</html>")
    assert arrival.faults
    assert not Warning.objects.exists()
