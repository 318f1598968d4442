"""Certificates made for a test run, signed by nobody or by an authority of the test's own."""

from __future__ import annotations

import datetime
import functools
import ipaddress
import ssl
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path


@functools.cache
def self_signed() -> tuple[bytes, bytes]:
    """Return a certificate for localhost and 127.0.0.1, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(pem), private


def certificate_file(folder: Path) -> Path:
    """Return a file that holds the certificate, for clients that should trust it."""
    path = folder / "certificate.pem"
    path.write_bytes(self_signed()[0])
    return path


def certificate_der() -> bytes:
    """Return the certificate as it goes over the wire."""
    return ssl.PEM_cert_to_DER_cert(self_signed()[0].decode())


def server_context(folder: Path) -> ssl.SSLContext:
    """Return the TLS context of a server with that certificate."""
    both = folder / "server.pem"
    both.write_bytes(b"".join(self_signed()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context
