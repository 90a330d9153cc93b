"""Signing messages of our own (签发): a site's key and its certificate."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.signer import XMLSigner

from .values import CapError

_YEARS = 3
_BITS = 3072


@dataclass(frozen=True)
class SiteKey:
    """A private key and its certificate, both PEM; `private` is secret and never shown."""

    private: bytes
    certificate: bytes

    def __repr__(self) -> str:
        return "SiteKey(…)"


def make_key(*, common_name: str, organization: str, at: datetime) -> SiteKey:
    """A key of one's own with a certificate that one vouches for oneself: to be given to
    receivers.
    """
    private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    return SiteKey(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def sign(xml: bytes, key: SiteKey) -> bytes:
    """The message with a signature over all of it, last in the alert as the schema wants (签名)."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, remove_blank_text=False))
    try:
        private = serialization.load_pem_private_key(key.private, password=None)
        certificates = x509.load_pem_x509_certificates(key.certificate)
    except (ValueError, TypeError) as error:
        raise CapError("签名密钥或证书无法读取", mend="请检查密钥文件") from error
    if isinstance(private, rsa.RSAPrivateKey):
        method = SignatureMethod.RSA_SHA256
    elif isinstance(private, ec.EllipticCurvePrivateKey):
        method = SignatureMethod.ECDSA_SHA256
    else:
        raise CapError("签名密钥的类型不受支持", mend="请使用 RSA 或椭圆曲线密钥")
    signer = XMLSigner(
        signature_algorithm=method,
        # Exclusive: the message stays signed when a feed lends it namespaces.
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(root, key=private, cert=certificates)
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
