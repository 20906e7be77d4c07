"""Proof that a form came from a page of ours (CSRF), and secrets for browsers to keep."""

import hashlib
import hmac
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """A secret of 256 random bits, fit for a cookie."""
    return secrets.token_urlsafe(SECRET_BYTES)


def csrf_token(secret: str, purpose: str) -> str:
    """HMAC-SHA256 (RFC 2104) of the purpose under a secret that only the browser's cookie has."""
    return hmac.new(_bytes(secret), _bytes(purpose), hashlib.sha256).hexdigest()


def is_csrf_token(given: str, secret: str, purpose: str) -> bool:
    """Whether `given` is that token; takes as long for a wrong one."""
    return hmac.compare_digest(_bytes(given), _bytes(csrf_token(secret, purpose)))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
