"""The site's own key, and the signature on everything that goes out (签名)."""

import os
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from anlan.formats.cap.signing import SiteKey, make_key, sign

NAME = "cap_signing"


def _signed(xml: bytes, *, at: datetime) -> bytes:
    return sign(xml, _key(Path(settings.KEYS_DIR), at))


def _key(folder: Path, at: datetime) -> SiteKey:
    """Made once for a site; its certificate is to be given to whoever checks our messages."""
    private, certificate = folder / f"{NAME}.key", folder / f"{NAME}.pem"
    if not private.exists():
        made = make_key(common_name="anlan", organization="Anlan", at=at)
        folder.mkdir(parents=True, exist_ok=True)
        certificate.write_bytes(made.certificate)
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made.private)
    return _read(private, certificate, private.stat().st_mtime_ns)


@cache
def _read(private: Path, certificate: Path, stamp: int) -> SiteKey:
    return SiteKey(private.read_bytes(), certificate.read_bytes())
