"""What the holder of a receipt does on pages: reply, object, withdraw, erase.

What cannot be taken back is asked about first; whatever is refused gives the words back.
"""

from starlette.responses import Response

from feedback_api.domain.decision import CLOSED
from feedback_api.domain.errors import (
    FeedbackError,
    InvalidAddition,
    NotAllowedNow,
    StoreError,
)
from feedback_api.domain.text import BODY
from feedback_api.services.follow import (
    add_to,
    erase,
    follow,
    object_to,
    refuse_objection,
    withdraw,
)
from feedback_api.web.followed import followed_shown
from feedback_api.web.form_state import FormState
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.pages_receipt import (
    OBJECTION,
    PATH,
    REPLY,
    confirmation,
    own_page,
    with_receipt,
)
from feedback_api.web.posted_models import ReceiptEntered, ReplyEntered, WithdrawalEntered
from feedback_api.web.receipt_models import ErasureEntered, ObjectionEntered
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_REFUSED = (InvalidAddition, NotAllowedNow, StoreError)


async def reply(visit: Visit) -> Response:
    """Add to the comment; what cannot be added is given back."""

    async def add(entered: ReplyEntered) -> Response:
        try:
            comment = await in_thread(
                add_to, entered.receipt, entered.body, services=visit.services
            )
        except _REFUSED as error:
            return _given_back(visit, entered, error, REPLY, body=entered.body)
        return own_page(visit, entered, comment, done=mark("Your words were added."))

    return await with_receipt(visit, ReplyEntered, add)


async def object_own(visit: Visit) -> Response:
    """Ask for a confirmation, then object to the decision."""

    async def object_now(entered: ObjectionEntered) -> Response:
        services = visit.services
        try:
            if entered.confirm is None:
                comment = follow(entered.receipt, services=services)
                refuse_objection(comment, services.clock.now(), services)
                _refuse_words(entered.body)
                return confirmation(
                    visit, "receipt_object.html", entered, comment, body=entered.body
                )
            comment = await in_thread(object_to, entered.receipt, entered.body, services=services)
        except _REFUSED as error:
            return _given_back(visit, entered, error, OBJECTION, body=entered.body)
        done = mark("Your objection is stored: another editor decides your comment again.")
        return own_page(visit, entered, comment, done=done)

    return await with_receipt(visit, ObjectionEntered, object_now)


async def withdraw_own(visit: Visit) -> Response:
    """Ask for a confirmation, then withdraw the comment."""

    async def take_back(entered: WithdrawalEntered) -> Response:
        comment = follow(entered.receipt, services=visit.services)
        if entered.confirm is None and comment.state not in CLOSED:
            return confirmation(visit, "receipt_withdraw.html", entered, comment)
        try:
            comment = await in_thread(withdraw, entered.receipt, services=visit.services)
        except _REFUSED as error:
            return _given_back(visit, entered, error, REPLY)
        return own_page(visit, entered, comment, done=mark("Your comment is withdrawn."))

    return await with_receipt(visit, WithdrawalEntered, take_back)


async def erase_own(visit: Visit) -> Response:
    """Ask for a confirmation that says what goes and what stays, then erase the comment."""

    async def erase_now(entered: ErasureEntered) -> Response:
        comment = follow(entered.receipt, services=visit.services)
        if entered.confirm is None:
            return confirmation(visit, "receipt_erase.html", entered, comment)
        try:
            await in_thread(erase, entered.receipt, services=visit.services)
        except StoreError as error:
            return _given_back(visit, entered, error, REPLY)
        return render(visit, "receipt_erased.html", here=PATH)

    return await with_receipt(visit, ErasureEntered, erase_now)


def _given_back(
    visit: Visit, entered: ReceiptEntered, error: FeedbackError, form: FormState, *, body: str = ""
) -> Response:
    """The comment's page with what hindered the step, and the words that were typed."""
    comment = follow(entered.receipt, services=visit.services)
    possible = followed_shown(comment, visit.services).possible
    is_offered = possible.object if form is OBJECTION else possible.reply
    typed = FormState(prefix=form.prefix, values={"body": body})
    refused = typed.refused(error, visit.messages, shows=("body",) if is_offered else ())
    return own_page(visit, entered, comment, form=refused, error=error)


def _refuse_words(body: str) -> None:
    """Before anything is asked about. Raises InvalidAddition."""
    BODY.tidy_or(InvalidAddition, body)
