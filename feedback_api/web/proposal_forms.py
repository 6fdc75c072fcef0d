"""What of a comment, or of a review cycle, can be proposed to the repository of the text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedback_api.domain.comment import Comment
from feedback_api.services.agenda import Heard
from feedback_api.services.proposing import can_be_proposed, proposed_on
from feedback_api.web.agenda_view import AgendaRow, agenda_row
from feedback_api.web.form_state import FormState
from feedback_api.web.section_view import language_tags
from feedback_api.web.visit import Visit

PREFIX = "propose"
WORDING = "suggestion"
"""The field that an editor may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalForm:
    """The form for one comment: `earlier` is the branch on which it was proposed before."""

    state: FormState
    tag: str
    earlier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposable:
    """An accepted wording on the page of its cycle."""

    row: AgendaRow
    earlier: str


def proposal_form(
    comment: Comment, visit: Visit, *, typed: Mapping[str, str] | None = None
) -> ProposalForm | None:
    """None where there is nothing to propose, or nowhere to."""
    if not visit.web.repository.is_on or not can_be_proposed(comment):
        return None
    values = {WORDING: comment.suggestion or "", "wording": comment.wording}
    return ProposalForm(
        state=FormState(prefix=PREFIX, values={**values, **(typed or {})}),
        tag=language_tags(visit.services.text)[comment.language],
        earlier=proposed_on(comment),
    )


def proposable(heard: Iterable[Heard], visit: Visit) -> Sequence[Proposable]:
    """What a cycle accepted and the text may not have yet."""
    if not visit.web.repository.is_on:
        return ()
    return [
        Proposable(row=agenda_row(one.comment, visit), earlier=proposed_on(one.comment))
        for one in heard
        if can_be_proposed(one.comment)
    ]
