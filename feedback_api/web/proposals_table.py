"""The operations that propose accepted wordings to the repository of the text."""

from collections.abc import Sequence

from feedback_api.domain.errors import Conflict, InvalidRemark, UnknownComment, UnknownCycle
from feedback_api.domain.proposal import (
    NothingProposed,
    ProposalFailed,
    ProposalsBusy,
    ProposalsOff,
    PushRejected,
    RepositoryUnreachable,
)
from feedback_api.web import api_proposals, pages_proposals
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.proposal_models import ProposalPosted, ProposalShown
from feedback_api.web.usual_errors import BODY, EDITORS_CHANGE

_PROPOSING = (
    Conflict,
    NothingProposed,
    ProposalsOff,
    PushRejected,
    ProposalsBusy,
    RepositoryUnreachable,
    ProposalFailed,
)

PROPOSALS_API: Sequence[Operation] = (
    Operation(
        method="POST",
        path="/api/v1/proposals",
        handler=api_proposals.post_proposal,
        offers=JSON,
        summary=mark("Propose accepted wordings: a branch in the repository of the text"),
        status=201,
        body=ProposalPosted,
        answer=ProposalShown,
        errors=(*EDITORS_CHANGE, *BODY, InvalidRemark, *_PROPOSING),
    ),
)
PROPOSALS_PAGES: Sequence[Operation] = (
    Operation(
        method="POST",
        path="/review/cycles/{cycle}/propose",
        handler=pages_proposals.post_together,
        errors=(UnknownCycle,),
    ),
    Operation(
        method="POST",
        path="/review/{comment}/propose",
        handler=pages_proposals.post_one,
        errors=(UnknownComment,),
    ),
)
