"""The list of a section's comments, and what a reader does there: second one, or take that back.

Each is also a fragment (`part=1`) that a reader's page shows under the section. Where that page
has another origin, browsers keep the cookie back: it leads to a page of the service that asks.
"""

from collections.abc import Callable

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.identity import CommentId
from feedback_api.services.support import second, take_back_second
from feedback_api.web.change_support import change_support, remembered
from feedback_api.web.comment_list import (
    comment_path,
    listed,
    listed_comments,
    public_comment,
    section_of_list,
)
from feedback_api.web.feed import feed_path
from feedback_api.web.fields import convert
from feedback_api.web.pages import render
from feedback_api.web.section_view import language_tags, view_successor
from feedback_api.web.support_models import SupportEntered
from feedback_api.web.supporters import supporter_of
from feedback_api.web.visit import Visit


async def show_comments(visit: Visit) -> Response:
    """What readers may see of a section's comments, each in its own language."""
    return _list(visit, supporter_of(visit.request, visit.web.place))


async def ask_to_second(visit: Visit) -> Response:
    """One comment with the button, for a reader who comes from a page of another origin."""
    supporter = supporter_of(visit.request, visit.web.place)
    return render(
        visit,
        "comment_second.html",
        section=section_of_list(visit),
        listed=listed(public_comment(visit), visit, supporter),
        tags=language_tags(visit.services.text),
    )


async def post_second(visit: Visit) -> Response:
    """Second a comment; a browser that never did gets its cookie."""
    return await _change(visit, second)


async def post_unsecond(visit: Visit) -> Response:
    """Take that back."""
    return await _change(visit, take_back_second)


async def _change(visit: Visit, step: Callable[..., Comment]) -> Response:
    convert(await visit.form(), SupportEntered, texts=True)
    section_of_list(visit)
    supporter, comment = await change_support(visit, step)
    if visit.is_part:
        answer: Response = _list(visit, supporter, changed=comment.id)
    else:
        answer = RedirectResponse(comment_path(comment, visit.language.code), status_code=303)
    return remembered(supporter, answer, visit)


def _list(visit: Visit, supporter: str | None, *, changed: CommentId | None = None) -> Response:
    section = section_of_list(visit)
    return render(
        visit,
        "comment_list.html",
        section=section,
        successor=view_successor(section.id, visit.language.code, visit.services.text),
        comments=listed_comments(visit, supporter),
        changed=changed,
        can_second_here=visit.web.place.is_one_origin or not visit.is_part,
        tags=language_tags(visit.services.text),
        feed=feed_path(visit.language.code, None if section.present is None else section.page),
    )
