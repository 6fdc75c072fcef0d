"""Invitations for tests, made as an operator makes them."""

from dataclasses import replace
from datetime import timedelta

from feedback_api.domain.identity import CycleId
from feedback_api.services import Services
from feedback_api.services.inviting import InvitationOrder, Made, invite
from tests.fakes.clockwork import START, CountingRandomness
from tests.fakes.memory_cycles import FixedCycles, usual_cycle

OPEN = usual_cycle("2027-1", opens=START - timedelta(days=1))
LATER = usual_cycle("2027-2", opens=START + timedelta(days=40))
LAST_DAY = "2026-12-01"
_EXPIRES = {OPEN.id: LAST_DAY, LATER.id: "2027-01-15"}


def inviting(services: Services) -> Services:
    """The same services with a cycle that is open and a later one."""
    return replace(services, cycles=FixedCycles(OPEN, LATER))


def made(
    services: Services, *, role: str = "staff", cycle: CycleId = OPEN.id, count: int | None = None
) -> Made:
    """A shared link, or so many codes."""
    order = InvitationOrder(
        role=role,
        cycle=cycle,
        expires=_EXPIRES[cycle],
        count=None if count is None else str(count),
    )
    return invite(order, randomness=CountingRandomness(), services=services)
