"""Whom a site believes (信任名单): certificates of issuers and of their authorities, as PEM
files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from .values import CapError

_FURTHEST = 5  # certificates between an issuer and its authority


@dataclass(frozen=True)
class Trust:
    """The certificates a site was given; who is vouched for by none of them is unknown."""

    certificates: tuple[x509.Certificate, ...] = ()

    @classmethod
    def read(cls, paths: Iterable[Path]) -> "Trust":
        """From PEM files, and folders of them."""
        found: list[x509.Certificate] = []
        for path in paths:
            files = sorted(path.glob("*.pem")) if path.is_dir() else [path]
            for each in files:
                try:
                    found += x509.load_pem_x509_certificates(each.read_bytes())
                except (OSError, ValueError) as error:
                    raise CapError(f"无法读取证书 {each}", mend="请使用 PEM 格式的证书") from error
        return cls(tuple(found))

    def vouches_for(
        self, signer: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime
    ) -> bool:
        """Whether the signer was given to the site, or issued by an authority that was, and
        valid.
        """
        holder = signer
        for _ in range(_FURTHEST):
            if not _valid(holder, at):
                return False
            if holder in self.certificates:
                return True
            above = _issuer(holder, (*self.certificates, *chain))
            if above is None or above == holder:
                return False
            holder = above
        return False

    def knows_key(self, key: bytes) -> x509.Certificate | None:
        """The certificate of this public key (PEM), for signatures that bring a bare key."""
        for each in self.certificates:
            if public_pem(each) == key:
                return each
        return None


def public_pem(certificate: x509.Certificate) -> bytes:
    """The public key of a certificate."""
    return certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def name_of(certificate: x509.Certificate) -> str:
    """Who stands in a certificate: the common name, and whose it is."""
    parts = []
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = certificate.subject.get_attributes_for_oid(oid)
        parts += [str(each.value) for each in found[:1]]
    return "，".join(dict.fromkeys(parts)) or certificate.fingerprint(hashes.SHA256()).hex()[:16]


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _issuer(holder: x509.Certificate, known: Sequence[x509.Certificate]) -> x509.Certificate | None:
    for each in known:
        if each.subject != holder.issuer or not _is_authority(each):
            continue
        try:
            holder.verify_directly_issued_by(each)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            continue
        return each
    return None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False
