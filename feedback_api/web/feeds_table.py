"""The rows of the feeds."""

from collections.abc import Sequence

from feedback_api.web import feed
from feedback_api.web.atom import ATOM_TYPE
from feedback_api.web.guard import Who
from feedback_api.web.operations import Operation

FEEDS_TABLE: Sequence[Operation] = (
    Operation(
        method="GET",
        path="/feedback/{lang}/feed.atom",
        who=Who.ANYONE,
        handler=feed.show_feed,
        offers=ATOM_TYPE,
    ),
)
