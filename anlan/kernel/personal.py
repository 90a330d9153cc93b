"""Personal values beside the trail (个人信息): encrypted, shown by right, erased by law.

Every owner has a data key, wrapped by the site's master key. The entry's digest covers only the
ciphertext: when the key is destroyed the values are gone and the chain still holds.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from . import trail
from .errors import NotAllowed, Refused
from .models import PersonalKey, TrailEntry, TrailPersonal
from .refs import Ref

KEY_BYTES = 48  # 32 for AES-256 and 16 for SM4: one key file serves both, neither reuses the other
ERASED = "已依法删除"
_NONCE, _TAG = 12, 16


# --- what rooms call --------------------------------------------------------------------------


def attach(entry: TrailEntry, owner: Ref | Model, values: Mapping[str, Any]) -> None:
    """Keep personal values beside an entry, in the transaction that writes it (加密附记).

    The database refuses it once the entry is sealed.
    """
    ref = _ref(owner)
    key, _ = PersonalKey.objects.get_or_create(
        owner=str(ref), defaults={"wrapped": _wrapped(os.urandom(KEY_BYTES), ref)}
    )
    if key.wrapped is None:
        raise NotAllowed(f"该人员的个人信息{ERASED}，不能再附记", mend="请改用不含个人信息的说明。")
    plain = json.dumps(dict(values), ensure_ascii=False).encode()
    TrailPersonal.objects.create(
        entry=entry, key=key, ciphertext=_encrypt(_unwrapped(key), plain, f"{entry.pk} {ref}")
    )


@transaction.atomic(durable=True)
def reveal(entry: TrailEntry, *, by: Model, at: datetime, reason: str) -> dict[str, Any]:
    """Show the personal values of an entry; the look itself goes into the trail (查看个人信息).

    Durable: the entry about the look is committed before anybody sees a value. Whether `by` may
    look is for the room to check before.
    """
    kept = TrailPersonal.objects.select_related("key").get(entry=entry)
    if kept.key.wrapped is None:
        raise NotAllowed(f"该个人信息{ERASED}")
    subject = Ref(entry.subject_kind, entry.subject_id)
    trail.write(subject, "reveal", by=by, at=at, entry=entry.pk, reason=reason)
    plain = _decrypt(_unwrapped(kept.key), bytes(kept.ciphertext), f"{entry.pk} {kept.key.owner}")
    values: dict[str, Any] = json.loads(plain)
    return values


@transaction.atomic
def erase(owner: Ref | Model, *, by: Model, at: datetime, reason: str) -> None:
    """Destroy the key of all personal values of an owner (删除个人信息); the chain still holds."""
    ref = _ref(owner)
    erased = PersonalKey.objects.filter(owner=str(ref), wrapped__isnull=False).update(
        wrapped=None, erased_at=at
    )
    if not erased:
        raise NotAllowed("没有可删除的加密个人信息，或此前" + ERASED)
    trail.write(ref, "erase_personal", by=by, at=at, reason=reason)


def _ref(owner: Ref | Model) -> Ref:
    return owner if isinstance(owner, Ref) else Ref.of(owner)


# --- keys -------------------------------------------------------------------------------------


def _wrapped(data_key: bytes, owner: Ref) -> bytes:
    return _encrypt(_master_key(), data_key, str(owner))


def _unwrapped(key: PersonalKey) -> bytes:
    assert key.wrapped is not None, "its values were erased"
    return _decrypt(_master_key(), bytes(key.wrapped), key.owner)


def _master_key() -> bytes:
    """The site's own key, a file that only its user can read; made at the first use."""
    path = Path(settings.KEYS_DIR) / "master_key"
    if not path.exists():
        _make_master_key(path)
    return bytes.fromhex(path.read_text(encoding="ascii"))


def _make_master_key(path: Path) -> None:
    if PersonalKey.objects.exclude(wrapped=None).exists():
        # A new key would read none of the old values, and hide that the old one is lost.
        raise Refused(f"缺少主密钥文件 {path}", mend="请从备份中恢复该文件后再试。")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and linked: two processes that start at once end up with one key.
    draft = path.with_name(f".master_key.{os.urandom(8).hex()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
        file.write(os.urandom(KEY_BYTES).hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first: its key is the site's key
    finally:
        draft.unlink()


# --- ciphers ----------------------------------------------------------------------------------
# One byte of cipher, the nonce, the tag, the ciphertext. What it belongs to is authenticated with
# it, so that a ciphertext moved to another entry or owner does not open.

_CIPHERS: dict[bytes, tuple[type[algorithms.AES] | type[algorithms.SM4], slice]] = {
    b"A": (algorithms.AES, slice(0, 32)),
    b"S": (algorithms.SM4, slice(32, 48)),
}


def _encrypt(key: bytes, plain: bytes, belongs_to: str) -> bytes:
    mark = b"S" if settings.PERSONAL_CIPHER == "sm4" else b"A"
    algorithm, part = _CIPHERS[mark]
    nonce = os.urandom(_NONCE)
    encryptor = Cipher(algorithm(key[part]), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(belongs_to.encode())
    sealed = encryptor.update(plain) + encryptor.finalize()
    return mark + nonce + encryptor.tag + sealed


def _decrypt(key: bytes, content: bytes, belongs_to: str) -> bytes:
    algorithm, part = _CIPHERS[content[:1]]
    nonce, rest = content[1 : 1 + _NONCE], content[1 + _NONCE :]
    decryptor = Cipher(algorithm(key[part]), modes.GCM(nonce, rest[:_TAG])).decryptor()
    decryptor.authenticate_additional_data(belongs_to.encode())
    try:
        return decryptor.update(rest[_TAG:]) + decryptor.finalize()
    except InvalidTag as fault:
        raise Refused(
            "个人信息无法解密：主密钥不符，或密文被改动",
            mend="请核对主密钥文件，并运行 anlan trail verify。",
        ) from fault
