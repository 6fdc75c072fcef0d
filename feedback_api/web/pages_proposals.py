"""“Propose this change” on the board: for one comment, or for several of a review cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.responses import Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Conflict, FeedbackError, Invalid
from feedback_api.domain.identity import CommentId, CycleId, Fingerprint
from feedback_api.domain.proposal import (
    NothingProposed,
    Proposal,
    ProposalError,
    PushRejected,
    RefusalReason,
    RefusedWording,
)
from feedback_api.services.proposing import Pick, propose
from feedback_api.web.announcements import picked_in, require_picks
from feedback_api.web.comment_actions import comment_id
from feedback_api.web.fields import convert
from feedback_api.web.form_state import FormState
from feedback_api.web.guard import CSRF_FIELD
from feedback_api.web.pages import render
from feedback_api.web.proposal_forms import PREFIX, WORDING, proposal_form
from feedback_api.web.proposal_models import PROPOSED_LIMIT, ProposalEntered
from feedback_api.web.proposal_view import behind_views, present_wording, refused_views
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_HINDERED = (Invalid, ProposalError, Conflict)


async def post_one(visit: Visit) -> Response:
    """Propose the wording of a comment as the editor left it."""
    comment = visit.services.comments.get(comment_id(visit))
    form = await visit.form()
    given = {name: value for name, value in form.items() if name != CSRF_FIELD}
    try:
        posted = convert(given, ProposalEntered, texts=True)
        pick = Pick(
            id=comment.id,
            version=posted.version,
            suggestion=posted.suggestion,
            wording=Fingerprint(posted.wording),
        )
        proposal = await _propose([pick], visit)
    except _HINDERED as error:
        return _page(visit, error=error, comment=comment, typed=given)
    return _page(visit, proposal=proposal, comment=comment)


async def post_together(visit: Visit) -> Response:
    """Propose what was ticked as one branch."""
    cycle = visit.services.cycles.cycle(CycleId(visit.request.path_params["cycle"]))
    try:
        picked = picked_in(await visit.form())
        require_picks([name for name, _ in picked], PROPOSED_LIMIT)
        proposal = await _propose([Pick(id=name, version=seen) for name, seen in picked], visit)
    except _HINDERED as error:
        return _page(visit, error=error, cycle=cycle.id)
    return _page(visit, proposal=proposal, cycle=cycle.id)


async def _propose(picks: Sequence[Pick], visit: Visit) -> Proposal:
    return await in_thread(
        propose,
        picks,
        editor=visit.editor,
        services=visit.services,
        repository=visit.web.repository,
    )


def _page(
    visit: Visit,
    *,
    proposal: Proposal | None = None,
    error: FeedbackError | None = None,
    comment: Comment | None = None,
    cycle: CycleId | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """What came of it; after a refusal of one comment, its form with what was typed."""
    told = error.refused if isinstance(error, NothingProposed) else ()
    refused = refused_views(proposal.refused if proposal else told, visit)
    form = None
    said = FormState(prefix=PREFIX)
    if comment is not None and error is not None:
        present = visit.services.comments.get(CommentId(comment.id))
        form = proposal_form(present, visit, typed=_retyped(present, typed or {}, told, visit))
        comment = present
    if error is not None:
        labels = {WORDING: visit.messages.say("New wording")}
        said = said.refused(error, visit.messages, shows=(WORDING,), labels=labels)
        form = form and replace(form, state=replace(form.state, faults=said.faults))
    return render(
        visit,
        "review_proposed.html",
        error=error,
        here=f"/review/cycles/{cycle}" if cycle else f"/review/{comment.id if comment else ''}",
        proposal=proposal,
        behind=behind_views(proposal, visit) if proposal else (),
        refused=refused,
        said=said,
        remote=error.said if isinstance(error, PushRejected) else "",
        comment=comment,
        proposing=form,
        cycle=cycle,
    )


def _retyped(
    comment: Comment,
    typed: Mapping[str, str],
    told: Sequence[RefusedWording],
    visit: Visit,
) -> Mapping[str, str]:
    """What was typed; where the text has changed, what is typed next is written against that."""
    kept = {name: typed[name] for name in (WORDING, "wording") if name in typed}
    for one in told:
        if one.reason is RefusalReason.BASE_CHANGED and one.ours is not None:
            wording = present_wording(comment, one.ours, visit)
            return {**kept, "wording": wording} if wording else kept
    return kept
