"""One's own data as files to take along: JSON for programs, plain text for people."""

from collections.abc import Sequence

from starlette.responses import PlainTextResponse, Response

from feedback_api.domain.comment import Comment
from feedback_api.web.followed import own_data_shown
from feedback_api.web.visit import Visit


def text_file(visit: Visit, comments: Sequence[Comment], *, name: str) -> Response:
    """Everything that is theirs, in the reader's language."""
    template = visit.web.environments(visit.messages.language).get_template("own_data.txt")
    content = template.render(
        comments=[own_data_shown(comment, visit.services) for comment in comments],
        at=visit.services.clock.now(),
        place=visit.web.place,
    )
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(content, headers=disposition)
