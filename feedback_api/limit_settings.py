"""How often one network may ask, from the settings' texts in the notation of `limits`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from limits import parse_many

from feedback_api.privacy_settings import Read
from feedback_api.services.counting import Purpose, Rate

OFF = "off"
STORE = "FEEDBACK_LIMITS_STORE"
SPAM_CHECKS = "FEEDBACK_SPAM_CHECKS"
_PREFIX = "FEEDBACK_LIMIT_"
_MOST_SECONDS = 366 * 24 * 60 * 60
_MOST = 1_000_000_000
_SCHEMES = frozenset({"redis", "rediss", "valkey", "valkeys"})

USUAL: Mapping[str, str] = {
    f"{_PREFIX}{purpose.upper().replace('-', '_')}": rates
    for purpose, rates in {
        Purpose.COMMENTS: "20/minute;300/day",
        Purpose.RECEIPTS: "60/minute",
        Purpose.WRONG_CODES: "10/minute;60/hour",
        Purpose.SIGN_IN: "30/minute;300/hour",
        Purpose.SIGN_IN_NAME: "5/minute;20/hour",
        Purpose.SUPPORT: "30/minute;500/day",
        Purpose.REQUESTS: "10/minute;100/day",
    }.items()
}
"""Each setting with what it is without being set; docs/manual/limits.md says why."""
NAMES = (*USUAL, STORE, SPAM_CHECKS)
Rates = Mapping[Purpose, Sequence[Rate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """`store`: the URL of a Redis or Valkey; None: counted in memory.

    `checks_spam`: whether forms are looked at for what only programs do.
    """

    rates: Rates
    texts: Mapping[str, str]
    store: str | None = field(repr=False)
    checks_spam: bool

    def described(self) -> Mapping[str, str]:
        """As the settings are written; of the store neither user nor password."""
        return {
            **self.texts,
            STORE: "memory" if self.store is None else _without_user(self.store),
            SPAM_CHECKS: "on" if self.checks_spam else OFF,
        }


def read_limits(read: Read) -> LimitSettings:
    """`read` takes a setting and what makes sense of it; it gathers what is wrong."""
    texts, rates = dict(USUAL), {}
    for name, usual in USUAL.items():
        given = read(name, lambda text: (text, read_rates(text)))
        texts[name], rates[_purpose_of(name)] = given or (usual, read_rates(usual))
    checks_spam = read(SPAM_CHECKS, read_switch)
    return LimitSettings(
        rates=rates,
        texts=texts,
        store=read(STORE, read_store),
        checks_spam=True if checks_spam is None else checks_spam,
    )


def read_rates(text: str) -> tuple[Rate, ...]:
    """None of them for `off`. Raises ValueError with words for the operator."""
    if text.lower() == OFF:
        return ()
    try:
        rates = tuple(Rate(item.amount, item.get_expiry()) for item in parse_many(text))
    except ValueError:
        rates = ()
    if not rates or not all(map(_is_sensible, rates)):
        raise ValueError("must be like 20/minute;300/day, or off")
    return rates


def read_store(text: str) -> str:
    """The URL as its client wants it. Raises ValueError, and never with the URL."""
    try:
        parts = urlsplit(text)
        is_sound = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        is_sound = is_sound and "@" not in parts.path + parts.fragment  # a password, not encoded
    except ValueError:
        is_sound = False
    if not is_sound:
        raise ValueError("must be like redis://localhost:6379/0, or rediss:// for TLS")
    return text.replace("valkey", "redis", 1) if text.startswith("valkey") else text


def read_switch(text: str) -> bool:
    """Raises ValueError."""
    if text.lower() not in ("on", OFF):
        raise ValueError("must be on or off")
    return text.lower() == "on"


def _purpose_of(name: str) -> Purpose:
    return Purpose(name.removeprefix(_PREFIX).lower().replace("_", "-"))


def _is_sensible(rate: Rate) -> bool:
    return 0 < rate.amount <= _MOST and 0 < rate.seconds <= _MOST_SECONDS


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
