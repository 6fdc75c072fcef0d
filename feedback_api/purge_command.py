"""The command that erases what is kept no longer, or lists it; fit for cron."""

import time
from collections.abc import Sequence

from feedback_api.app import in_hand
from feedback_api.domain.act import What
from feedback_api.domain.errors import StartRefused, StoreLocked
from feedback_api.purging import counted, wanted
from feedback_api.services.retention import Due, due, purge
from feedback_api.settings import Settings
from feedback_api.stores import look_at

_PATIENCE_SECONDS = 300.0
_LOOK_SECONDS = 0.2
_WORDS = {What.CONTACT: "name and e-mail address of", What.COMMENT: "the whole of"}


def list_due(settings: Settings) -> Sequence[Due]:
    """What a purge would erase now; nothing is changed. Raises StartRefused."""
    services = look_at(settings)
    return () if services is None else tuple(due(settings.privacy.policy, services))


def purge_now(settings: Settings) -> Sequence[Due]:
    """Erase it, or have the service that runs do it; what was erased. Raises StartRefused."""
    try:
        with in_hand(settings) as services:
            return purge(settings.privacy.policy, services)
    except StoreLocked:
        return _asked_of_the_service(settings)


def told(dues: Sequence[Due]) -> str:
    """One line for each, and how many: ids and times, and nothing of what was said."""
    lines = [
        f"{_WORDS[one.what]} {one.comment} (cycle {one.cycle}, over since {one.since:%Y-%m-%d})"
        for one in dues
    ]
    return "\n".join([*lines, f"{counted(dues)}."])


def _asked_of_the_service(settings: Settings) -> Sequence[Due]:
    before = list_due(settings)
    file = wanted(settings.data)
    try:
        file.touch(mode=0o600)
    except OSError as error:
        raise StartRefused(f"{file} cannot be written: {error.strerror}.") from error
    until = time.monotonic() + _PATIENCE_SECONDS
    while file.exists():
        if time.monotonic() > until:
            raise StartRefused(
                f"{settings.data} is in use by another process, which does not take notice of "
                f"{file.name}. If that is the service, it purges once it has time; see its log."
            )
        time.sleep(_LOOK_SECONDS)
    left = {(one.comment, one.what) for one in list_due(settings)}
    return tuple(one for one in before if (one.comment, one.what) not in left)
