"""What a build needs beside the text of today: its history, translations, messages and cycles.

It takes nearly as long to read as the text itself, so another process reads it meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from practice.cycle import FILE, FOLDER
from practice.cycles import FoundCycles, find_cycles
from practice.history_log import History, Reach, git, read_history
from practice.history_text import LanguageHistory, read_text_history
from practice.languages import Language, LanguageCode
from practice.messages import Messages, read_messages
from practice.parallel import beside
from practice.problem import Problem, ProblemsFoundError
from practice.translation_lock import Lock, read_lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """`texts` are empty where the history is not whole; `cycles` are not held against the text.

    `problems` are those of the messages: without them there is no build.
    """

    history: History
    texts: Mapping[LanguageCode, LanguageHistory]
    locks: Mapping[LanguageCode, Lock]
    messages: Mapping[LanguageCode, Messages]
    cycles: FoundCycles
    problems: tuple[Problem, ...]


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
    """Changes with the commit, with whatever lies in a language's folder, and with a cycle."""
    head = git(root, "rev-parse", "--is-shallow-repository", "HEAD") or b""
    digest = hashlib.sha256(f"{root}\n{languages}\n".encode() + head)
    for language in languages:
        for path in sorted((root / language.folder).glob("*")):
            digest.update(f"{path}\n".encode() + (path.read_bytes() if path.is_file() else b""))
    for path in sorted((root / FOLDER).glob("*")):
        kept = path / FILE
        digest.update(f"{path}\n".encode() + (kept.read_bytes() if kept.is_file() else b""))
    return digest.hexdigest()


def read_earlier(root: Path, languages: Sequence[Language]) -> Earlier:
    """Of every language; of the source there is no lock."""
    history = read_history(root)
    # Half of the history would say of wordings that they are the first.
    texts = read_text_history(root, history, languages) if history.reach is Reach.WHOLE else {}
    messages: dict[LanguageCode, Messages] = {}
    problems: list[Problem] = []
    for language in languages:
        try:
            messages[language.code] = read_messages(root, language)
        except ProblemsFoundError as found:
            problems += found.problems
    return Earlier(
        history=history,
        texts=texts,
        locks={lang.code: read_lock(root, lang) for lang in languages if not lang.source},
        messages=messages,
        cycles=find_cycles(root),
        problems=tuple(problems),
    )
