"""The privacy notice: what is kept of whoever comments, why, how long, and what nobody can promise.

Every sentence of it is true because of a place in the code; docs/manual/privacy.md names each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from feedback_api.domain.cycle import Phase
from feedback_api.services.agenda import phase_of
from feedback_api.services.data_requests import LINK_HOURS
from feedback_api.services.repository import NO_REPOSITORY
from feedback_api.web.cycle_told import ToldCycle, told_cycle
from feedback_api.web.pages import render
from feedback_api.web.quantities import said_days
from feedback_api.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFor:
    """How long names and addresses of a review cycle are kept after its closing."""

    cycle: ToldCycle
    days: str


async def show_privacy(visit: Visit) -> Response:
    """In the language of the URL. Raises UnknownLanguage."""
    visit.require_language()
    policy = visit.web.terms.policy
    reviewers_days = policy.reviewers_days
    return render(
        visit,
        "privacy.html",
        contact=visit.web.terms.contact,
        contact_days=said_days(policy.contact_days, visit.messages),
        reviewers_days=said_days(reviewers_days, visit.messages) if reviewers_days else "",
        cycles=_cycles(visit),
        hosts=visit.web.deliveries.hosts(),
        proposes=visit.web.repository is not NO_REPOSITORY,
        link_hours=LINK_HOURS,
    )


def _cycles(visit: Visit) -> Sequence[KeptFor]:
    """Those that are not closed."""
    services = visit.services
    return [
        KeptFor(cycle=told, days=said_days(cycle.retention_days, visit.messages))
        for cycle in services.cycles.all_cycles()
        if phase_of(cycle, services) is not Phase.CLOSED
        and (told := told_cycle(cycle.id, visit)) is not None
    ]
