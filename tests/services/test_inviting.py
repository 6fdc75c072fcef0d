"""Making invitations, and what operators are told instead."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from feedback_api.domain.comment import Role
from feedback_api.domain.cycle import Closing
from feedback_api.domain.identity import EditorName
from feedback_api.domain.invitation_errors import InvitationNotMade
from feedback_api.services import Services
from feedback_api.services.inviting import InvitationOrder, invite, last_day_of
from tests.fakes.clockwork import START, CountingRandomness
from tests.fakes.collaborators import at_time
from tests.fakes.invitations import OPEN, inviting, made

ORDER = InvitationOrder(role="staff", cycle=OPEN.id, expires="2026-12-01")


@pytest.fixture
def invited(services: Services) -> Services:
    return inviting(services)


def _refusal(order: InvitationOrder, services: Services) -> str:
    with pytest.raises(InvitationNotMade) as refused:
        invite(order, randomness=CountingRandomness(), services=services)
    assert services.invitations.all() == ()
    return refused.value.message


def test_invitation_holds_role_cycle_and_expiry_and_no_code(invited: Services) -> None:
    new = made(invited, count=3)

    (stored,) = invited.invitations.all()
    assert stored == new.invitation
    assert (stored.role, stored.cycle, new.last_day) == (Role.STAFF, OPEN.id, date(2026, 12, 1))
    assert last_day_of(stored, invited.cycles) == new.last_day
    assert [*stored.codes.values()] == [None] * 3
    assert [*stored.codes] == sorted(stored.codes)
    assert not any(code in repr(stored) for code in new.codes)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"role": "boss"}, "There is no role “boss”; choose one of staff, management, customer."),
        (
            {"cycle": "2030-1"},
            "There is no review cycle “2030-1”; published are: 2027-1, 2027-2.",
        ),
        ({"expires": "2026-11-20"}, "The expiry 2026-11-20 is in the past."),
        (
            {"expires": "2026-12-21"},
            "The expiry 2026-12-21 is after the review cycle 2027-1, "
            "which takes comments until 2026-12-20.",
        ),
        (
            {"expires": "20261201"},
            "The expiry must be a day such as 2027-02-01; it is “20261201”.",
        ),
        (
            {"expires": "2026-02-30"},
            "The expiry must be a day such as 2027-02-01; it is “2026-02-30”.",
        ),
    ],
)
def test_order_that_makes_no_sense_is_refused_in_one_sentence(
    invited: Services, wrong: dict[str, str], told: str
) -> None:
    assert _refusal(replace(ORDER, **wrong), invited) == told


@pytest.mark.parametrize(
    "count", ["0", "-1", "10001", "1e9", "1000000000", "", "three", "٣", "0000000019999999"]
)
def test_count_out_of_range_is_refused(invited: Services, count: str) -> None:
    told = _refusal(replace(ORDER, count=count), invited)

    assert told == f"The count must be a number of codes from 1 to 10000; it is “{count}”."


def test_cycle_that_takes_no_comments_any_more_is_refused(invited: Services) -> None:
    over = at_time(invited, OPEN.closes)
    assert _refusal(ORDER, over) == "The review cycle 2027-1 takes no comments any more."

    closing = Closing(at=START, by=EditorName("Ana"))
    invited.records.change(OPEN.id, lambda record: replace(record, closings=(closing,)))
    assert _refusal(ORDER, invited) == "The review cycle 2027-1 takes no comments any more."


def test_last_day_of_the_cycle_ends_with_the_cycle(invited: Services) -> None:
    day = OPEN.closes.date()

    new = invite(
        replace(ORDER, expires=day.isoformat()),
        randomness=CountingRandomness(),
        services=invited,
    )

    assert new.invitation.expires_at == OPEN.closes
    assert made(invited).invitation.expires_at - START == timedelta(days=10, hours=12)
