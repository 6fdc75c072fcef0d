"""Pages for whoever holds a receipt: what came of the comment, and files to keep.

The receipt travels in the body of a POST only: a URL would keep it in histories and logs.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.responses import PlainTextResponse, Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import FeedbackError, UnknownReceipt
from feedback_api.domain.identity import CommentId
from feedback_api.services.counting import Purpose
from feedback_api.services.follow import follow
from feedback_api.web.api import json_answer
from feedback_api.web.api_receipt import DATA_FILE
from feedback_api.web.comment_list import comment_path
from feedback_api.web.cycle_told import objections_told, told_cycle
from feedback_api.web.fields import convert
from feedback_api.web.followed import followed_shown, own_data_shown
from feedback_api.web.form_state import FormState
from feedback_api.web.guessing import guessed
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.labels import STATE_MEANINGS
from feedback_api.web.own_data_file import text_file
from feedback_api.web.pages import render
from feedback_api.web.posted_models import ReceiptEntered
from feedback_api.web.redline import redline_since
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.section_view import (
    SectionView,
    language_tags,
    view_successor,
    view_wording,
)
from feedback_api.web.visit import Visit

EnteredT = TypeVar("EnteredT", bound=ReceiptEntered)

PATH = "/feedback/receipt"
REPLY = FormState(prefix="reply")
OBJECTION = FormState(prefix="object")
_ENTER = FormState(prefix="receipt")


async def enter_receipt(visit: Visit) -> Response:
    """The page that asks for a receipt."""
    return render(visit, "receipt_enter.html", form=_ENTER)


async def show_own(visit: Visit) -> Response:
    """The comment of a receipt."""

    async def show(entered: ReceiptEntered) -> Response:
        return own_page(visit, entered, follow(entered.receipt, services=visit.services))

    return await with_receipt(visit, ReceiptEntered, show)


async def save_data(visit: Visit) -> Response:
    """All that is stored of the comment and is its commenter's, as a JSON file."""

    async def save(entered: ReceiptEntered) -> Response:
        comment = follow(entered.receipt, services=visit.services)
        answer = json_answer(own_data_shown(comment, visit.services))
        answer.headers.update(DATA_FILE)
        return answer

    return await with_receipt(visit, ReceiptEntered, save)


async def save_as_file(visit: Visit) -> Response:
    """The receipt as a text file, for those whose browser runs no script."""

    async def save(entered: ReceiptEntered) -> Response:
        comment = follow(entered.receipt, services=visit.services)
        template = visit.web.environments(visit.messages.language).get_template("receipt_file.txt")
        content = template.render(
            receipt=entered.receipt,
            comment=comment,
            section=_section(visit, comment),
            place=visit.web.place,
        )
        disposition = {"content-disposition": 'attachment; filename="receipt.txt"'}
        return PlainTextResponse(content, headers=disposition)

    return await with_receipt(visit, ReceiptEntered, save)


async def save_text(visit: Visit) -> Response:
    """The same as a text file that people can read."""

    async def save(entered: ReceiptEntered) -> Response:
        comment = follow(entered.receipt, services=visit.services)
        return text_file(visit, (comment,), name="comment.txt")

    return await with_receipt(visit, ReceiptEntered, save)


async def with_receipt(
    visit: Visit, kind: type[EnteredT], act: Callable[[EnteredT], Awaitable[Response]]
) -> Response:
    """What `act` answers; the page that asks for a receipt, if there is none or a wrong one."""
    posted = await visit.form()
    try:
        await visit.count(Purpose.RECEIPTS)
        async with guessed(visit):
            return await act(convert(posted, kind, texts=True))
    except (InvalidRequest, UnknownReceipt, TooManyRequests) as error:
        if isinstance(error, TooManyRequests) and posted.get("body"):
            raise  # the page of the error gives the words back, which this one has no field for
        typed = FormState(prefix=_ENTER.prefix, values=posted)
        form = typed.refused(error, visit.messages, shows=("receipt",), blamed="receipt")
        return render(visit, "receipt_enter.html", error=error, here=PATH, form=form)


def own_page(
    visit: Visit,
    entered: ReceiptEntered,
    comment: Comment,
    *,
    form: FormState = REPLY,
    done: str = "",
    error: FeedbackError | None = None,
) -> Response:
    """The comment with everything its commenter can do now; `done` is a message to be said.

    `form`: the one that was refused with `error`.
    """
    shown = followed_shown(comment, visit.services)
    wording = visit.services.text.wording(comment.section, comment.language, comment.wording)
    return confirmation(
        visit,
        "receipt_shown.html",
        entered,
        comment,
        error=error,
        refused=form,
        reply=form if form.prefix == REPLY.prefix else REPLY,
        objection=form if form.prefix == OBJECTION.prefix else OBJECTION,
        done=visit.messages.say(done) if done else "",
        meaning=visit.messages.say(STATE_MEANINGS[shown.state]),
        redline=redline_since(wording, visit.services.text),
        successor=view_successor(comment.section, visit.language.code, visit.services.text),
        wording_tag=language_tags(visit.services.text)[wording.text_language],
        cycle=told_cycle(shown.cycle, visit),
        deferred_to=told_cycle(shown.deferred_to, visit),
        merged_path=_merged_path(shown.merged_into, visit),
        object_before=objections_told(comment, visit) if shown.possible.object else None,
    )


def confirmation(
    visit: Visit,
    template: str,
    entered: ReceiptEntered,
    comment: Comment,
    *,
    error: FeedbackError | None = None,
    **values: Any,
) -> Response:
    """A page about the comment of a receipt, which it carries on in its forms."""
    return render(
        visit,
        template,
        error=error,
        here=PATH,
        receipt=entered.receipt,
        comment=followed_shown(comment, visit.services),
        section=_section(visit, comment),
        tags=language_tags(visit.services.text),
        **values,
    )


def _merged_path(merged_into: str | None, visit: Visit) -> str:
    """Where readers find the comment that answers for this one."""
    if merged_into is None:
        return ""
    original = visit.services.comments.get(CommentId(merged_into))
    return comment_path(original, visit.language.code)


def _section(visit: Visit, comment: Comment) -> SectionView:
    text = visit.services.text
    return view_wording(text.wording(comment.section, comment.language, comment.wording), text)
