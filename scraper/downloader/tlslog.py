"""What DOWNLOADER_CLIENT_TLS_VERBOSE_LOGGING logs about a connection."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from cryptography.x509 import load_der_x509_certificate

if TYPE_CHECKING:
    from .messages import Head

logger = logging.getLogger(__name__)


def log_tls(head: Head) -> None:
    """Log protocol, cipher and certificate; nothing for a response without TLS."""
    if head.tls is None:
        return
    logger.debug(
        "SSL connection to %s using protocol %s, cipher %s",
        head.tls.hostname,
        head.tls.protocol,
        head.tls.cipher,
    )
    try:
        certificate = load_der_x509_certificate(head.certificate or b"")
        issuer = certificate.issuer.rfc4514_string()
        subject = certificate.subject.rfc4514_string()
    except ValueError as error:
        logger.debug("SSL connection certificate: unreadable (%s)", error)
    else:
        logger.debug(
            'SSL connection certificate: issuer "%s", subject "%s"', issuer, subject
        )
