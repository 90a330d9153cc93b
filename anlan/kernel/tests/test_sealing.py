"""The trail is written by the towns, sealed within a second, and tampered with by an insider."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from anlan.kernel import personal, sealing, trail
from anlan.kernel.errors import Invalid, NotAllowed, Refused
from anlan.kernel.models import TrailEntry, TrailLink, TrailUnsealed
from anlan.kernel.refs import Ref
from anlan.kernel.sealing.chain import HASHES, canonical

NOON = datetime(2024, 6, 12, 4, 0, 0, 123456, tzinfo=UTC)
BLOCKED_EXIT = Ref("matters.matter", 7)


def writes(*verbs: str) -> list[TrailEntry]:
    return [trail.write(BLOCKED_EXIT, verb, by=None, at=NOON, place="东门村") for verb in verbs]


def sealed(*verbs: str) -> list[TrailEntry]:
    entries = writes(*verbs)
    assert sealing.seal(at=NOON) == len(entries)
    return entries


@contextmanager
def insider() -> Iterator[None]:
    """A superuser who switches the guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


def by_insider(statement: str, *values: object) -> None:
    with insider(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def first_broken(head: sealing.Head | None = None) -> sealing.Broken:
    verdict = sealing.verify(head)
    assert not verdict.ok
    assert verdict.broken is not None
    assert str(verdict.broken) in verdict.words
    return verdict.broken


# --- the guards of the database -------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_trailentry SET actor = '别人'",
        "DELETE FROM kernel_trailentry",
        "TRUNCATE kernel_trailentry CASCADE",
        "UPDATE kernel_traillink SET digest = ''",
        "DELETE FROM kernel_traillink",
    ],
)
def test_nobody_can_change_what_was_written(db: None, statement: str) -> None:
    sealed("report")
    with (
        pytest.raises(DatabaseError, match="留痕只能追加"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert sealing.verify().ok


def test_personal_values_cannot_be_slipped_in_after_the_seal(db: None) -> None:
    (entry,) = sealed("report")
    with pytest.raises(DatabaseError, match="已封存"), transaction.atomic():
        personal.attach(entry, Ref("people.person", 3), {"phone": "13800000000"})


# --- sealing --------------------------------------------------------------------------------------


def test_every_entry_gets_one_link_and_the_queue_is_empty(db: None) -> None:
    entries = sealed("report", "dispatch", "take")
    links = TrailLink.objects.order_by("position").values_list("position", "entry_id")
    assert list(links)[1:] == [(n, entry.pk) for n, entry in enumerate(entries, start=1)]
    assert not TrailUnsealed.objects.exists()
    verdict = sealing.verify()
    assert (verdict.ok, verdict.links, verdict.unsealed) == (True, 3, 0)
    assert verdict.words == "留痕完整：3 条逐条核对无误。"


def test_a_batch_ends_where_it_is_told_and_the_next_goes_on(db: None) -> None:
    writes("report", "dispatch", "take")
    taken = [sealing.seal(at=NOON, limit=2) for _ in range(3)]
    assert taken == [2, 1, 0]
    assert sealing.verify().links == 3


def test_the_form_that_is_hashed_is_written_down_to_the_byte(db: None) -> None:
    (entry,) = writes("report")
    row = (entry.pk, "matters.matter", 7, "report", None, None, None, "系统", "", 1718164800123456)
    hashed = canonical((*row, '{"b": 1.50, "a": "东门"}', None, None), HASHES["sha256"])
    assert hashed.decode() == (
        f'[{entry.pk},"matters.matter",7,"report",null,null,null,"系统","",1718164800123456,'
        '{"a":"东门","b":1.5},null,null]'
    )


def test_a_site_that_changes_over_to_sm3_still_verifies(db: None) -> None:
    (before,) = sealed("report")
    with override_settings(TRAIL_HASH="sm3"):
        (after,) = sealed("dispatch")
    used = dict(TrailLink.objects.values_list("entry_id", "algorithm"))
    assert (used[before.pk], used[after.pk]) == ("sha256", "sm3")
    assert sealing.verify().ok
    by_insider("UPDATE kernel_traillink SET algorithm = 'sha256' WHERE entry_id = %s", after.pk)
    assert first_broken().entry_id == after.pk


def test_an_algorithm_that_does_not_exist_is_refused_and_nothing_is_lost(db: None) -> None:
    writes("report")
    with override_settings(TRAIL_HASH="md5"), pytest.raises(Refused, match="sha256、sm3"):
        sealing.seal(at=NOON)
    assert sealing.seal(at=NOON) == 1


def test_personal_values_cannot_stand_in_a_note(db: None) -> None:
    with pytest.raises(TypeError, match=r"personal\.attach"):
        trail.write(BLOCKED_EXIT, "report", by=None, at=NOON, personal={"phone": "13800000000"})


def test_an_empty_trail_is_whole(db: None) -> None:
    assert sealing.verify().ok
    assert sealing.seal(at=NOON) == 0


# --- tampering ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE kernel_trailentry SET actor = '别人' WHERE id = %s", "该条被改动"),
        ("UPDATE kernel_trailentry SET at = at - interval '1 us' WHERE id = %s", "该条被改动"),
        ("UPDATE kernel_trailentry SET note = '{\"place\": 1}' WHERE id = %s", "该条被改动"),
        ("UPDATE kernel_trailentry SET person_id = 5 WHERE id = %s", "该条被改动"),
        ("UPDATE kernel_trailentry SET post_id = 5 WHERE id = %s", "该条被改动"),
        ("UPDATE kernel_trailentry SET on_behalf_of_id = 5 WHERE id = %s", "该条被改动"),
        ("UPDATE kernel_trailentry SET subject_id = 8 WHERE id = %s", "该条被改动"),
        ("DELETE FROM kernel_trailentry WHERE id = %s", "该条已被删除"),
        ("UPDATE kernel_traillink SET digest = sha256('x') WHERE entry_id = %s", "链环被改动"),
        ("UPDATE kernel_traillink SET chain = sha256('x') WHERE entry_id = %s", "链环被改动"),
        ("UPDATE kernel_traillink SET sealed_at = now() WHERE entry_id = %s", "链环被改动"),
        ("UPDATE kernel_traillink SET algorithm = 'md5' WHERE entry_id = %s", "算法"),
        ("DELETE FROM kernel_traillink WHERE entry_id = %s", "此环缺失"),
    ],
)
def test_the_first_entry_that_was_touched_is_named(db: None, change: str, why: str) -> None:
    _, dispatch, *_ = sealed("report", "dispatch", "take", "submit")
    by_insider(change, dispatch.pk)
    broken = first_broken()
    assert (broken.entry_id, broken.position) == (dispatch.pk, 2)
    assert why in broken.why


