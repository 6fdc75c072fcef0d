"""The service with a leak, for a test that must find it: its log tells who asks for what, whole."""

from starlette.types import Scope

from feedback_api.command_line import cli
from feedback_api.web import security
from feedback_api.web.request_log import Answered, answered


def _leaked(scope: Scope, route: str, status: int, seconds: float) -> Answered:
    """As servers have it by themselves."""
    told = answered(scope, route, status, seconds)
    query = scope["query_string"].decode()
    return told._replace(path=f"{scope['client'][0]} {scope['path']}?{query}")


if __name__ == "__main__":
    security.__dict__["answered"] = _leaked
    cli()
