"""The tree of errors."""

import re
from collections.abc import Iterator

from feedback_api.domain import errors
from feedback_api.domain.errors import FeedbackError
from feedback_api.domain.fault import shown


def _tree(kind: type[FeedbackError], depth: int = 0) -> Iterator[tuple[int, str]]:
    """The classes of the module; other rooms add kinds of their own."""
    yield depth, kind.__name__
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child, depth + 1)


def test_the_tree_drawn_at_the_top_is_the_tree_there_is() -> None:
    drawn = [
        (match.start("name") // 4 - 1, match["name"])
        for match in map(
            re.compile(r"(?P<lead>[ │├└─]*)(?P<name>[A-Z]\w+)").match,
            (errors.__doc__ or "").splitlines()[2:-2],
        )
        if match and match["lead"]
    ]

    assert drawn == list(_tree(FeedbackError))


def test_each_error_has_its_own_kebab_case_code() -> None:
    codes = [vars(errors)[name].code for _, name in _tree(FeedbackError) if name != "FeedbackError"]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_what_strangers_write_is_shown_short_and_on_one_line() -> None:
    assert shown("a\nb\u202ec\ud800d") == "a\ufffdb\ufffdc\ufffdd"
    assert shown("x" * 81) == "x" * 79 + "…"
    assert shown("x" * 80) == "x" * 80
