"""Acts of erasure on the board and for programs, and an editor's own erasure of a comment."""

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.act import Act
from feedback_api.domain.errors import FeedbackError, InvalidRemark, StoreError
from feedback_api.domain.identity import EditorName
from feedback_api.services.erasing import erase_by_editor, erasures
from feedback_api.web.acts_models import ActShown, ActsQuery, ActsShown, ErasureForm, ErasurePosted
from feedback_api.web.api import json_answer
from feedback_api.web.comment_actions import comment_id
from feedback_api.web.fields import convert, read_json, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.language_choice import choice_parameter
from feedback_api.web.pages import render
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.section_view import language_tags, view_wording
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_PATH = "/review/acts"
_LENGTH = 100
_FORM = FormState(prefix="erase")


async def list_acts(visit: Visit) -> Response:
    """A part of all erasures as JSON."""
    asked = convert(read_query(visit.request), ActsQuery, texts=True)
    acts = await in_thread(erasures, visit.services)
    part = _part(acts, asked.offset)
    return json_answer(
        ActsShown(total=len(acts), offset=asked.offset, acts=[_shown(act) for act in part])
    )


async def show_acts(visit: Visit) -> Response:
    """The same as a page of the board."""
    query = dict(read_query(visit.request))
    query.pop(choice_parameter(_PATH), None)
    asked = convert(query, ActsQuery, texts=True)
    acts = await in_thread(erasures, visit.services)
    last = asked.offset + _LENGTH
    return render(
        visit,
        "review_acts.html",
        acts=_part(acts, asked.offset),
        total=len(acts),
        earlier=_url(max(0, asked.offset - _LENGTH)) if asked.offset else None,
        later=_url(last) if last < len(acts) else None,
        is_done=asked.done is not None,
    )


async def erase_as_editor(visit: Visit) -> Response:
    """Erase a comment for a reason. Raises UnknownComment, InvalidRemark, StoreError."""
    visit.services.comments.get(comment_id(visit))
    posted = convert(await read_json(visit.request), ErasurePosted)
    await in_thread(
        erase_by_editor,
        comment_id(visit),
        posted.why,
        editor=EditorName(visit.editor),
        services=visit.services,
    )
    return Response(status_code=204)


async def post_erasure(visit: Visit) -> Response:
    """Ask what for and whether it is meant, then erase the comment. Raises UnknownComment."""
    comment = visit.services.comments.get(comment_id(visit))
    form = await visit.form()
    try:
        entered = convert({"why": "", **form}, ErasureForm, texts=True)
        if entered.confirm is None:
            return _asking(visit, FormState(prefix=_FORM.prefix, values=form))
        await in_thread(
            erase_by_editor,
            comment.id,
            entered.why,
            editor=EditorName(visit.editor),
            services=visit.services,
        )
    except (InvalidRequest, InvalidRemark, StoreError) as error:
        typed = FormState(prefix=_FORM.prefix, values=form)
        return _asking(visit, typed.refused(error, visit.messages, shows=("why",)), error=error)
    return RedirectResponse(f"{_PATH}?done=erased", status_code=303)


def _asking(visit: Visit, form: FormState, error: FeedbackError | None = None) -> Response:
    comment = visit.services.comments.get(comment_id(visit))
    text = visit.services.text
    return render(
        visit,
        "review_comment_erase.html",
        error=error,
        here=f"/review/{comment.id}",
        comment=comment,
        section=view_wording(
            text.wording(comment.section, comment.language, comment.wording), text
        ),
        tags=language_tags(text),
        form=form,
    )


def _part(acts: Sequence[Act], offset: int) -> Sequence[Act]:
    return acts[offset : offset + _LENGTH]


def _shown(act: Act) -> ActShown:
    return ActShown(
        what=act.what,
        comment=act.comment,
        section=act.section,
        at=act.at,
        by=act.by,
        way=act.way,
        why=act.why,
    )


def _url(offset: int) -> str:
    return f"{_PATH}?offset={offset}" if offset else _PATH
