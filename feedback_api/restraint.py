"""From the settings to what keeps strangers from sending too much."""

import hashlib
import secrets
from functools import partial

from feedback_api.limit_settings import LimitSettings
from feedback_api.services import Services
from feedback_api.services.counting import Counters
from feedback_api.services.ports import Clock, Secrets
from feedback_api.storage.counters import MemoryCounts, SlidingCounters
from feedback_api.web.form_checks import FormChecks
from feedback_api.web.limits import Keyed, Limits
from feedback_api.web.recent_comments import RecentComments
from feedback_api.web.restraint import Restraint

_PURPOSE = "limits"


def restraint_of(settings: LimitSettings, services: Services) -> Restraint:
    """Nothing is asked of the store of counts yet: a service starts without it, too."""
    of_this_process = _hashed_in_this_process()
    in_memory = SlidingCounters(MemoryCounts())
    counters: Counters = in_memory
    keyed = of_this_process
    if settings.store is not None:
        # Here, for it takes a tenth of a second and few need it.
        from feedback_api.storage.redis_counters import RedisCounters

        counters = RedisCounters(settings.store, meanwhile=in_memory)
        keyed = _hashed_alike_for_a_day(services.secrets, services.clock)
    return Restraint(
        limits=Limits(settings.rates, counters, keyed),
        forms=FormChecks(services.clock, services.secrets) if settings.checks_spam else None,
        recent=RecentComments(of_this_process) if settings.checks_spam else None,
    )


def _hashed_in_this_process() -> Keyed:
    """With a key that is nowhere but in memory: after a restart nobody can tell what was meant.

    BLAKE2b takes a key by itself (RFC 7693, 2.9): a fifth of what an HMAC costs each comment.
    """
    begun = partial(hashlib.blake2b, key=secrets.token_bytes(32), digest_size=32)
    return lambda text: begun(text.encode()).digest()


def _hashed_alike_for_a_day(of_service: Secrets, clock: Clock) -> Keyed:
    """Alike in all replicas, which share the secret; from midnight (UTC) on with another key."""
    return lambda text: of_service.keyed_hash(f"{_PURPOSE} {clock.now():%Y-%m-%d}", text)
