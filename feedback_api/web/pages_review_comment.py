"""One comment on the board: its page, and what becomes of a change that was not taken."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import CLOSED, OUTCOMES
from feedback_api.domain.errors import FeedbackError
from feedback_api.services.templates import all_templates
from feedback_api.web.comment_actions import comment_id
from feedback_api.web.comment_forms import FORMS, comment_forms
from feedback_api.web.comment_view import (
    candidates,
    columns,
    conversation,
    following,
    hindrance,
    history,
    later_cycles,
    names_of_cycles,
)
from feedback_api.web.conflict_view import typed_pieces, view_conflict
from feedback_api.web.fields import read_query
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.proposal_forms import proposal_form
from feedback_api.web.redline import redline_since
from feedback_api.web.reviewed_answers import reviewed_comment_shown
from feedback_api.web.section_view import language_tags, view_successor, view_wording
from feedback_api.web.visit import Visit

DONE: Mapping[str, str] = {
    "begun": mark("It is in review now."),
    "decided": mark("Your decision is recorded; the commenter can read it."),
    "shown": mark("Readers can see it now."),
    "kept": mark("Readers cannot see it any more."),
    "assigned": mark("It is recorded who works on it."),
    "noted": mark("Your note is there for the other editors."),
    "glossed": mark("The summary line is saved."),
    "asked": mark("Your question is there; the commenter reads it by the receipt."),
    "prepared": mark("The decision is prepared. Nobody but the editors sees it."),
    "dropped": mark("The prepared decision is dropped."),
    "undone": mark("The decision is taken back; the comment is in review again."),
}


async def show_comment(visit: Visit) -> Response:
    """The comment with everything an editor needs to answer it."""
    done = read_query(visit.request).get("done", "")
    return comment_page(visit, visit.services.comments.get(comment_id(visit)), done=done)


def comment_page(
    visit: Visit,
    comment: Comment,
    *,
    form: str = "",
    typed: Mapping[str, str] | None = None,
    error: FeedbackError | None = None,
    done: str = "",
    told: str = "",
) -> Response:
    """`form`: the one that `typed` came from, and that `error` is about; `told`: what to know."""
    services = visit.services
    forms = comment_forms(comment, visit, form=form, typed=typed or {}, error=error)
    conflict = view_conflict(comment, typed or {}, visit, form=form)
    return render(
        visit,
        "review_comment.html",
        error=error,
        here=f"/review/{comment.id}",
        comment=reviewed_comment_shown(comment, services),
        is_public=comment.is_public,
        conversation=conversation(comment),
        history=history(comment.events),
        forms=forms,
        proposing=proposal_form(comment, visit),
        refused=forms.get(form or "", forms["do"]) if error else forms["do"],
        opened=form if form in FORMS else "",
        conflict=conflict,
        kept=typed_pieces(typed or {}, visit.messages, form),
        hindered=hindrance(comment, visit),
        done=visit.messages.say(DONE[done]) if done in DONE else "",
        told=told,
        is_open=comment.state not in CLOSED,
        following=following(comment, visit),
        outcomes=OUTCOMES,
        editors=[(editor.name, editor.name) for editor in services.editors.all()],
        templates=[(template.id, template.name) for template in all_templates(services)],
        candidates=candidates(comment, visit),
        later_cycles=later_cycles(comment, visit),
        cycles=names_of_cycles(visit),
        languages=[(language.code, language.name) for language in visit.languages],
        tag_names={language.code: language.name for language in visit.languages},
        **_then_and_now(comment, visit),
    )


def _then_and_now(comment: Comment, visit: Visit) -> Mapping[str, Any]:
    """What the template shows of the section, as it was read and as it is."""
    text = visit.services.text
    wording = text.wording(comment.section, comment.language, comment.wording)
    tags = language_tags(text)
    return {
        "wording": wording,
        "wording_tag": tags[wording.text_language],
        "redline": redline_since(wording, text),
        "section": view_wording(wording, text),
        "successor": view_successor(comment.section, visit.language.code, text),
        "columns": columns(comment, visit),
        "tags": tags,
    }
