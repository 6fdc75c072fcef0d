"""Who may read /metrics: the settings FEEDBACK_METRICS and FEEDBACK_METRICS_TOKEN."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from feedback_api.privacy_settings import Read

NAMES = ("FEEDBACK_METRICS", "FEEDBACK_METRICS_TOKEN")
_FOR_READERS, _FOR_TOKEN = NAMES
_LEAST_CHARACTERS = 32


class Readers(StrEnum):
    """Without a token; who has it may read unless nobody may."""

    OFF = "off"
    LOOPBACK = "loopback"
    ON = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsSettings:
    """`readers` of what is measured, beside who has the token."""

    readers: Readers
    token: str | None = field(repr=False)

    def described(self) -> Mapping[str, str]:
        """Without the token."""
        return {_FOR_READERS: self.readers.value, _FOR_TOKEN: "set" if self.token else "none"}


def read_metrics(read: Read) -> MetricsSettings:
    """`read` takes a setting and what makes sense of it; it gathers what is wrong."""
    return MetricsSettings(
        readers=read(_FOR_READERS, _readers) or Readers.LOOPBACK, token=read(_FOR_TOKEN, _token)
    )


def _readers(text: str) -> Readers:
    try:
        return Readers(text.lower())
    except ValueError:
        raise ValueError("must be off, loopback or on") from None


def _token(text: str) -> str:
    if len(text) < _LEAST_CHARACTERS or not text.isascii() or not text.isprintable():
        raise ValueError(f"must have {_LEAST_CHARACTERS} characters or more, all of them ASCII")
    return text
