"""The bureau's machine burns down, and a clerk brings the system back from one file."""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from anlan.kernel import backup, database
from anlan.kernel.backup import postgres
from anlan.kernel.errors import Refused

NIGHT = datetime(2024, 6, 12, 18, 30, tzinfo=UTC)
PHOTO = "安全出口被堵，照片".encode() * 5000
PHOTO_NAME = hashlib.sha256(PHOTO).hexdigest()

ENTRIES = "INSERT INTO kernel_trailentry (subject_kind, subject_id, verb, actor, office, at, note) "


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("ANLAN_DATABASE_URL")
    folder = Path(tempfile.mkdtemp(prefix="anlan-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(ground: Path, db: None) -> Iterator[database.Server]:
    """A bureau's database, with the real tables, that this test may fill and leave."""
    given = settings.DATABASES["default"]
    login = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    login["password"] = given["PASSWORD"]
    name = sql.Identifier("burning")
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        template = sql.Identifier(given["TEST"]["TEMPLATE"])
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
        url = psycopg.conninfo.make_conninfo(**login, dbname="burning")
        yield database.Server(url, url, ground)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def site(ground: Path, server: database.Server) -> backup.Site:
    """Its files and keys, and rows that name them."""
    place = ground / "old" / "files" / PHOTO_NAME[:2] / PHOTO_NAME[2:4] / PHOTO_NAME
    place.parent.mkdir(parents=True)
    place.write_bytes(PHOTO)
    (ground / "old" / "files" / "incoming").mkdir()
    (ground / "old" / "files" / "incoming" / "tmp1").write_bytes(b"half a pho")
    for folder, name, content in (
        ("keys", "secret_key", "secret"),
        ("keys", "master_key", "ab" * 32),
        ("keys", "database_password", "of the old machine"),
        ("catalogues", "holidays.yaml", "{}"),
    ):
        (ground / "old" / folder).mkdir(exist_ok=True)
        (ground / "old" / folder / name).write_text(content)
    with psycopg.connect(server.url) as connection:
        connection.execute(
            "INSERT INTO kernel_storedfile (sha256, size, media_type, name, thumbnail, kept_at)"
            " VALUES (%s, %s, 'image/jpeg', '出口.jpg', false, now())",
            [PHOTO_NAME, len(PHOTO)],
        )
        connection.execute(
            ENTRIES + "SELECT 'matters.matter', n, 'report', '陈海波', '', now(), '{}'"
            " FROM generate_series(1, 500) n"
        )
    old = ground / "old"
    return backup.Site(old / "files", old / "keys", old / "catalogues", (old / "demo.json",))


@pytest.fixture
def kept(ground: Path, server: database.Server, site: backup.Site) -> Path:
    made = backup.make(
        ground / "backup.tar.gz", server=server, site=site, program="0.1.0", at=NIGHT
    )
    assert not made.missing
    assert not made.damaged
    return made.file


def known(server: database.Server) -> list[str]:
    with postgres.snapshot(server.url) as now:
        return now.migrations()


def altered(source: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same backup with some members changed, or left out."""
    target = source.with_name("altered.tar.gz")
    with tarfile.open(source) as before, tarfile.open(target, "w:gz") as after:
        for member in before:
            content = before.extractfile(member)
            assert content is not None
            given = change(member.name, content.read())
            if given is not None:
                member.size = len(given)
                after.addfile(member, io.BytesIO(given))
    return target


def test_everything_is_there_on_an_empty_machine(ground, server, kept):
    back = backup.restore(kept, ground / "new", known_migrations=known(server))
    new = ground / "new"
    assert (back.made_at, back.files) == (NIGHT.isoformat(), 1)
    assert (new / "files" / PHOTO_NAME[:2] / PHOTO_NAME[2:4] / PHOTO_NAME).read_bytes() == PHOTO
    assert (new / "keys" / "master_key").read_text() == "ab" * 32
    assert (new / "keys" / "master_key").stat().st_mode & 0o777 == 0o600
    assert (new / "keys" / "database_password").read_text() != "of the old machine"
    assert (new / "catalogues" / "holidays.yaml").read_text() == "{}"
    assert not (new / ".restoring").exists()
    every_entry = "SELECT md5(string_agg(e::text, '|' ORDER BY id)) FROM kernel_trailentry e"
    with psycopg.connect(server.url) as connection:
        before = connection.execute(every_entry).fetchone()
    with database.start(new) as restored, psycopg.connect(restored.url) as connection:
        assert connection.execute(every_entry).fetchone() == before
        ((waiting,),) = connection.execute("SELECT count(*) FROM kernel_trailunsealed")
        assert waiting == 500
        # Numbers go on where they were, and the trail is guarded as before.
        connection.execute(
            ENTRIES + "VALUES ('matters.matter', 501, 'take', '陈海波', '', now(), '{}')"
        )
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute("UPDATE kernel_trailentry SET actor = '别人' WHERE subject_id = 7")


def test_only_its_owner_can_read_it_and_no_backup_is_overwritten(ground, server, site, kept):
    assert kept.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused, match="已存在"):
        backup.make(kept, server=server, site=site, program="0.1.0", at=NIGHT)
    assert sorted(path.name for path in ground.iterdir()) == ["backup.tar.gz", "old"]


def test_a_photo_that_is_gone_and_one_that_rotted_are_named(ground, server, site):
    rotten = site.files / PHOTO_NAME[:2] / PHOTO_NAME[2:4] / PHOTO_NAME
    rotten.write_bytes(b"?" + PHOTO[1:])
    with psycopg.connect(server.url) as connection:
        connection.execute(
            "INSERT INTO kernel_storedfile (sha256, size, media_type, name, thumbnail, kept_at)"
            " VALUES (%s, 1, 'image/jpeg', '不见了.jpg', false, now())",
            ["0" * 64],
        )
    made = backup.make(ground / "b.tar.gz", server=server, site=site, program="0.1.0", at=NIGHT)
    assert (made.missing, made.damaged) == (["0" * 64], [PHOTO_NAME])


def test_nothing_is_restored_over_a_living_site(ground, server, kept):
    living = ground / "living"
    (living / "files").mkdir(parents=True)
    with pytest.raises(Refused, match="不是空的"):
        backup.restore(kept, living, known_migrations=known(server))
    assert [path.name for path in living.iterdir()] == ["files"]


def test_a_database_given_from_outside_must_be_empty_too(ground, server, kept, monkeypatch):
    monkeypatch.setenv("ANLAN_DATABASE_URL", server.url)
    with pytest.raises(Refused, match="不是空的"):
        backup.restore(kept, ground / "new", known_migrations=known(server))
    assert not (ground / "new").exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda name, content: b"?" + content[1:] if name.startswith("files/") else content,
            id="a photo exchanged",
        ),
        pytest.param(
            lambda name, content: None if name.startswith("keys/master") else content,
            id="a key left out",
        ),
        pytest.param(
            lambda name, content: None if name == "manifest.json" else content, id="no manifest"
        ),
        pytest.param(
            lambda name, content: None if name == "anlan-backup.json" else content, id="no head"
        ),
    ],
)
def test_a_backup_that_was_altered_is_refused_and_leaves_nothing(ground, server, kept, change):
    with pytest.raises(Refused, match="备份"):
        backup.restore(altered(kept, change), ground / "new", known_migrations=known(server))
    assert not (ground / "new").exists()


def test_a_backup_cut_short_is_refused(ground, server, kept):
    content = kept.read_bytes()
    kept.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(Refused, match="无法读取"):
        backup.restore(kept, ground / "new", known_migrations=known(server))
    assert not (ground / "new").exists()


def test_a_backup_of_a_newer_program_waits_for_the_upgrade(ground, server, kept):
    older = [name for name in known(server) if name != "kernel.0001_initial"]
    with pytest.raises(Refused, match="更新的版本"):
        backup.restore(kept, ground / "new", known_migrations=older)
    assert not (ground / "new").exists()


def test_a_member_that_leads_out_of_the_folder_is_refused(ground, server, kept):
    evil = ground / "evil.tar.gz"
    with tarfile.open(kept) as before, tarfile.open(evil, "w:gz") as after:
        head = before.next()
        assert head is not None
        after.addfile(head, before.extractfile(head))
        outside = tarfile.TarInfo("../outside")
        outside.size = 4
        after.addfile(outside, io.BytesIO(b"evil"))
    with pytest.raises(Refused, match="不应有的内容"):
        backup.restore(evil, ground / "new", known_migrations=known(server))
    assert not (ground / "outside").exists()


def test_the_head_says_what_it_is(kept):
    with tarfile.open(kept) as tar:
        first = tar.extractfile("anlan-backup.json")
        assert first is not None
        head = json.load(first)
    assert head["rows"]["kernel_trailentry"] == 500
    assert head["program"] == "0.1.0"
