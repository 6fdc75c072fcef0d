"""The editors' JSON API: sessions, the list, one comment."""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

from feedback_api.domain.identity import CommentId
from feedback_api.services.editors import end_sessions
from feedback_api.web.api import json_answer
from feedback_api.web.comment_filters import find_comments, list_url, read_filters
from feedback_api.web.fields import JSON_TYPE, convert, read_json, read_query
from feedback_api.web.kept_lists import Asked
from feedback_api.web.posted_models import CommentListQuery, SignInPosted
from feedback_api.web.refusals import SignInNeeded
from feedback_api.web.reviewed_answers import reviewed_comment_shown
from feedback_api.web.reviewed_models import CommentListShown
from feedback_api.web.sessions import Session
from feedback_api.web.shown_models import SessionShown
from feedback_api.web.signing_in import sign_in_counted
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def begin_session(visit: Visit) -> Response:
    """Sign in as a program: the token goes into `Authorization: Bearer …`."""
    posted = convert(await read_json(visit.request), SignInPosted)
    editor = await sign_in_counted(visit, posted.name, posted.passphrase)
    session = visit.web.sessions.begin(editor, for_program=True)
    return json_answer(_session_shown(session, token=session.token), status=201)


async def show_session(visit: Visit) -> Response:
    """Who is signed in, and the secret that a page of ours sends with each change."""
    if visit.session is None:
        raise SignInNeeded
    return json_answer(_session_shown(visit.session, token=None))


async def end_session(visit: Visit) -> Response:
    """End every session of the editor."""
    await in_thread(end_sessions, visit.editor, services=visit.services)
    answer = Response(status_code=204)
    visit.end_session(answer)
    return answer


async def list_comments(visit: Visit) -> Response:
    """Comments by filter, oldest first unless asked otherwise."""
    lists = visit.web.lists
    asked = Asked(visit.request.scope["query_string"], visit.editor, visit.account_role)
    body = lists.get(asked)
    if body is None:
        made_from = lists.made_from()
        query = read_query(visit.request)
        filters = read_filters(query, visit.services)
        body = msgspec.json.encode(await _list_shown(query, filters, visit))
        if filters.offset == 0 and filters.text is None:  # what editors come back to
            lists.keep(asked, made_from, body)
    return Response(body, media_type=JSON_TYPE)


async def _list_shown(
    query: Mapping[str, str], filters: CommentListQuery, visit: Visit
) -> CommentListShown:
    found = await in_thread(find_comments, filters, editor=visit.editor, services=visit.services)
    last = filters.offset + len(found.comments)
    more = found.comments and last < found.total
    return CommentListShown(
        total=found.total,
        offset=filters.offset,
        next=list_url("/api/v1/comments", query, last) if more else None,
        comments=[reviewed_comment_shown(comment, visit.services) for comment in found.comments],
    )


async def show_comment(visit: Visit) -> Response:
    """One comment with its history."""
    comment = visit.services.comments.get(_id(visit))
    return json_answer(reviewed_comment_shown(comment, visit.services))


def _id(visit: Visit) -> CommentId:
    return CommentId(visit.request.path_params["comment"])


def _session_shown(session: Session, *, token: str | None) -> SessionShown:
    return SessionShown(
        name=session.editor, csrf=session.csrf, expires_at=session.expires_at, token=token
    )
