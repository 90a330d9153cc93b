"""Passwords of sources (来源密钥): random and long, kept as mosquitto's own hash of them."""

import base64
import hashlib
import hmac
import secrets

ROUNDS = 1000  # the password is 32 random bytes: nobody guesses it, however cheap a guess is
_FORM = "$7$"  # PBKDF2 with SHA-512, as mosquitto_passwd writes it


def new_secret() -> str:
    """A password that a machine remembers."""
    return secrets.token_urlsafe(32)


def hashed(secret: str, *, salt: bytes | None = None, rounds: int = ROUNDS) -> str:
    """What is kept of it: also a line of mosquitto's password file."""
    salt = secrets.token_bytes(12) if salt is None else salt
    made = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, rounds)
    parts = (base64.b64encode(each).decode("ascii") for each in (salt, made))
    return f"{_FORM}{rounds}${'$'.join(parts)}"


def fits(secret: str, kept: str) -> bool:
    """Whether this is the password; as slow for a wrong one."""
    try:
        _, _, rounds, salt, _ = kept.split("$")
        again = hashed(secret, salt=base64.b64decode(salt), rounds=int(rounds))
    except ValueError:
        return False
    return hmac.compare_digest(again, kept)
