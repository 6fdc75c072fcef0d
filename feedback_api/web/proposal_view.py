"""What an editor is shown of a proposal, as JSON and on a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import Unknown, UnknownComment
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import CommentId, SectionId
from feedback_api.domain.proposal import Proposal, RefusalReason, RefusedWording
from feedback_api.web.agenda_view import AgendaRow, agenda_row, section_named
from feedback_api.web.cycle_view import SaidText
from feedback_api.web.problem import say_error
from feedback_api.web.proposal_models import (
    LeftBehindShown,
    ProposalShown,
    ProposedCommitShown,
    RefusedWordingShown,
)
from feedback_api.web.proposal_texts import REFUSALS
from feedback_api.web.section_view import language_tags
from feedback_api.web.visit import Visit

_UNKNOWN_TAG = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedView:
    """A refusal on a page; `tag` is that of both texts."""

    id: str
    row: AgendaRow | None
    refused: RefusedWordingShown
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindView:
    """A section with the names of the languages that do not keep up with it."""

    section: SaidText
    languages: Sequence[str]


def proposal_shown(proposal: Proposal, visit: Visit) -> ProposalShown:
    """For an editor's program."""
    return ProposalShown(
        branch=proposal.branch,
        commits=[
            ProposedCommitShown(
                sha=commit.sha,
                subject=commit.subject,
                comments=list(commit.comments),
                section=commit.section,
                language=commit.language,
            )
            for commit in proposal.commits
        ],
        refused=refused_shown(proposal.refused, visit),
        behind=[
            LeftBehindShown(section=one.section, languages=list(one.languages))
            for one in proposal.behind
        ],
        url=proposal.url or None,
    )


def refused_shown(refused: Sequence[RefusedWording], visit: Visit) -> list[RefusedWordingShown]:
    """In the editor's language, but for what the tools found."""
    return [_refused(one, visit) for one in refused]


def refused_views(refused: Sequence[RefusedWording], visit: Visit) -> Sequence[RefusedView]:
    """The same for a page, each with the comment as far as it is there."""
    return [_refused_view(one, visit) for one in refused]


def behind_views(proposal: Proposal, visit: Visit) -> Sequence[BehindView]:
    """Which translations the proposal leaves behind."""
    names = {language.code: language.name for language in visit.languages}
    return [
        BehindView(
            section=section_named(SectionId(one.section), None, visit),
            languages=[names.get(code, code) for code in one.languages],
        )
        for one in proposal.behind
    ]


def _refused(one: RefusedWording, visit: Visit) -> RefusedWordingShown:
    if one.error is not None:
        code, detail = one.error.code, say_error(one.error, visit.messages).detail
    else:
        reason = one.reason or RefusalReason.COMMIT_FAILED
        code, detail = reason.value, visit.messages.say(REFUSALS[reason])
    return RefusedWordingShown(
        id=shown(one.comment),
        code=code,
        detail=detail,
        found=one.detail,
        theirs=one.theirs,
        ours=one.ours,
    )


def _refused_view(one: RefusedWording, visit: Visit) -> RefusedView:
    comment = _comment(one.comment, visit)
    tags = language_tags(visit.services.text)
    return RefusedView(
        id=shown(one.comment),
        row=agenda_row(comment, visit) if comment else None,
        refused=_refused(one, visit),
        tag=tags.get(comment.language, _UNKNOWN_TAG) if comment else _UNKNOWN_TAG,
    )


def _comment(name: CommentId, visit: Visit) -> Comment | None:
    try:
        return visit.services.comments.get(name)
    except UnknownComment:
        return None


def present_wording(comment: Comment, ours: str, visit: Visit) -> str:
    """The fingerprint of `ours`, if that is the text as published now; else ""."""
    try:
        published = visit.services.text.section(comment.section).languages[comment.language]
    except (Unknown, KeyError):
        return ""
    same = published.markdown.split() == ours.split()
    return published.fingerprint if same and published.text_language == comment.language else ""
