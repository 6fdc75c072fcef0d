"""One's own data by e-mail: ask for a link, see what it leads to, take it along, erase it.

The answer to a request is the same for every address: whether it is known is nobody's business.
Looking changes nothing, because scanners of mail follow every link.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.data_link_errors import UnknownDataLink
from feedback_api.domain.errors import StoreError
from feedback_api.domain.fault import Fault, FaultCode, shown
from feedback_api.domain.text import EMAIL
from feedback_api.services.counting import Purpose
from feedback_api.services.data_requests import (
    LINK_HOURS,
    address_of,
    comments_with,
    erase_with,
)
from feedback_api.web.api import json_answer
from feedback_api.web.fields import convert
from feedback_api.web.followed import own_data_shown
from feedback_api.web.form_state import FormState
from feedback_api.web.guessing import with_code
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.own_data_file import text_file
from feedback_api.web.own_data_models import AllOwnDataShown, DataAsked
from feedback_api.web.pages import render
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.section_view import language_tags, view_wording
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

PATH = "/feedback/my-data"
COMMENTS = f"{PATH}/comments"
_FORM = FormState(prefix="data")
_CHOSEN = "comment-"
_EVERYTHING = ("all", "confirm")


async def show_ask(visit: Visit) -> Response:
    """The page that asks for an address."""
    return _asking(visit, _FORM)


async def post_ask(visit: Visit) -> Response:
    """Have a link mailed, if there is anything; what is answered does not tell."""
    posted = await visit.form()
    try:
        asked = convert(posted, DataAsked, texts=True)
        email = EMAIL.tidy_or(InvalidRequest, asked.email)
        if not email:
            raise InvalidRequest(Fault(code=FaultCode.REQUIRED, field="email"))
        await visit.count(Purpose.REQUESTS)
    except (InvalidRequest, TooManyRequests) as error:
        typed = FormState(prefix=_FORM.prefix, values=posted)
        form = typed.refused(error, visit.messages, shows=("email",))
        return _asking(visit, form, error=error)
    visit.web.desk.ask(email, visit.language.code)
    return render(visit, "own_data_asked.html", here=PATH, hours=LINK_HOURS)


@with_code
async def show_comments(visit: Visit) -> Response:
    """What was said with the address. Raises UnknownDataLink."""
    _, comments = await _found(visit)
    return _listed(visit, comments)


@with_code
async def save_data(visit: Visit) -> Response:
    """All of it as a JSON file. Raises UnknownDataLink."""
    email, comments = await _found(visit)
    await visit.count(Purpose.REQUESTS)
    data = AllOwnDataShown(
        email=email,
        at=visit.services.clock.now(),
        comments=[own_data_shown(comment, visit.services) for comment in comments],
    )
    answer = json_answer(data)
    answer.headers["content-disposition"] = 'attachment; filename="comments.json"'
    return answer


@with_code
async def save_text(visit: Visit) -> Response:
    """All of it as a text file. Raises UnknownDataLink."""
    _, comments = await _found(visit)
    await visit.count(Purpose.REQUESTS)
    return text_file(visit, comments, name="comments.txt")


@with_code
async def erase_chosen(visit: Visit) -> Response:
    """Ask for a confirmation that shows what goes, then erase it. Raises UnknownDataLink."""
    email, comments = await _found(visit)
    form = await visit.form()
    chosen = _chosen(form, comments)
    if not chosen:
        return _listed(visit, comments, told=True)
    if form.get("confirm") != "yes":
        return _page(visit, "own_data_erase.html", chosen)
    try:
        for comment in chosen:
            await in_thread(erase_with, email, comment.id, services=visit.services)
    except StoreError as error:
        _, left = await _found(visit)
        return _listed(visit, left, error=error)
    left = [comment for comment in comments if comment not in chosen]
    return _page(visit, "own_data_erased.html", left)


async def _found(visit: Visit) -> tuple[str, Sequence[Comment]]:
    """The address of the link, and every comment made with it. Raises UnknownDataLink."""
    email = address_of(_token(visit), services=visit.services)
    return email, await in_thread(comments_with, email, services=visit.services)


def _token(visit: Visit) -> str:
    """Raises UnknownDataLink."""
    tokens = visit.request.query_params.getlist("token")
    if len(tokens) != 1:
        raise UnknownDataLink
    return tokens[0]


def _chosen(form: Mapping[str, str], comments: Sequence[Comment]) -> Sequence[Comment]:
    """Those that were ticked, or all. Raises InvalidRequest."""
    ticked = {name.removeprefix(_CHOSEN) for name in form if name.startswith(_CHOSEN)}
    unknown = [name for name in form if not name.startswith(_CHOSEN) and name not in _EVERYTHING]
    if unknown:
        faults = (Fault(code=FaultCode.UNKNOWN_FIELD, field=shown(name)) for name in unknown)
        raise InvalidRequest(*faults)
    if form.get("all") == "yes":
        return comments
    return [comment for comment in comments if comment.id in ticked]


def _asking(
    visit: Visit, form: FormState, error: InvalidRequest | TooManyRequests | None = None
) -> Response:
    return render(visit, "own_data_ask.html", error=error, here=PATH, form=form, hours=LINK_HOURS)


def _listed(
    visit: Visit,
    comments: Sequence[Comment],
    *,
    told: bool = False,
    error: StoreError | None = None,
) -> Response:
    """`told`: nothing was ticked; `error`: not everything could be erased."""
    form = _FORM.refused(error, visit.messages, shows=()) if error else _FORM
    return _page(visit, "own_data_shown.html", comments, told=told, form=form, error=error)


def _page(
    visit: Visit,
    template: str,
    comments: Sequence[Comment],
    *,
    error: StoreError | None = None,
    **values: Any,
) -> Response:
    text = visit.services.text
    return render(
        visit,
        template,
        error=error,
        here=f"{COMMENTS}?token={_token(visit)}",
        token=_token(visit),
        comments=[own_data_shown(comment, visit.services) for comment in comments],
        sections={
            comment.id: view_wording(
                text.wording(comment.section, comment.language, comment.wording), text
            )
            for comment in comments
        },
        tags=language_tags(text),
        **values,
    )