def test_of_two_touched_entries_the_earlier_one_is_named(db: None) -> None:
    report, _, take = sealed("report", "dispatch", "take")
    by_insider(
        "UPDATE kernel_trailentry SET verb = 'void' WHERE id IN (%s, %s)", take.pk, report.pk
    )
    assert first_broken().entry_id == report.pk


def test_links_that_changed_places_are_seen(db: None) -> None:
    report, dispatch, _ = sealed("report", "dispatch", "take")
    by_insider("UPDATE kernel_traillink SET position = -1 WHERE entry_id = %s", report.pk)
    by_insider("UPDATE kernel_traillink SET position = 1 WHERE entry_id = %s", dispatch.pk)
    by_insider("UPDATE kernel_traillink SET position = 2 WHERE entry_id = %s", report.pk)
    broken = first_broken()
    assert (broken.entry_id, broken.position) == (dispatch.pk, 1)
    assert "次序" in broken.why


def test_an_entry_slipped_in_past_the_queue_is_seen(db: None) -> None:
    sealed("report")
    with insider():
        (smuggled,) = writes("accept")
    broken = first_broken()
    assert (broken.entry_id, broken.position) == (smuggled.pk, None)
    assert "绕过系统写入" in broken.why


def test_an_entry_deleted_before_it_was_sealed_is_seen(db: None) -> None:
    entry, *_ = writes("report", "dispatch")
    by_insider("DELETE FROM kernel_trailentry WHERE id = %s", entry.pk)
    assert "尚未封存就已被删除" in first_broken().why
    sealing.seal(at=NOON)  # the sealer must neither stumble nor pass over it in silence
    broken = first_broken()
    assert (broken.entry_id, broken.position) == (entry.pk, 1)
    assert "删除" in broken.why


def test_an_entry_queued_again_after_a_change_does_not_hide_the_change(db: None) -> None:
    report, _ = sealed("report", "dispatch")
    by_insider("UPDATE kernel_trailentry SET actor = '别人' WHERE id = %s", report.pk)
    by_insider("INSERT INTO kernel_trailunsealed (entry_id) VALUES (%s)", report.pk)
    sealing.seal(at=NOON)
    assert not TrailUnsealed.objects.exists()
    assert first_broken().entry_id == report.pk


