"""Pages for whoever holds a receipt: see what came of the comment, add to it, withdraw it.

The receipt travels in the body of a POST only: a URL would keep it in histories and logs.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import CLOSED
from feedback_api.domain.errors import (
    FeedbackError,
    InvalidAddition,
    NotAllowedNow,
    StoreError,
    UnknownReceipt,
)
from feedback_api.services.follow import add_to, follow, withdraw
from feedback_api.web.answers import own_comment_shown
from feedback_api.web.fields import convert
from feedback_api.web.form_state import FormState
from feedback_api.web.labels import STATE_MEANINGS
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.posted_models import ReceiptEntered, ReplyEntered, WithdrawalEntered
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.section_view import SectionView, language_tags, view_wording
from feedback_api.web.visit import Visit

EnteredT = TypeVar("EnteredT", bound=ReceiptEntered)

_PATH = "/feedback/receipt"
_ENTER = FormState(prefix="receipt")
_REPLY = FormState(prefix="reply")


async def enter_receipt(visit: Visit) -> Response:
    """The page that asks for a receipt."""
    return render(visit, "receipt_enter.html", form=_ENTER)


async def show_own(visit: Visit) -> Response:
    """The comment of a receipt."""

    async def show(entered: ReceiptEntered) -> Response:
        return _own_page(visit, entered, follow(entered.receipt, services=visit.services))

    return await _entered(visit, ReceiptEntered, show)


async def reply(visit: Visit) -> Response:
    """Add to the comment; what cannot be added is given back."""

    async def add(entered: ReplyEntered) -> Response:
        try:
            comment = await run_in_threadpool(
                add_to, entered.receipt, entered.body, services=visit.services
            )
        except (InvalidAddition, NotAllowedNow, StoreError) as error:
            typed = FormState(prefix=_REPLY.prefix, values={"body": entered.body})
            form = typed.refused(error, visit.messages, shows=("body",))
            return _refused_page(visit, entered, form, error)
        return _own_page(visit, entered, comment, done=mark("Your words were added."))

    return await _entered(visit, ReplyEntered, add)


async def withdraw_own(visit: Visit) -> Response:
    """Ask for a confirmation, then withdraw the comment."""

    async def take_back(entered: WithdrawalEntered) -> Response:
        comment = follow(entered.receipt, services=visit.services)
        if entered.confirm is None and comment.state not in CLOSED:
            return _page(visit, "receipt_withdraw.html", entered, comment)
        try:
            comment = await run_in_threadpool(withdraw, entered.receipt, services=visit.services)
        except (NotAllowedNow, StoreError) as error:
            form = _REPLY.refused(error, visit.messages, shows=())
            return _refused_page(visit, entered, form, error)
        return _own_page(visit, entered, comment, done=mark("Your comment is withdrawn."))

    return await _entered(visit, WithdrawalEntered, take_back)


async def save_as_file(visit: Visit) -> Response:
    """The receipt as a text file, for those whose browser runs no script."""

    async def save(entered: ReceiptEntered) -> Response:
        comment = follow(entered.receipt, services=visit.services)
        template = visit.web.environments[visit.messages.language].get_template("receipt_file.txt")
        content = template.render(
            receipt=entered.receipt,
            comment=comment,
            section=_section(visit, comment),
            place=visit.web.place,
        )
        disposition = {"content-disposition": 'attachment; filename="receipt.txt"'}
        return PlainTextResponse(content, headers=disposition)

    return await _entered(visit, ReceiptEntered, save)


async def _entered(
    visit: Visit, kind: type[EnteredT], act: Callable[[EnteredT], Awaitable[Response]]
) -> Response:
    """What `act` answers; the page that asks for a receipt, if there is none or a wrong one."""
    posted = await visit.form()
    try:
        return await act(convert(posted, kind, texts=True))
    except (InvalidRequest, UnknownReceipt) as error:
        typed = FormState(prefix=_ENTER.prefix, values=posted)
        form = typed.refused(error, visit.messages, shows=("receipt",), blamed="receipt")
        return render(visit, "receipt_enter.html", error=error, here=_PATH, form=form)


def _refused_page(
    visit: Visit, entered: ReceiptEntered, form: FormState, error: FeedbackError
) -> Response:
    comment = follow(entered.receipt, services=visit.services)
    return _own_page(visit, entered, comment, form=form, error=error)


def _own_page(
    visit: Visit,
    entered: ReceiptEntered,
    comment: Comment,
    *,
    form: FormState = _REPLY,
    done: str = "",
    error: FeedbackError | None = None,
) -> Response:
    return _page(
        visit,
        "receipt_shown.html",
        entered,
        comment,
        error=error,
        form=form,
        done=visit.messages.say(done) if done else "",
        meaning=visit.messages.say(STATE_MEANINGS[comment.state]),
        is_open=comment.state not in CLOSED,
    )


def _page(
    visit: Visit,
    template: str,
    entered: ReceiptEntered,
    comment: Comment,
    *,
    error: FeedbackError | None = None,
    **values: Any,
) -> Response:
    return render(
        visit,
        template,
        error=error,
        here=_PATH,
        receipt=entered.receipt,
        comment=own_comment_shown(comment, visit.services.text),
        section=_section(visit, comment),
        tags=language_tags(visit.services.text),
        **values,
    )


def _section(visit: Visit, comment: Comment) -> SectionView:
    text = visit.services.text
    return view_wording(text.wording(comment.section, comment.language, comment.wording), text)
