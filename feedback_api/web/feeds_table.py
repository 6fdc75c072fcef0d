"""The rows of what others are told by: feeds and webhooks."""

from collections.abc import Sequence

from feedback_api.web import feed, pages_deliveries
from feedback_api.web.fields import ATOM_TYPE
from feedback_api.web.operations import Operation

FEEDS_TABLE: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/feedback/{lang}/feed.atom",
        handler=feed.show_feed,
        offers=ATOM_TYPE,
    ),
    Operation(
        method="GET",
        path="/review/deliveries",
        handler=pages_deliveries.show_deliveries,
    ),
    Operation(
        method="POST",
        path="/review/deliveries/again",
        handler=pages_deliveries.post_again,
    ),
)
