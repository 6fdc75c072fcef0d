"""How a permanent code is said: the shape of the tables in error_texts and beside it."""

from typing import NamedTuple


class ErrorText(NamedTuple):
    """Two messages still to be translated; `detail` may name the error's params."""

    title: str
    detail: str
