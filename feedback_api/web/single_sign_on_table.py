"""The operations of signing in at the OpenID provider."""

from collections.abc import Sequence

from feedback_api.web import pages_single_sign_on as pages
from feedback_api.web.operations import Operation
from feedback_api.web.sign_in_paths import AT_PROVIDER, CALLBACK, ENDED_BY_PROVIDER, SIGNED_OUT

SINGLE_SIGN_ON_PAGES: Sequence[Operation] = (
    Operation(method="GET", path=AT_PROVIDER, handler=pages.go_to_provider),
    Operation(method="GET", path=CALLBACK, handler=pages.come_back),
    Operation(method="POST", path=ENDED_BY_PROVIDER, handler=pages.end_by_provider, offers="*/*"),
    Operation(method="GET", path=SIGNED_OUT, handler=pages.show_signed_out),
)
