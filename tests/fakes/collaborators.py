"""Services over fakes alone."""

from dataclasses import replace
from datetime import datetime

from feedback_api.services import Services
from tests.fakes.clockwork import CountingRandomness, OpenSecrets, SteppingClock
from tests.fakes.memory_cycles import FixedCycles, MemoryCycles, MemoryTemplates
from tests.fakes.memory_editors import MemoryEditors, PlainPassphrases
from tests.fakes.memory_invitations import MemoryInvitations
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import FixedChanges, FixedText


def at_time(services: Services, moment: datetime) -> Services:
    """The same services with a clock that shows `moment` now."""
    clock = SteppingClock()
    clock.time = moment
    return replace(services, clock=clock)


def fake_services() -> Services:
    store = MemoryStore()
    return Services(
        comments=store,
        reads=store,
        editors=MemoryEditors(),
        text=FixedText(),
        changes=FixedChanges(),
        cycles=FixedCycles(),
        records=MemoryCycles(),
        templates=MemoryTemplates(),
        invitations=MemoryInvitations(),
        clock=SteppingClock(),
        randomness=CountingRandomness(),
        secrets=OpenSecrets(),
        passphrases=PlainPassphrases(),
        edition=store,
    )