def test_a_changed_ciphertext_is_seen(db: None) -> None:
    (entry,) = writes("report")
    personal.attach(entry, Ref("people.person", 3), {"phone": "13800000000"})
    sealing.seal(at=NOON)
    assert sealing.verify().ok
    by_insider("UPDATE kernel_trailpersonal SET ciphertext = 'x' WHERE entry_id = %s", entry.pk)
    assert first_broken().entry_id == entry.pk


# --- heads ----------------------------------------------------------------------------------------


def test_a_tail_cut_off_is_seen_from_a_head_kept_elsewhere(db: None) -> None:
    sealed("report", "dispatch")
    kept = sealing.Head.from_json(sealing.head(at=NOON).to_json())
    (lost,) = sealed("take")
    later = sealing.head(at=NOON)
    for table, column in (("link", "entry_id"), ("entry", "id")):
        by_insider(f"DELETE FROM kernel_trail{table} WHERE {column} = %s", lost.pk)
    assert sealing.verify().ok  # nothing inside the database can tell
    assert sealing.verify(kept).ok
    broken = first_broken(later)
    assert (broken.entry_id, broken.position) == (lost.pk, 3)
    assert "末尾被截去" in broken.why


def test_a_tail_written_anew_is_seen_from_a_head(db: None) -> None:
    sealed("report", "dispatch")
    (honest,) = sealed("refuse")
    kept = sealing.head(at=NOON)
    for table, column in (("link", "entry_id"), ("entry", "id")):
        by_insider(f"DELETE FROM kernel_trail{table} WHERE {column} = %s", honest.pk)
    (false,) = sealed("accept")
    assert sealing.verify().ok
    broken = first_broken(kept)
    assert (broken.entry_id, broken.position) == (false.pk, 3)


def test_a_chain_begun_anew_is_not_the_site_of_the_head(db: None) -> None:
    (entry,) = sealed("report")
    kept = sealing.head(at=NOON)
    by_insider("DELETE FROM kernel_traillink")
    by_insider("INSERT INTO kernel_trailunsealed (entry_id) VALUES (%s)", entry.pk)
    sealing.seal(at=NOON)
    assert sealing.verify().ok
    assert first_broken(kept).position == 0


def test_a_head_says_where_it_stands(db: None) -> None:
    with pytest.raises(NotAllowed, match="尚未开始封存"):
        sealing.head(at=NOON)
    *_, last = sealed("report", "dispatch")
    head = sealing.head(at=NOON)
    assert (head.position, head.entry_id, head.at) == (2, last.pk, NOON)
    assert sealing.Head.from_json(head.to_json()) == head


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"site": 1}', "链头", '{"position": -1}'])
def test_a_file_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="链头文件无法识别"):
        sealing.Head.from_json(text)


# --- the unsealed tail, and many at once ----------------------------------------------------------


def test_the_unsealed_tail_is_reported_and_an_old_one_says_so(db: None) -> None:
    writes("report")
    fresh = sealing.verify()
    assert (fresh.ok, fresh.unsealed) == (True, 1)
    assert "1 条尚未封存" in fresh.words
    assert "封存进程" not in fresh.words
    TrailUnsealed.objects.update(queued_at=datetime.now(UTC) - timedelta(minutes=5))
    old = sealing.verify()
    assert old.ok
    assert old.waited > timedelta(minutes=4)
    assert "请检查封存进程" in old.words


def started(*deeds: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    return threads


def joined(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def test_two_sealers_and_four_towns_leave_one_whole_chain(own_database: str) -> None:
    towns_done = threading.Event()

    def town() -> None:
        for _ in range(25):
            writes("report", "dispatch")
        connection.close()

    def sealer() -> None:
        while sealing.seal(at=NOON, limit=7) or not towns_done.is_set():
            pass
        connection.close()

    sealers = started(sealer, sealer)
    joined(started(town, town, town, town))
    towns_done.set()
    joined(sealers)
    sealing.seal(at=NOON)
    verdict = sealing.verify()
    assert (verdict.ok, verdict.links, verdict.unsealed) == (True, 200, 0)
    positions = TrailLink.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(201))


def test_the_sealer_waits_for_personal_values_that_are_just_being_attached(
    own_database: str,
) -> None:
    attached, may_commit = threading.Event(), threading.Event()
    (entry,) = writes("report")

    def attach() -> None:
        with transaction.atomic():
            personal.attach(entry, Ref("people.person", 3), {"phone": "13800000000"})
            attached.set()
            may_commit.wait(10)
        connection.close()

    threads = started(attach)
    assert attached.wait(10)
    assert sealing.seal(at=NOON) == 0
    may_commit.set()
    joined(threads)
    assert sealing.seal(at=NOON) == 1
    assert sealing.verify().ok
