"""Single headers of a request, read from where they came: without an object around all of them."""

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str | None:
    """The first of that name, in lower case; None where there is none."""
    for given, value in scope["headers"]:
        if given == name:
            text: str = value.decode("latin-1")
            return text
    return None
