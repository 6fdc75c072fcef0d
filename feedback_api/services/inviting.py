"""Making invitations, and taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from feedback_api.domain.comment import Role
from feedback_api.domain.cycle import Cycle, Phase
from feedback_api.domain.errors import UnknownCycle
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import CycleId
from feedback_api.domain.invitation import (
    Invitation,
    InvitationCode,
    InvitationId,
    Proof,
    proof_of,
)
from feedback_api.domain.invitation_errors import InvitationNotMade
from feedback_api.services.invitation_ports import InvitationRandomness, Inviting
from feedback_api.services.invitation_tokens import TokenKind, token
from feedback_api.services.ports import PublishedCycles
from feedback_api.services.redeem import code_hash

MOST_CODES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationOrder:
    """What an operator asks for, as it was typed; `count` None for one shared link."""

    role: str
    cycle: str
    expires: str
    count: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An invitation with its secrets, which are told once: a link, or the codes.

    `last_day` is the last on which they work, by the clocks of the cycle.
    """

    invitation: Invitation
    link: str | None
    codes: Sequence[InvitationCode]
    last_day: date


def invite(order: InvitationOrder, *, randomness: InvitationRandomness, services: Inviting) -> Made:
    """Make and keep what was ordered. Raises InvitationNotMade with one sentence, StoreError."""
    role = _role(order.role)
    cycle = _open_cycle(order.cycle, services)
    day, expires_at = _expiry(order.expires, cycle, services.clock.now())
    count = _count(order.count)
    codes = tuple(randomness.invitation_code() for _ in range(count))
    hashes = sorted(code_hash(code, services.secrets) for code in codes)
    invitation = Invitation(
        id=randomness.invitation_id(),
        role=role,
        cycle=cycle.id,
        made_on=services.clock.now().date(),
        expires_at=expires_at,
        codes=dict.fromkeys(hashes),  # sorted, so that no place tells which row of a list it was
    )
    services.invitations.add(invitation)
    link = None if codes else token(TokenKind.LINK, proof_of(invitation), services.secrets)
    return Made(invitation=invitation, link=link, codes=codes, last_day=day)


def revoke(invitation: str, *, services: Inviting) -> Invitation:
    """Let it prove nothing any more, nor any browser that redeemed it; again is no error.

    Comments that were verified by it stay so. Raises UnknownInvitation, StoreError.
    """
    return services.invitations.change(
        InvitationId(invitation.strip().upper()),
        lambda one: one if one.is_revoked else replace(one, is_revoked=True),
    )


def last_day_of(invitation: Invitation | Proof, cycles: PublishedCycles) -> date:
    """The last day on which it works, by the clocks of its cycle; in UTC if that is gone."""
    try:
        zone = _zone(cycles.cycle(invitation.cycle))
    except UnknownCycle:
        zone = UTC
    return (invitation.expires_at.astimezone(zone) - timedelta(microseconds=1)).date()


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        known = ", ".join(Role)
        raise InvitationNotMade(
            f"There is no role “{shown(role)}”; choose one of {known}."
        ) from None


def _open_cycle(cycle: str, services: Inviting) -> Cycle:
    """One that takes comments now or later."""
    try:
        found = services.cycles.cycle(CycleId(cycle))
    except UnknownCycle:
        known = ", ".join(one.id for one in services.cycles.all_cycles()) or "none"
        raise InvitationNotMade(
            f"There is no review cycle “{shown(cycle)}”; published are: {known}."
        ) from None
    phase = services.records.get(found.id).phase(found, services.clock.now())
    if phase in (Phase.DECIDING, Phase.CLOSED):
        raise InvitationNotMade(f"The review cycle {found.id} takes no comments any more.")
    return found


def _expiry(expires: str, cycle: Cycle, now: datetime) -> tuple[date, datetime]:
    """The last day, and the first moment after it or after the cycle, whichever comes first."""
    try:
        day = date.fromisoformat(expires) if len(expires) == len("2027-02-01") else None
    except ValueError:
        day = None
    if day is None:
        raise InvitationNotMade(
            f"The expiry must be a day such as 2027-02-01; it is “{shown(expires)}”."
        )
    zone = _zone(cycle)
    if day < now.astimezone(zone).date():
        raise InvitationNotMade(f"The expiry {day} is in the past.")
    closing = cycle.closes.astimezone(zone).date()
    if day > closing:
        raise InvitationNotMade(
            f"The expiry {day} is after the review cycle {cycle.id}, "
            f"which takes comments until {closing}."
        )
    over = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return day, min(over, cycle.closes).astimezone(UTC)


def _count(count: str | None) -> int:
    """0 for a shared link."""
    if count is None:
        return 0
    is_number = count.isascii() and count.isdecimal() and len(count) < 10
    if is_number and 1 <= int(count) <= MOST_CODES:
        return int(count)
    raise InvitationNotMade(
        f"The count must be a number of codes from 1 to {MOST_CODES}; it is “{shown(count)}”."
    )


def _zone(cycle: Cycle) -> tzinfo:
    """UTC for a zone that this machine does not know."""
    try:
        return ZoneInfo(cycle.time_zone)
    except (KeyError, ValueError, OSError):
        return UTC
