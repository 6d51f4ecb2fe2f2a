"""base64 for addresses, without padding, in one spelling only: what was sealed cannot be spelled in a second way."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encoded(raw: bytes) -> str:
    """In letters, digits, `-` and `_`."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes. Raises `ValueError` for any text that `encoded` does not write: padding, blanks, stray bits, other letters."""
    raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if encoded(raw) != text:
        raise ValueError("this is not how it was written")
    return raw
