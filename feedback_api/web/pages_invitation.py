"""Pages on which an invitation is used: what it proves, a code to enter, and what a browser holds.

Looking uses nothing up: programs that scan mails and messages follow every link they find. The
secret of a link is in its path, for it must work without script; the page sends it to nobody.
"""

import secrets
from contextlib import suppress
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.errors import FeedbackError, StoreError, Unknown
from feedback_api.domain.identity import SectionId
from feedback_api.domain.invitation import Proof
from feedback_api.domain.invitation_errors import InvitationRefused
from feedback_api.services.invitation_tokens import is_token
from feedback_api.services.redeem import look_at_invitation, redeem
from feedback_api.web.fields import convert, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.guessing import guessed
from feedback_api.web.invitation_models import ForgettingEntered, InvitationEntered
from feedback_api.web.invited import (
    WRONG,
    forget_proof,
    held_proof,
    remember_proof,
    view_proof,
)
from feedback_api.web.pages import render
from feedback_api.web.section_view import SectionView, view_section
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

PATH = "/feedback/invitation"
_FORM = FormState(prefix="invitation")


async def show_invitation(visit: Visit) -> Response:
    """What the browser holds, and a field for a code."""
    return _page(visit, _FORM, section=_section(visit, read_query(visit.request).get("section")))


async def show_offer(visit: Visit) -> Response:
    """What a link or a code would prove, with a button; what is wrong with it, with a field."""
    typed: str = visit.request.path_params["invitation"]
    section = _section(visit, read_query(visit.request).get("section"))
    form = FormState(prefix="invitation", values={"invitation": typed})
    here = f"{PATH}/{typed}{_query(section)}"
    try:
        async with guessed(visit, wrong=WRONG):
            proof = await in_thread(look_at_invitation, typed, services=visit.services)
    except InvitationRefused as error:
        return _page(visit, _refused(form, error, visit), section=section, error=error, here=here)
    return _page(visit, form, section=section, offered=proof, here=here)


async def post_invitation(visit: Visit) -> Response:
    """Use it up, if it is a code, and let the browser keep the proof."""
    entered = convert(await visit.form(), InvitationEntered, texts=True)
    section = _section(visit, entered.section)
    try:
        async with guessed(visit, wrong=WRONG):
            proof = await in_thread(
                redeem, entered.invitation, key=entered.key or None, services=visit.services
            )
    except (InvitationRefused, StoreError) as error:
        form = FormState(prefix="invitation", values={"invitation": entered.invitation})
        key = entered.key if isinstance(error, StoreError) else None
        return _page(visit, _refused(form, error, visit), section=section, error=error, key=key)
    answer = RedirectResponse(_clean(visit, section), status_code=303)
    remember_proof(proof, answer, visit)
    return answer


async def post_forget(visit: Visit) -> Response:
    """Let the browser forget the proof; comments made with it stay verified."""
    convert(await visit.form(), ForgettingEntered, texts=True)
    answer = RedirectResponse(_clean(visit, None), status_code=303)
    forget_proof(answer, visit)
    return answer


def _refused(form: FormState, error: FeedbackError, visit: Visit) -> FormState:
    return form.refused(error, visit.messages, shows=("invitation",))


def _page(
    visit: Visit,
    form: FormState,
    *,
    section: SectionView | None,
    offered: Proof | None = None,
    error: FeedbackError | None = None,
    here: str | None = None,
    key: str | None = None,
) -> Response:
    held = held_proof(visit)
    page = render(
        visit,
        "invitation.html",
        error=error,
        here=here or f"{PATH}{_query(section)}",
        form=form,
        offered=view_proof(offered, visit) if offered else None,
        is_code=not is_token(form.value("invitation")),
        held=view_proof(held, visit) if held else None,
        section=section,
        key=key or secrets.token_urlsafe(16),
        action=visit.in_language(PATH, visit.language),
        forget=visit.in_language(f"{PATH}/forget", visit.language),
    )
    # The address holds a secret: not even servers and logs of our own need to be told it again.
    page.headers["referrer-policy"] = "strict-origin"
    return page


def _section(visit: Visit, asked: str | None) -> SectionView | None:
    """Where the reader is led in the end; one that is no more leads nowhere special."""
    if asked:
        with suppress(Unknown):
            return view_section(SectionId(asked), visit.language.code, visit.services.text)
    return None


def _clean(visit: Visit, section: SectionView | None) -> str:
    """An address without any secret."""
    return visit.in_language(f"{PATH}{_query(section)}", visit.language)


def _query(section: SectionView | None) -> str:
    return f"?{urlencode({'section': section.id})}" if section else ""
