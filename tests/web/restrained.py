"""Limits that a test reaches soon."""

import hashlib

from feedback_api.services.counting import Counters, Purpose, Rate
from feedback_api.storage.counters import MemoryCounts, SlidingCounters
from feedback_api.web.limits import Limits
from feedback_api.web.restraint import Restraint

DAY = 86_400
THREE_A_DAY = (Rate(3, DAY),)


def keyed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def counters() -> Counters:
    # Noon: no window ends while a test runs.
    return SlidingCounters(MemoryCounts(clock=lambda: 20_000.5 * DAY))


def limited(*purposes: Purpose) -> Restraint:
    return Restraint(limits=Limits(dict.fromkeys(purposes, THREE_A_DAY), counters(), keyed))
