"""One comment on the board: read it beside its section in every language, and decide it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import CLOSED, OUTCOMES, UNDECIDED
from feedback_api.domain.errors import (
    Conflict,
    FeedbackError,
    InvalidDecision,
    NotAllowedNow,
    RetiredSection,
    ReviewersOnly,
    StoreError,
)
from feedback_api.domain.identity import CommentId
from feedback_api.domain.section import TranslationState
from feedback_api.services.ports import CommentQuery
from feedback_api.services.review import begin_review, set_public
from feedback_api.web.answers import reviewed_comment_shown
from feedback_api.web.fields import convert, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.posted_decision import decide_fields
from feedback_api.web.posted_models import DecisionEntered, PublicityEntered, ReviewBegun
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.section_view import language_tags, view_wording
from feedback_api.web.visit import Visit

_SHOWN_FIELDS = ("outcome", "reason", "reason_language", "duplicate_of")
_DONE: Mapping[str, str] = {
    "begun": mark("It is in review now."),
    "decided": mark("Your decision is recorded; the commenter can read it."),
    "shown": mark("Readers can see it now."),
    "kept": mark("Readers cannot see it any more."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """The section as published now in one language."""

    name: str
    tag: str
    title: str
    text: str
    url: str
    state: TranslationState
    is_source: bool
    is_commented: bool


async def show_comment(visit: Visit) -> Response:
    """The comment with everything an editor needs to decide it."""
    done = read_query(visit.request).get("done", "")
    return _page(visit, _comment(visit), done=_DONE.get(done, ""))


async def post_decision(visit: Visit) -> Response:
    """Record a decision; whatever hinders it, what was typed stays in the form."""

    async def act(form: Mapping[str, str]) -> str:
        await decide_fields(
            _id(visit),
            _without_blanks(form),
            DecisionEntered,
            editor=visit.editor,
            services=visit.services,
            texts=True,
        )
        return "decided"

    return await _change(visit, act)


async def post_begin(visit: Visit) -> Response:
    """Take the comment into work."""

    async def act(form: Mapping[str, str]) -> str:
        entered = convert(form, ReviewBegun, texts=True)
        await run_in_threadpool(
            begin_review,
            _id(visit),
            editor=visit.editor,
            expected_version=entered.version,
            services=visit.services,
        )
        return "begun"

    return await _change(visit, act)


async def post_publicity(visit: Visit) -> Response:
    """Let readers see the comment, or keep it to reviewers."""

    async def act(form: Mapping[str, str]) -> str:
        entered = convert(form, PublicityEntered, texts=True)
        await run_in_threadpool(
            set_public,
            _id(visit),
            entered.public,
            editor=visit.editor,
            expected_version=entered.version,
            services=visit.services,
        )
        return "shown" if entered.public else "kept"

    return await _change(visit, act)


async def _change(visit: Visit, act: Callable[[Mapping[str, str]], Awaitable[str]]) -> Response:
    """Back to the comment when `act` is done; else its page with what hindered it."""
    form = await visit.form()
    try:
        done = await act(form)
    except Conflict as error:
        return _page(visit, error.newer, typed=form, error=error)
    except (InvalidRequest, InvalidDecision, NotAllowedNow, ReviewersOnly, StoreError) as error:
        return _page(visit, _comment(visit), typed=form, error=error)
    return RedirectResponse(f"/review/{_id(visit)}?done={done}", status_code=303)


def _page(
    visit: Visit,
    comment: Comment,
    *,
    typed: Mapping[str, str] | None = None,
    error: FeedbackError | None = None,
    done: str = "",
) -> Response:
    text = visit.services.text
    wording = text.wording(comment.section, comment.language, comment.wording)
    form = FormState(prefix="decide", values=_present(comment) | dict(typed or {}))
    if error is not None:
        form = form.refused(error, visit.messages, shows=_SHOWN_FIELDS)
    reviewed = reviewed_comment_shown(comment, text)
    # One event for each version: those after the version the editor saw are news to them.
    since = reviewed.events[int(error.params["expected"]) :] if isinstance(error, Conflict) else ()
    return render(
        visit,
        "review_comment.html",
        error=error,
        here=f"/review/{comment.id}",
        comment=reviewed,
        wording=wording,
        wording_tag=language_tags(text)[wording.text_language],
        section=view_wording(wording, text),
        columns=_columns(comment, visit),
        form=form,
        since=since,
        done=visit.messages.say(done) if done else "",
        is_open=comment.state not in CLOSED,
        following=_following(comment, visit),
        outcomes=OUTCOMES,
        languages=[(language.code, language.name) for language in visit.languages],
        tags=language_tags(text),
        tag_names={language.code: language.name for language in visit.languages},
    )


def _present(comment: Comment) -> dict[str, str]:
    """The decision in force, as the form shows it before anything is typed."""
    decision = comment.decision
    if decision is None:
        return {"reason_language": comment.language}
    return {
        "outcome": decision.outcome,
        "reason": decision.reason,
        "reason_language": decision.reason_language,
        "duplicate_of": decision.duplicate_of or "",
    }


def _columns(comment: Comment, visit: Visit) -> Sequence[_Column]:
    try:
        entry = visit.services.text.section(comment.section)
    except RetiredSection:
        return ()
    tags = language_tags(visit.services.text)
    columns = []
    for language in visit.languages:
        published = entry.languages[language.code]
        columns.append(
            _Column(
                name=language.name,
                tag=tags[published.text_language],
                title=published.title,
                text=published.text,
                url=published.url,
                state=published.state,
                is_source=language.source,
                is_commented=language.code == comment.language
                and published.fingerprint == comment.wording,
            )
        )
    return columns


def _following(comment: Comment, visit: Visit) -> CommentId | None:
    """The oldest other comment that waits for a decision."""
    waiting = visit.services.reads.select(CommentQuery(states=UNDECIDED, limit=2)).comments
    return next((other.id for other in waiting if other.id != comment.id), None)


def _comment(visit: Visit) -> Comment:
    """Raises UnknownComment."""
    return visit.services.comments.get(_id(visit))


def _id(visit: Visit) -> CommentId:
    return CommentId(visit.request.path_params["comment"])


def _without_blanks(form: Mapping[str, str]) -> Mapping[str, str]:
    """A blank optional field is none; a blank reason stays, to be told of as missing."""
    return {name: value for name, value in form.items() if value.strip() or name == "reason"}
