"""Which systems are told by webhook, and with what key, from the settings' texts."""

import base64
import binascii
from dataclasses import dataclass, field

from feedback_api.services.webhooks import Target, target

LEAST_SECRET_CHARACTERS = 32
_LEAST_KEY_BYTES = 24  # the specification's own least
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Everything about webhooks, where there are any."""

    targets: tuple[Target, ...]
    key: bytes = field(repr=False)

    def described(self) -> str:
        """The hosts alone: a path may itself be a secret."""
        return ",".join(one.shown for one in self.targets)


def read_targets(text: str) -> tuple[Target, ...]:
    """Each once. Raises ValueError with words for the operator, and never with a URL."""
    urls = dict.fromkeys(part.strip() for part in text.split(",") if part.strip())
    try:
        return tuple(map(target, urls))
    except ValueError:
        raise ValueError(
            "must be URLs with commas between, for example https://tickets.example.org/hook; "
            "http:// only to this machine, and none with a user, a password or a #"
        ) from None


def read_key(text: str) -> bytes:
    """The key: after `whsec_` base64, as Standard Webhooks has it; else the text's own bytes.

    Raises ValueError with words for the operator, and never with the secret.
    """
    if len(text) < LEAST_SECRET_CHARACTERS:
        raise ValueError(f"must have {LEAST_SECRET_CHARACTERS} characters or more")
    if not text.startswith(_PREFIX):
        return text.encode()
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _LEAST_KEY_BYTES:
        raise ValueError(f"must be base64 of {_LEAST_KEY_BYTES} bytes or more after {_PREFIX}")
    return key
