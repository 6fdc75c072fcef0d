"""The pages' operations: routes and guard are made from this table alone, as from the API's."""

from collections.abc import Sequence

from feedback_api.web import (
    pages_api,
    pages_comment,
    pages_metrics,
    pages_passphrase,
    pages_review_comment,
    pages_review_list,
    pages_sign_in,
)
from feedback_api.web.comment_pages_table import COMMENT_PAGES
from feedback_api.web.cycles_table import CYCLE_PAGES
from feedback_api.web.email_table import EMAIL_TABLE
from feedback_api.web.feeds_table import FEEDS_TABLE
from feedback_api.web.invitation_table import INVITATION_PAGES
from feedback_api.web.operations import Operation, page
from feedback_api.web.privacy_table import PRIVACY_PAGES
from feedback_api.web.proposals_table import PROPOSALS_PAGES
from feedback_api.web.receipt_table import RECEIPT_PAGES
from feedback_api.web.sign_in_paths import OWN_ACCOUNT
from feedback_api.web.single_sign_on_table import SINGLE_SIGN_ON_PAGES
from feedback_api.web.static_files import asset
from feedback_api.web.stats_table import STATS_PAGES
from feedback_api.web.support_table import SUPPORT_PAGES
from feedback_api.web.tables_table import TABLES_PAGES

PAGE_TABLE: Sequence[Operation] = (
    *FEEDS_TABLE,
    *TABLES_PAGES,
    *EMAIL_TABLE,
    *PRIVACY_PAGES,
    *INVITATION_PAGES,
    Operation(
        method="GET", path="/feedback/assets/{name}", handler=asset, offers="*/*", waits=False
    ),
    Operation(
        method="GET", path="/metrics", handler=pages_metrics.show_metrics, offers="*/*", waits=False
    ),
    page("GET", "/feedback/api", pages_api.show_api),
    *RECEIPT_PAGES,
    page("GET", "/feedback/{lang}/{section}", pages_comment.show_form),
    page("POST", "/feedback/{lang}/{section}", pages_comment.post_form),
    *SUPPORT_PAGES,
    page("GET", "/review", pages_review_list.show_board),
    *SINGLE_SIGN_ON_PAGES,
    page("GET", "/review/sign-in", pages_sign_in.show_sign_in),
    page("POST", "/review/sign-in", pages_sign_in.post_sign_in),
    page("POST", "/review/sign-out", pages_sign_in.sign_out),
    page("GET", OWN_ACCOUNT, pages_passphrase.show_passphrase),
    page("POST", OWN_ACCOUNT, pages_passphrase.change_passphrase),
    *STATS_PAGES,
    *PROPOSALS_PAGES,
    *CYCLE_PAGES,
    page("GET", "/review/{comment}", pages_review_comment.show_comment),
    *COMMENT_PAGES,
)
