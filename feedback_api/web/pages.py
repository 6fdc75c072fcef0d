"""Renders the service's own pages: one set of templates, an environment for each language."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from feedback_api.domain.errors import FeedbackError
from feedback_api.web.labels import label_of
from feedback_api.web.language_choice import choice_parameter, remember_language
from feedback_api.web.messages import Messages
from feedback_api.web.problem import error_headers, status_of
from feedback_api.web.visit import Visit

_TEMPLATES = Path(__file__).with_name("templates")


def environment(messages: Messages) -> Environment:
    """Templates that speak one language; every value is escaped, a misspelt name is an error."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "_": phraser(messages),
        "count": messages.count,
        "moment": messages.moment,
        "label": labeller(messages),
    }
    return made


def render(
    visit: Visit,
    template: str,
    /,
    *,
    status: int = 200,
    error: FeedbackError | None = None,
    here: str | None = None,
    **values: object,
) -> HTMLResponse:
    """The page in the visitor's language; for a reader's page (`part=1`) its main block alone.

    `error`: what the page tells of; status and headers are then the error's.
    `here`: the path under which the page can be asked for again, where that is not the present.
    """
    text = visit.web.environments(visit.messages.language).get_template(template)
    response = HTMLResponse(
        text.render(
            layout="part.html" if visit.is_part else "page.html",
            visit=visit,
            here=here or visit.request.scope["path"],
            **values,
        ),
        status_of(error) if error else status,
        headers={
            "content-language": visit.language.tag,
            **(error_headers(error) if error else {}),
        },
    )
    asked = visit.request.query_params.get(choice_parameter(visit.request.scope["path"]))
    if asked == visit.language.code:  # elsewhere than in the URL of a feed, where it filters
        remember_language(response, asked, secure=visit.web.place.secure)
    return response


def phraser(messages: Messages) -> Callable[..., Markup]:
    """Messages whose params may be markup of ours; anything else is escaped."""

    def phrase(msgid: str, /, **params: object) -> Markup:
        text = Markup.escape(messages.say(msgid))
        return text % params if params else text

    return phrase


def labeller(messages: Messages) -> Callable[[StrEnum], str]:
    """What the domain's words are called in one language."""
    return lambda word: messages.say(label_of(word))
