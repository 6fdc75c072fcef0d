"""What was told to editors' systems by webhook, and what is tried again."""

from typing import Annotated

from msgspec import Meta
from starlette.responses import RedirectResponse, Response

from feedback_api.services.webhook_attempts import Attempt
from feedback_api.web.fields import convert, read_query
from feedback_api.web.language_choice import choice_parameter
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.posted_models import OFFSET_LIMIT, Posted
from feedback_api.web.refusals import NotFound
from feedback_api.web.visit import Visit

_PATH = "/review/deliveries"
_LENGTH = 100
_AGAIN = mark("It is sent again now. Load this page again to see what was answered.")


class DeliveriesQuery(Posted, frozen=True, kw_only=True):
    """Which part of the list; `again`: an editor just had something sent again."""

    offset: Annotated[int, Meta(ge=0, le=OFFSET_LIMIT)] = 0
    again: bool = False


class DeliveryAgain(Posted, frozen=True, kw_only=True):
    """An event, and the system that is to be told of it."""

    channel: str
    event: str
    csrf: str


async def show_deliveries(visit: Visit) -> Response:
    """The attempts, newest first."""
    query = dict(read_query(visit.request))
    query.pop(choice_parameter(_PATH), None)
    asked = convert(query, DeliveriesQuery, texts=True)
    deliveries = visit.web.deliveries
    attempts = deliveries.attempts()
    last = asked.offset + _LENGTH
    return render(
        visit,
        "review_deliveries.html",
        hosts=deliveries.hosts(),
        waiting=deliveries.waiting(),
        attempts=attempts[asked.offset : last],
        offset=asked.offset,
        total=len(attempts),
        earlier=_url(max(0, asked.offset - _LENGTH)) if asked.offset else None,
        later=_url(last) if last < len(attempts) else None,
        done=visit.messages.say(_AGAIN) if asked.again else "",
    )


async def post_again(visit: Visit) -> Response:
    """Send an event again that is on the list. Raises InvalidRequest, NotFound."""
    wanted = convert(await visit.form(), DeliveryAgain, texts=True)
    visit.web.deliveries.send_again(_listed(visit, wanted))
    return RedirectResponse(f"{_PATH}?again=1", status_code=303)


def _listed(visit: Visit, wanted: DeliveryAgain) -> Attempt:
    for attempt in visit.web.deliveries.attempts():
        if (attempt.channel, attempt.event) == (wanted.channel, wanted.event):
            return attempt
    raise NotFound


def _url(offset: int) -> str:
    return f"{_PATH}?offset={offset}" if offset else _PATH
