"""What an invitation proves, and to whom it no longer does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from feedback_api.domain.comment import Comment, Role
from feedback_api.domain.errors import IdempotencyMismatch, StoreFull
from feedback_api.domain.invitation_errors import (
    InvitationExpired,
    InvitationForeignCycle,
    InvitationForged,
    InvitationMalformed,
    InvitationOtherRole,
    InvitationRefused,
    InvitationRevoked,
    InvitationUsed,
)
from feedback_api.services import Services
from feedback_api.services.inviting import Made, revoke
from feedback_api.services.ports import CommentQuery
from feedback_api.services.redeem import look_at_invitation, proof_token, redeem
from feedback_api.services.submit import Submitted, submit
from tests.fakes.clockwork import OpenSecrets
from tests.fakes.collaborators import at_time
from tests.fakes.comments import usual_draft
from tests.fakes.invitations import LATER, OPEN, inviting, made
from tests.fakes.memory_invitations import MemoryInvitations
from tests.fakes.memory_store import MemoryStore


class _OtherSecrets(OpenSecrets):
    def keyed_hash(self, purpose: str, text: str) -> bytes:
        return super().keyed_hash(f"other {purpose}", text)


class _StoreThatFills(MemoryStore):
    is_full = True

    def add(self, comment: Comment) -> Comment:
        if self.is_full:
            raise StoreFull
        return super().add(comment)


@pytest.fixture
def invited(services: Services) -> Services:
    return inviting(services)


def _said(
    services: Services, invitation: str | None, *, key: str | None = None, role: Role = Role.STAFF
) -> Submitted:
    draft = usual_draft(role=role)
    return submit(draft, idempotency_key=key, services=services, invitation=invitation)


def _link(new: Made) -> str:
    assert new.link is not None
    return new.link


def _total(services: Services) -> int:
    return services.reads.select(CommentQuery()).total


def test_code_verifies_the_role_of_one_comment(invited: Services) -> None:
    (code,) = made(invited, count=1).codes

    comment = _said(invited, code.lower()).comment

    assert (comment.role, comment.role_verified) == (Role.STAFF, True)
    with pytest.raises(InvitationUsed):
        _said(invited, code)
    assert _total(invited) == 1


def test_shared_link_verifies_any_number_of_comments(invited: Services) -> None:
    link = _link(made(invited))
    whole = f"https://code.example.org/feedback/invitation/{link}?language=aa"

    said = [_said(invited, one).comment.role_verified for one in (link, whole, f" {link}\n")]

    assert said == [True] * 3


def test_proof_is_the_same_for_everybody_invited_at_once(invited: Services) -> None:
    first, second = made(invited, count=2).codes

    proofs = {
        proof_token(redeem(code, key=code, services=invited), invited.secrets)
        for code in (first, second)
    }

    (proof,) = proofs
    assert _said(invited, proof).comment.role_verified
    assert _said(invited, proof).comment.role_verified


def test_nothing_in_a_comment_leads_to_the_code_even_with_the_secret(invited: Services) -> None:
    """Whoever holds the list of codes and the secret can hash all they like, but has no key."""
    (code,) = made(invited, count=1).codes
    comment = _said(invited, code, key="a key of the browser").comment
    without = submit(
        usual_draft(role=Role.STAFF),
        idempotency_key="another key",
        services=invited,
        invitation=_link(made(invited)),
    ).comment

    (codes, _) = [one.codes for one in invited.invitations.all()]
    stored = repr(replace(comment, role_verified=False))
    assert not any(text and text in stored for pair in codes.items() for text in pair)
    assert comment.idempotency is not None
    assert without.idempotency is not None
    assert comment.idempotency.body_hash == without.idempotency.body_hash


def test_same_request_again_gets_the_same_answer_even_when_the_code_is_over(
    invited: Services,
) -> None:
    (code,) = made(invited, count=1).codes
    first = _said(invited, code, key="one")

    later = at_time(invited, OPEN.closes)
    again = _said(later, code, key="one")

    assert (again.comment, again.receipt, again.repeated) == (first.comment, first.receipt, True)
    with pytest.raises(IdempotencyMismatch):
        _said(invited, None, key="one")  # as stated: another comment, not a weaker one


def test_crash_between_the_code_and_the_comment_loses_neither(invited: Services) -> None:
    (code,) = made(invited, count=1).codes
    redeem(code, key="one", services=invited)  # and then the process was killed

    with pytest.raises(InvitationUsed):
        _said(invited, code, key="two")
    assert _said(invited, code, key="one").comment.role_verified
    assert _total(invited) == 1


@pytest.mark.parametrize("key", [None, "one"])
def test_code_is_not_lost_with_what_could_not_be_stored(invited: Services, key: str | None) -> None:
    store = _StoreThatFills()
    full = replace(invited, comments=store, reads=store)
    (code,) = made(full, count=1).codes
    with pytest.raises(StoreFull):
        _said(full, code, key=key)

    store.is_full = False

    assert _said(full, code, key=key).comment.role_verified


def _expired(services: Services, new: Made) -> Services:
    return at_time(services, new.invitation.expires_at)


def _revoked(services: Services, new: Made) -> Services:
    revoke(new.invitation.id.lower(), services=services)
    return services


def _with_another_secret(services: Services, _new: Made) -> Services:
    return replace(services, secrets=_OtherSecrets())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (_expired, InvitationExpired),
        (_revoked, InvitationRevoked),
        (_with_another_secret, InvitationForged),
    ],
)
def test_what_is_over_proves_nothing_and_stores_nothing(
    invited: Services,
    change: Callable[[Services, Made], Services],
    error: type[InvitationRefused],
) -> None:
    codes, link = made(invited, count=1), made(invited)
    proof = proof_token(look_at_invitation(_link(link), services=invited), invited.secrets)

    for new, typed in ((codes, codes.codes[0]), (link, _link(link)), (link, proof)):
        changed = change(invited, new)
        with pytest.raises(error):
            _said(changed, typed)
    assert _total(invited) == 0


@pytest.mark.parametrize(
    ("forge", "error"),
    [
        (lambda link: link.replace("staff", "management"), InvitationForged),
        (lambda link: link.replace("2027-1", "2027-2"), InvitationForged),
        (lambda link: link.replace(".17", ".18"), InvitationForged),
        (lambda link: link.replace("link.", "proof."), InvitationForged),
        (lambda link: link[:-1], InvitationMalformed),
        (lambda link: link.replace("staff", "Staff"), InvitationMalformed),
        (lambda _: "link." + "x" * 100_000, InvitationMalformed),
        (lambda _: "000000-000000-00002W", InvitationForged),
        (lambda _: "000000-000000-000001", InvitationMalformed),
        (lambda _: "0000-0000-0000-0000-0001", InvitationMalformed),
        (lambda _: "", InvitationMalformed),
    ],
)
def test_what_was_never_made_proves_nothing(
    invited: Services, forge: Callable[[str], str], error: type[InvitationRefused]
) -> None:
    forged = forge(_link(made(invited)))

    with pytest.raises(error):
        _said(invited, forged)
    assert _total(invited) == 0


def test_link_whose_invitation_is_gone_proves_nothing(invited: Services) -> None:
    link = _link(made(invited))

    with pytest.raises(InvitationRevoked):
        _said(replace(invited, invitations=MemoryInvitations()), link)


def test_invitation_to_another_cycle_is_refused_and_stays_unused(invited: Services) -> None:
    (code,) = made(invited, cycle=LATER.id, count=1).codes

    with pytest.raises(InvitationForeignCycle):
        _said(invited, code)
    between = at_time(invited, OPEN.closes)  # now a comment waits for the later cycle
    assert _said(between, code).comment.role_verified


def test_other_role_is_refused_and_the_code_stays_unused(invited: Services) -> None:
    (code,) = made(invited, count=1).codes

    with pytest.raises(InvitationOtherRole) as refused:
        _said(invited, code, role=Role.MANAGEMENT)

    assert refused.value.params == {"role": "staff"}
    assert _said(invited, code).comment.role_verified
