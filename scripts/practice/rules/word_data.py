"""Reads lists of words from a language's folder; mistakes are Problems with a line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from practice.problem import Problem, ProblemsFoundError
from practice.yaml_file import read_mapping


def read_if_there(root: Path, path: Path) -> dict[str, object]:
    """The mapping in `root / path`; empty where the language has no such file (yet)."""
    return read_mapping(root, path) if (root / path).exists() else {}


def words_of(value: object, path: Path, key: str) -> tuple[str, ...]:
    """A YAML list of words; raises ProblemsFoundError where it is anything else."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        message = (
            f"“{key}” is not a list of words: write [word, other word],"
            " and quote what YAML reads as something else (no, off, a number)."
        )
        raise ProblemsFoundError([Problem(path, 1, "language-data", message)])
    return tuple(value)


def lists_of(value: object, path: Path, key: str) -> Mapping[str, tuple[str, ...]]:
    """A YAML mapping whose values are lists of words."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = f"“{key}” is not a mapping: write one line “name: [word, other word]” each."
        raise ProblemsFoundError([Problem(path, 1, "language-data", message)])
    return {str(name): words_of(words, path, f"{key}: {name}") for name, words in value.items()}
