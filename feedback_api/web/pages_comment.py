"""Pages on which readers comment: the form, and the receipt shown once.

Each is also a fragment (`part=1`) that a reader's page shows under the section: one form, one
validation, one set of messages, with and without JavaScript.
"""

import secrets
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from starlette.responses import Response

from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.errors import (
    FeedbackError,
    IdempotencyMismatch,
    InvalidComment,
    StoreError,
)
from feedback_api.domain.identity import LanguageCode, SectionId
from feedback_api.domain.invitation_errors import InvitationRefused
from feedback_api.domain.text import BODY
from feedback_api.web.cycle_told import hearing_of
from feedback_api.web.fields import Fields, read_query
from feedback_api.web.form_checks import SHOWN_FIELD, TRAP_FIELD
from feedback_api.web.form_state import FormState
from feedback_api.web.guessing import guessed
from feedback_api.web.held_back import TakenForSpam, TooManyRequests
from feedback_api.web.invited import (
    VERIFIED,
    WRONG,
    ProofView,
    held_proof,
    remember_typed,
    view_proof,
    with_invitation,
)
from feedback_api.web.pages import render
from feedback_api.web.section_view import (
    Quoted,
    SectionView,
    Standing,
    quote,
    view_wording,
)
from feedback_api.web.taking_comments import take_comment
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_SHOWN_FIELDS = (
    "kind",
    "role",
    "invitation",
    "about",
    "body",
    "suggestion",
    "visibility",
    "name",
    "email",
)
_FORM_ONLY = frozenset({"key", "part", SHOWN_FIELD, TRAP_FIELD})
_UNCERTAIN = (StoreError, TooManyRequests, TakenForSpam)
"""After which the same comment is sent once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What a comment will be about, from the URL."""

    language: LanguageCode
    section: SectionView
    quoted: Quoted


async def show_form(visit: Visit) -> Response:
    """The form, quoting the wording that the reader saw; 422 if there never was such a wording."""
    target = _target(visit, read_query(visit.request).get("wording"))
    unknown = target.quoted.standing is Standing.UNKNOWN
    form = _fresh(target, visit)
    page = _form_page(visit, target, form, status=422 if unknown else 200)
    # Nothing in it is private; with `no-store` browsers forget what was typed on going back.
    page.headers["cache-control"] = "private, no-cache"
    return page


async def post_form(visit: Visit) -> Response:
    """Store the comment and show its receipt, or give the form back with everything typed."""
    form = await visit.form()
    target = _target(visit, form.get("wording"))
    named = {"section": target.section.id, "language": target.language}
    fields = {name: value for name, value in form.items() if name not in _FORM_ONLY}
    try:
        visit.web.restraint.refuse_form(form)
        stated = await _stated(visit, {**fields, **named})
        sent = await take_comment(visit, stated, key=form.get("key"), texts=True)
    except (InvalidComment, IdempotencyMismatch, InvitationRefused, *_UNCERTAIN) as error:
        return _given_back(visit, target, form, error)
    page = render(
        visit,
        "comment_sent.html",
        status=201,
        section=target.section,
        receipt=sent.receipt,
        kind=sent.comment.kind,
        asked_by_mail=visit.web.sends_mail and sent.comment.email is not None,
        proved_role=sent.comment.role if sent.comment.role_verified else None,
    )
    remember_typed(form, page, visit)
    return page


def _target(visit: Visit, asked: str | None) -> _Target:
    """Raises UnknownLanguage, UnknownSection, RetiredSection."""
    language = visit.require_language().code
    section = SectionId(visit.request.path_params["section"])
    text = visit.services.text
    quoted = quote(section, language, asked, text)
    return _Target(language=language, section=view_wording(quoted.wording, text), quoted=quoted)


def _fresh(target: _Target, visit: Visit) -> FormState:
    proof = _proof(target, visit)
    return FormState(
        prefix=target.section.id,
        values={
            "role": VERIFIED if proof and proof.fits else "",
            "about": About.RULE,
            "visibility": Visibility.PUBLIC,
            "suggestion": target.quoted.wording.markdown,
        },
    )


async def _stated(visit: Visit, form: Mapping[str, str]) -> Fields:
    """Raises InvitationRefused, TooManyRequests."""
    key = (await visit.form()).get("key")
    async with guessed(visit, wrong=WRONG) if form.get("invitation") else nullcontext():
        return await in_thread(with_invitation, form, visit, key=key)


def _proof(target: _Target, visit: Visit) -> ProofView | None:
    """What the browser holds: none where it keeps cookies back from pages of another origin."""
    proof = held_proof(visit)
    return view_proof(proof, visit, target.section.id) if proof else None


def _given_back(
    visit: Visit, target: _Target, form: Mapping[str, str], error: FeedbackError
) -> Response:
    typed = FormState(prefix=target.section.id, values=form)
    blamed = None
    if isinstance(error, InvitationRefused):
        blamed = "invitation" if form.get("invitation", "").strip() else "role"
    state = typed.refused(error, visit.messages, shows=_SHOWN_FIELDS, blamed=blamed)
    # The key stays, so that sending again after an uncertain fault stores once; but one that was
    # used for another text, or cannot be a key, would refuse this one for ever.
    keep = isinstance(error, _UNCERTAIN)
    key = form.get("key") if keep else None
    return _form_page(visit, target, state, error=error, key=key)


def _form_page(
    visit: Visit,
    target: _Target,
    form: FormState,
    *,
    status: int = 200,
    error: FeedbackError | None = None,
    key: str | None = None,
) -> Response:
    return render(
        visit,
        "comment_form.html",
        status=status,
        error=error,
        section=target.section,
        quoted=target.quoted,
        form=form,
        key=key or secrets.token_urlsafe(16),
        shown=visit.web.restraint.mark_of(form.value(SHOWN_FIELD)),
        kinds=Kind,
        roles=(Role.CUSTOMER, Role.STAFF, Role.MANAGEMENT),
        abouts=About,
        visibilities=Visibility,
        body_limit=BODY.limit,
        hearing=hearing_of(target.section.id, visit),
        proof=_proof(target, visit),
        keeps_cookies=visit.web.place.is_one_origin or not visit.is_part,
    )
