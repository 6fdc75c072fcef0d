"""What was sent within the last day, as keyed hashes in memory: to notice the same words again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from feedback_api.web.held_back import SameTextAgain
from feedback_api.web.limits import Keyed, networks_of

_LASTS_SECONDS = 24 * 60 * 60
_MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """A comment as it is compared, and from where it came."""

    address: str
    section: object
    body: object
    suggestion: object
    key: str | None = field(repr=False)

    @property
    def hashed(self) -> str:
        """Blanks and capitals make no other text; `key` is none of it."""
        parts = (networks_of(self.address)[0][0], self.section, self.body, self.suggestion)
        text = "\n".join(" ".join(str(part or "").casefold().split()) for part in parts)
        return text.encode("utf-8", "backslashreplace").decode()  # half characters come by JSON


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
        text, key = self._keyed(f"text\n{sent.hashed}"), self._key_of(sent)
        before = self._present(text)
        if before is not None and (sent.key is None or before != key):
            raise SameTextAgain
        self._remember(text, key)
        self._remember(key, key)
        try:
            yield
        except BaseException:
            if before is None:
                self._sent.pop(text, None)
            raise

    def _key_of(self, sent: SentText) -> bytes:
        return self._keyed(f"key\n{networks_of(sent.address)[0][0]}\n{sent.key}")

    def _present(self, name: bytes) -> bytes | None:
        held, until = self._sent.get(name, (b"", 0.0))
        return held if until > self._clock() else None

    def _remember(self, name: bytes, key: bytes) -> None:
        self._sent.pop(name, None)  # what is remembered anew moves to the end
        self._sent[name] = (key, self._clock() + _LASTS_SECONDS)
        while len(self._sent) > _MOST:
            self._sent.pop(next(iter(self._sent)), None)
