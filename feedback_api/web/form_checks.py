"""What only programs do with a form: fill in every field, and send it at once.

Nothing that a person typed is ever dropped: the form comes back with all of it and a sentence, and
taken again as it is it passes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from feedback_api.services.ports import Clock, Secrets
from feedback_api.web.held_back import SentTooFast, TrapFilled

TRAP_FIELD = "homepage"  # programs like it, and browsers fill in nothing of this name
SHOWN_FIELD = "shown"
LEAST = timedelta(seconds=3)
_MARK_CHARACTERS = 32


class FormChecks:
    """Marks forms with the moment they were shown, and looks at them when they come back."""

    def __init__(self, clock: Clock, secrets: Secrets, *, least: timedelta = LEAST) -> None:
        self._clock = clock
        self._secrets = secrets
        self._least = least

    def mark(self, earlier: str = "") -> str:
        """For a form shown now; `earlier` stays, if it is one of ours: typing began then."""
        if self._shown_at(earlier) is not None:
            return earlier
        return self._marked(str(int(self._clock.now().timestamp() * 1000)))

    def refuse(self, form: Mapping[str, str]) -> None:
        """A form shown long ago is as good as any. Raises TrapFilled, SentTooFast."""
        if form.get(TRAP_FIELD):
            raise TrapFilled
        shown_at = self._shown_at(form.get(SHOWN_FIELD, ""))
        if shown_at is None or self._clock.now() - shown_at < self._least:
            raise SentTooFast(seconds=int(self._least.total_seconds()))

    def _shown_at(self, mark: str) -> datetime | None:
        """None for what is not our mark."""
        moment = mark.partition(".")[0]
        if not compare_digest(mark.encode(), self._marked(moment).encode()):
            return None
        return datetime.fromtimestamp(int(moment) / 1000, UTC)

    def _marked(self, moment: str) -> str:
        sealed = self._secrets.keyed_hash("form-shown", moment).hex()
        return f"{moment}.{sealed[:_MARK_CHARACTERS]}"
