"""The pages' operations: routes and guard are made from this table alone, as from the API's."""

from collections.abc import Sequence

from feedback_api.web import (
    pages_api,
    pages_comment,
    pages_receipt,
    pages_review_comment,
    pages_review_list,
    pages_sign_in,
)
from feedback_api.web.feeds_table import FEEDS_TABLE
from feedback_api.web.guard import Who
from feedback_api.web.operations import Handler, Method, Operation
from feedback_api.web.static_files import asset

ANYONE, COMMENTER, EDITOR = Who.ANYONE, Who.COMMENTER, Who.EDITOR


def _page(method: Method, path: str, who: Who, handler: Handler) -> Operation:
    return Operation(method=method, path=path, who=who, handler=handler)


PAGE_TABLE: Sequence[Operation] = (
    *FEEDS_TABLE,
    Operation(
        method="GET", path="/feedback/assets/{name}", who=ANYONE, handler=asset, offers="*/*"
    ),
    _page("GET", "/feedback/api", ANYONE, pages_api.show_api),
    _page("GET", "/feedback/receipt", ANYONE, pages_receipt.enter_receipt),
    _page("POST", "/feedback/receipt", COMMENTER, pages_receipt.show_own),
    _page("POST", "/feedback/receipt/reply", COMMENTER, pages_receipt.reply),
    _page("POST", "/feedback/receipt/withdraw", COMMENTER, pages_receipt.withdraw_own),
    _page("POST", "/feedback/receipt/file", COMMENTER, pages_receipt.save_as_file),
    _page("GET", "/feedback/{lang}/{section}", ANYONE, pages_comment.show_form),
    _page("POST", "/feedback/{lang}/{section}", ANYONE, pages_comment.post_form),
    _page("GET", "/feedback/{lang}/{section}/comments", ANYONE, pages_comment.show_comments),
    _page("GET", "/review", EDITOR, pages_review_list.show_board),
    _page("GET", "/review/sign-in", ANYONE, pages_sign_in.show_sign_in),
    _page("POST", "/review/sign-in", ANYONE, pages_sign_in.post_sign_in),
    _page("POST", "/review/sign-out", EDITOR, pages_sign_in.sign_out),
    _page("GET", "/review/{comment}", EDITOR, pages_review_comment.show_comment),
    _page("POST", "/review/{comment}/begin", EDITOR, pages_review_comment.post_begin),
    _page("POST", "/review/{comment}/decision", EDITOR, pages_review_comment.post_decision),
    _page("POST", "/review/{comment}/publicity", EDITOR, pages_review_comment.post_publicity),
)
