"""Proposing accepted wordings to the repository of the text, as JSON."""

from starlette.responses import Response

from feedback_api.domain.identity import CommentId, Fingerprint
from feedback_api.services.proposing import Pick, propose
from feedback_api.web.announcements import require_picks
from feedback_api.web.api import json_answer
from feedback_api.web.fields import convert, read_json
from feedback_api.web.proposal_models import PROPOSED_LIMIT, ProposalPickPosted, ProposalPosted
from feedback_api.web.proposal_view import proposal_shown
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def post_proposal(visit: Visit) -> Response:
    """Make a branch of what holds; it is in the repository when this answers 201."""
    posted = convert(await read_json(visit.request), ProposalPosted).comments
    require_picks([one.id for one in posted], PROPOSED_LIMIT)
    proposal = await in_thread(
        propose,
        [_pick(one) for one in posted],
        editor=visit.editor,
        services=visit.services,
        repository=visit.web.repository,
    )
    return json_answer(proposal_shown(proposal, visit), status=201)


def _pick(posted: ProposalPickPosted) -> Pick:
    return Pick(
        id=CommentId(posted.id),
        version=posted.version,
        suggestion=posted.suggestion,
        wording=Fingerprint(posted.wording) if posted.wording else None,
    )
