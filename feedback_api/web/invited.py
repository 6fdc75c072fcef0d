"""A role proved by an invitation, as a browser keeps it: a cookie with the proof and no more.

The proof is the same for everybody invited at once. It says neither who somebody is nor which code
they had, so that comments made with it are not told to be of one person.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from feedback_api.domain.comment import Role
from feedback_api.domain.identity import SectionId
from feedback_api.domain.invitation import Proof
from feedback_api.domain.invitation_errors import (
    InvitationForged,
    InvitationMissing,
    InvitationRefused,
)
from feedback_api.services.invitation_tokens import is_token
from feedback_api.services.inviting import last_day_of
from feedback_api.services.redeem import answering, look_at_invitation, proof_token
from feedback_api.web.cycle_told import ToldCycle, told_cycle
from feedback_api.web.fields import Fields
from feedback_api.web.quantities import said_day
from feedback_api.web.visit import Place, Visit

VERIFIED = "verified"
"""In place of a role in the form: the one that the browser's proof says."""
WRONG = (InvitationForged,)
"""What somebody meets who guesses; a mistyped code is told by its check letter, and no guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """A proof for its holder; `until` is its last day, `fits` whether it verifies a comment."""

    role: Role
    cycle: ToldCycle | None
    until: str
    fits: bool = True


def held_proof(visit: Visit) -> Proof | None:
    """What the browser's cookie proves now; None for any that is missing, broken or over."""
    kept = _kept(visit.request, visit.web.place)
    if not is_token(kept):
        return None
    try:
        return look_at_invitation(kept, services=visit.services)
    except InvitationRefused:
        return None


def view_proof(proof: Proof, visit: Visit, section: SectionId | None = None) -> ProofView:
    """`section`: the one that a comment would be about now."""
    services = visit.services
    fits = section is None or (answering(section, services.clock.now(), services) == proof.cycle)
    return ProofView(
        role=proof.role,
        cycle=told_cycle(proof.cycle, visit),
        until=said_day(last_day_of(proof, services.cycles), visit.messages),
        fits=fits,
    )


def with_invitation(form: Mapping[str, str], visit: Visit, *, key: str | None) -> Fields:
    """The fields of a form as the API knows them: with the role proved, and by what.

    `key` is that of the form. A code that was typed counts before the proof that the browser holds.
    Raises InvitationRefused.
    """
    fields = {name: value for name, value in form.items() if name != "invitation"}
    typed, chosen = form.get("invitation", "").strip(), form.get("role", "")
    if typed:
        if chosen in ("", VERIFIED):
            proof = look_at_invitation(typed, key=key or None, services=visit.services)
            fields["role"] = proof.role
        return {**fields, "invitation": typed}
    if chosen == VERIFIED:
        held = held_proof(visit)
        if held is None:
            raise InvitationMissing
        kept = _kept(visit.request, visit.web.place)
        return {**fields, "role": held.role, "invitation": kept}
    return fields


def remember_proof(proof: Proof, response: Response, visit: Visit) -> None:
    """For as long as it proves anything: a code that was used up cannot be used again.

    Not for scripts, and not with what another site makes the browser send.
    """
    left = proof.expires_at - visit.services.clock.now()
    place = visit.web.place
    response.set_cookie(
        _cookie(place),
        proof_token(proof, visit.services.secrets),
        max_age=max(0, int(left.total_seconds())),
        secure=place.secure,
        httponly=True,
        samesite="lax",
    )


def remember_typed(form: Mapping[str, str], response: Response, visit: Visit) -> None:
    """After a comment was stored by help of a code that was typed into its form."""
    typed, key = form.get("invitation", "").strip(), form.get("key") or None
    if typed:
        with suppress(InvitationRefused):  # a late repetition: stored, and over since
            proof = look_at_invitation(typed, key=key, services=visit.services)
            remember_proof(proof, response, visit)


def forget_proof(response: Response, visit: Visit) -> None:
    """Take the cookie back."""
    place = visit.web.place
    response.delete_cookie(_cookie(place), secure=place.secure, httponly=True, samesite="lax")


def _kept(request: Request, place: Place) -> str:
    return request.cookies.get(_cookie(place), "")


def _cookie(place: Place) -> str:
    return "__Host-invited" if place.secure else "invited"
