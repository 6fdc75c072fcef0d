"""The buttons on the page of one comment; the page itself is in the table of all pages."""

from collections.abc import Sequence

from feedback_api.web import pages_review_actions as pages
from feedback_api.web import pages_review_template
from feedback_api.web.operations import Handler, Operation


def _button(name: str, handler: Handler) -> Operation:
    path = f"/review/{{comment}}/{name}"
    return Operation(method="POST", path=path, handler=handler)


COMMENT_PAGES: Sequence[Operation] = (
    _button("begin", pages.post_begin),
    _button("publicity", pages.post_publicity),
    _button("assign", pages.post_assignment),
    _button("take", pages.post_take),
    _button("note", pages.post_note),
    _button("gloss", pages.post_gloss),
    _button("question", pages.post_question),
    _button("decision", pages.post_decision),
    _button("prepare", pages.post_preparation),
    _button("unprepare", pages.post_drop),
    _button("announce", pages.post_announcement),
    _button("merge", pages.post_merge),
    _button("defer", pages.post_deferral),
    _button("undo", pages.post_undo),
    _button("template", pages_review_template.put_in_template),
)
