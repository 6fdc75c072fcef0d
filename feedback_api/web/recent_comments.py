"""What was sent within the last day, as keyed hashes in memory: to notice the same words again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from feedback_api.web.held_back import SameTextAgain
from feedback_api.web.limits import Keyed, networks_of

_LASTS_SECONDS = 24 * 60 * 60
_MOST = 20_000
_NO_KEY = b""


@dataclass(frozen=True, kw_only=True)
class SentText:
    """A comment as it is compared, and from where it came."""

    address: str
    section: object
    body: object
    suggestion: object
    key: str | None = field(repr=False)

    @cached_property
    def network(self) -> str:
        """From where it came, as far as that is looked at."""
        return networks_of(self.address)[0][0]

    @property
    def compared(self) -> str:
        """Blanks and capitals make no other text; `key` is none of it."""
        parts = (self.network, self.section, self.body, self.suggestion)
        return "\n".join([" ".join(str(part or "").casefold().split()) for part in parts])


class RecentComments:
    """Remembers for a day, and the latest 20,000 at most; a restart forgets."""

    def __init__(self, keyed: Keyed, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`keyed`: a hash that nobody without its key can repeat; `clock`: seconds."""
        self._keyed = keyed
        self._clock = clock
        self._sent: dict[bytes, tuple[bytes, float]] = {}

    def knows_key(self, sent: SentText) -> bool:
        """Whether this network sent a comment with this Idempotency-Key before.

        Such a retry stores nothing new, and is not counted again.
        """
        return sent.key is not None and self._present(self._key_of(sent)) is not None

    @contextmanager
    def once(self, sent: SentText) -> Iterator[None]:
        """While it is stored, and from then on, nobody sends the same; if that fails, one may.

        A retry with the same Idempotency-Key is no second comment. Raises SameTextAgain.
        """
        text = self._hashed(f"text\n{sent.compared}")
        key = _NO_KEY if sent.key is None else self._key_of(sent)
        before = self._present(text)
        if before is not None and (key is _NO_KEY or before != key):
            raise SameTextAgain
        self._remember(text, key)
        if key is not _NO_KEY:
            self._remember(key, key)
        try:
            yield
        except BaseException:
            if before is None:
                self._sent.pop(text, None)
            raise

    def _key_of(self, sent: SentText) -> bytes:
        return self._hashed(f"key\n{sent.network}\n{sent.key}")

    def _hashed(self, text: str) -> bytes:
        try:
            return self._keyed(text)
        except UnicodeEncodeError:  # half characters come by JSON
            return self._keyed(text.encode("utf-8", "backslashreplace").decode())

    def _present(self, name: bytes) -> bytes | None:
        held, until = self._sent.get(name, (b"", 0.0))
        return held if until > self._clock() else None

    def _remember(self, name: bytes, key: bytes) -> None:
        self._sent.pop(name, None)  # what is remembered anew moves to the end
        self._sent[name] = (key, self._clock() + _LASTS_SECONDS)
        while len(self._sent) > _MOST:
            self._sent.pop(next(iter(self._sent)), None)
