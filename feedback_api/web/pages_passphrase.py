"""Whoever has a local account changes its passphrase, and is signed out everywhere else."""

from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.errors import StoreError, StoreFull, StoreReadOnly
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.passphrase_errors import InvalidPassphrase
from feedback_api.web.fields import convert, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.labels import PASSPHRASE_FIELDS
from feedback_api.web.messages import Messages, mark
from feedback_api.web.pages import render
from feedback_api.web.posted_models import Posted
from feedback_api.web.problem import Said, say_error
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.sign_in_paths import OWN_ACCOUNT
from feedback_api.web.signing_in import change_counted
from feedback_api.web.visit import Visit

_FIELDS = ("present", "passphrase", "again")
_TOLD_ON_THE_PAGE = (InvalidPassphrase, InvalidRequest, StoreError, TooManyRequests)
_SOON = mark("Try again in a minute.")
_ONCE_MORE = mark(
    "Passphrases are never shown again, so type all three once more. "
    "If the present one is refused then, the new one is already in force."
)


class PassphraseEntered(Posted, frozen=True, kw_only=True):
    """The present passphrase, and the new one twice."""

    present: str
    passphrase: str
    again: str
    csrf: str


async def show_passphrase(visit: Visit) -> Response:
    """The form, or who keeps the passphrase of an account that has none here."""
    return _page(visit, is_done=read_query(visit.request).get("done") == "changed")


async def change_passphrase(visit: Visit) -> Response:
    """Change it, and begin a session here; nothing typed is ever given back."""
    try:
        entered = convert(await visit.form(), PassphraseEntered, texts=True)
        if entered.again != entered.passphrase:
            raise InvalidPassphrase(Fault(code=FaultCode.NOT_THE_SAME, field="again"))
        editor = await change_counted(visit, entered.present, entered.passphrase)
    except _TOLD_ON_THE_PAGE as error:
        return _page(visit, error=error)
    response = RedirectResponse(f"{OWN_ACCOUNT}?done=changed", status_code=303)
    visit.begin_session(editor, response)
    return response


def _page(
    visit: Visit,
    *,
    error: InvalidPassphrase | InvalidRequest | StoreError | TooManyRequests | None = None,
    is_done: bool = False,
) -> Response:
    form = FormState(prefix="passphrase")
    if error is not None:
        labels = {name: visit.messages.say(text) for name, text in PASSPHRASE_FIELDS.items()}
        form = form.refused(error, visit.messages, shows=_FIELDS, labels=labels)
    if isinstance(error, StoreError):
        form = replace(form, problem=_said(error, visit.messages))
    return render(
        visit,
        "passphrase.html",
        error=error,
        form=form,
        is_done=is_done,
        is_local=visit.services.editors.get(visit.editor).subject is None,
    )


def _said(error: StoreError, messages: Messages) -> Said:
    """Nothing typed is still there, and sending it twice asks for the passphrase of before."""
    said = say_error(error, messages)
    when = said.detail if isinstance(error, StoreFull | StoreReadOnly) else messages.say(_SOON)
    return Said(said.title, f"{when} {messages.say(_ONCE_MORE)}")
