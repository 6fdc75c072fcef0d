"""What is said elsewhere than in the text of today: its history, and accepted translations.

It takes as long to read as the text itself, and no more than this module has to be imported for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from practice.history_log import History, Reach, git, read_history
from practice.history_text import LanguageHistory, read_text_history
from practice.languages import Language, LanguageCode
from practice.parallel import beside
from practice.translation_lock import Lock, read_lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """`texts` are empty where the history is not whole."""

    history: History
    texts: Mapping[LanguageCode, LanguageHistory]
    locks: Mapping[LanguageCode, Lock]


# Of the last build of this process: a change of a page changes nothing of it.
_KNOWN: dict[str, Earlier] = {}


@contextmanager
def earlier_beside(root: Path, languages: Sequence[Language]) -> Iterator[Callable[[], Earlier]]:
    """Begin to read it in a process of its own; what is given waits for it."""
    name = _name(root, languages)
    if name in _KNOWN:
        yield partial(_KNOWN.__getitem__, name)
        return
    with beside([partial(read_earlier, root, languages)]) as results:

        def wait() -> Earlier:
            _KNOWN.clear()
            (_KNOWN[name],) = results()
            return _KNOWN[name]

        yield wait


def _name(root: Path, languages: Sequence[Language]) -> str:
    """Changes with the commit, and with whatever lies in a language's folder."""
    head = git(root, "rev-parse", "--is-shallow-repository", "HEAD") or b""
    digest = hashlib.sha256(f"{root}\n{languages}\n".encode() + head)
    for language in languages:
        for path in sorted((root / language.folder).glob("*")):
            digest.update(f"{path}\n".encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def read_earlier(root: Path, languages: Sequence[Language]) -> Earlier:
    """Of every language; of the source there is no lock."""
    history = read_history(root)
    # Half of the history would say of wordings that they are the first.
    texts = read_text_history(root, history, languages) if history.reach is Reach.WHOLE else {}
    return Earlier(
        history=history,
        texts=texts,
        locks={lang.code: read_lock(root, lang) for lang in languages if not lang.source},
    )
