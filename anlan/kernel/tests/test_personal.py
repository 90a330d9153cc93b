"""A resident's phone stands beside the trail, is looked at by right, and is erased by law."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from anlan.kernel import personal, sealing, trail
from anlan.kernel.errors import NotAllowed, Refused
from anlan.kernel.models import PersonalKey, TrailEntry, TrailPersonal
from anlan.kernel.refs import Ref
from anlan.people.models import Person

NOON = datetime(2024, 6, 12, 4, 0, tzinfo=UTC)
CALL = Ref("matters.matter", 7)
RESIDENT = Ref("people.person", 41)
PHONE = {"phone": "13857600123", "name": "王阿婆"}


@pytest.fixture(autouse=True)
def keys(tmp_path: Path) -> Iterator[Path]:
    with override_settings(KEYS_DIR=tmp_path / "keys"):
        yield tmp_path / "keys"


@pytest.fixture
def officer(db: None) -> Person:
    return Person.objects.create(name="黄站长")


def reports(owner: Ref = RESIDENT) -> TrailEntry:
    entry = trail.write(CALL, "report", by=None, at=NOON)
    personal.attach(entry, owner, PHONE)
    return entry


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_what_was_attached_is_revealed_and_the_look_is_in_the_trail(
    officer: Person, cipher: str
) -> None:
    with override_settings(PERSONAL_CIPHER=cipher):
        entry = reports()
    kept = bytes(TrailPersonal.objects.get(entry=entry).ciphertext)
    assert b"13857600123" not in kept
    assert "王阿婆".encode() not in kept
    assert personal.reveal(entry, by=officer, at=NOON, reason="回访") == PHONE
    look = TrailEntry.objects.get(verb="reveal")
    assert (look.subject_kind, look.subject_id, look.actor) == ("matters.matter", 7, "黄站长")
    assert look.note == {"entry": entry.pk, "reason": "回访"}


def test_the_same_values_never_look_the_same(db: None) -> None:
    first, second = reports(), reports()
    texts = TrailPersonal.objects.values_list("ciphertext", flat=True)
    assert len({bytes(text) for text in texts}) == 2
    assert first.personal.key == second.personal.key


def test_after_erasure_the_values_are_gone_and_the_chain_holds(officer: Person) -> None:
    entry = reports()
    sealing.seal(at=NOON)
    personal.erase(RESIDENT, by=officer, at=NOON, reason="本人申请")
    with pytest.raises(NotAllowed, match="已依法删除"):
        personal.reveal(entry, by=officer, at=NOON, reason="回访")
    key = PersonalKey.objects.get(owner="people.person:41")
    assert (key.wrapped, key.erased_at) == (None, NOON)
    assert trail.verbs_of(Person(pk=41)) == ["erase_personal"]
    sealing.seal(at=NOON)
    assert sealing.verify().ok


def test_erasing_one_resident_leaves_the_others_readable(officer: Person) -> None:
    reports()
    other = reports(Ref("people.person", 42))
    personal.erase(RESIDENT, by=officer, at=NOON, reason="本人申请")
    assert personal.reveal(other, by=officer, at=NOON, reason="回访") == PHONE


def test_nothing_can_be_erased_twice_or_attached_afterwards(officer: Person) -> None:
    with pytest.raises(NotAllowed, match="没有可删除"):
        personal.erase(RESIDENT, by=officer, at=NOON, reason="本人申请")
    reports()
    personal.erase(RESIDENT, by=officer, at=NOON, reason="本人申请")
    with pytest.raises(NotAllowed, match="此前已依法删除"):
        personal.erase(RESIDENT, by=officer, at=NOON, reason="本人申请")
    with pytest.raises(NotAllowed, match="已依法删除，不能再附记"):
        reports()


def test_a_ciphertext_moved_to_another_entry_does_not_open(officer: Person) -> None:
    first, second = reports(), reports()
    texts = [bytes(p.ciphertext) for p in TrailPersonal.objects.order_by("entry_id")]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE kernel_trailpersonal SET ciphertext = %s WHERE entry_id = %s",
            [texts[0], second.pk],
        )
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(Refused, match="无法解密"):
        personal.reveal(second, by=officer, at=NOON, reason="回访")
    assert personal.reveal(first, by=officer, at=NOON, reason="回访") == PHONE


def test_the_master_key_is_for_its_user_alone(db: None, keys: Path) -> None:
    reports()
    assert stat.S_IMODE((keys / "master_key").stat().st_mode) == 0o600
    assert [path.name for path in keys.iterdir()] == ["master_key"]


def test_a_lost_master_key_is_said_and_never_made_anew(officer: Person, keys: Path) -> None:
    entry = reports()
    (keys / "master_key").unlink()
    with pytest.raises(Refused, match="缺少主密钥文件"):
        personal.reveal(entry, by=officer, at=NOON, reason="回访")
    assert not (keys / "master_key").exists()


def test_the_look_is_committed_before_anybody_sees_a_value(own_database: str) -> None:
    officer = Person.objects.create(name="黄站长")
    with transaction.atomic():
        entry = reports()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        personal.reveal(entry, by=officer, at=NOON, reason="回访")
    assert not TrailEntry.objects.filter(verb="reveal").exists()
    assert personal.reveal(entry, by=officer, at=NOON, reason="回访") == PHONE
