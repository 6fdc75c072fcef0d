"""Reads `dispositions.json`: its schema says what may become public."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from practice.cycle import Cycle, CycleId
from practice.problem import Problem, ProblemsFoundError
from practice.report_document import Dispositions, dispositions_of, dispositions_path
from practice.text import Code

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).resolve().parents[2] / "feedback_api" / "dispositions.schema.json"
# Wider than any standard: it is for people to look at what it finds.
_ADDRESS = re.compile(r"[^\s\"'<>(),;:@]+@[^\s\"'<>(),;:@]+\.[^\W\d_]{2,}")


# No comment has these; generators use some of them for places of their own.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An e-mail address, and the id of the comment it stands in; empty outside of comments."""

    text: str
    comment: str


def read_reports(root: Path, code: Code, cycles: Iterable[Cycle]) -> Mapping[CycleId, Dispositions]:
    """What the closed ones among the cycles decided; raises ProblemsFoundError."""
    found: dict[CycleId, Dispositions] = {}
    problems: list[Problem] = []
    for cycle in cycles:
        path = dispositions_path(cycle.id)
        if not (root / path).exists():
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
            found[cycle.id] = parse_report(text, cycle, known=known_addresses(code))
        except (OSError, UnicodeError) as error:
            message = f"This file cannot be read ({error.__class__.__name__}). Restore it as UTF-8."
            problems.append(Problem(path, 1, "unreadable", message))
        except ProblemsFoundError as refused:
            problems += refused.problems
    if problems:
        raise ProblemsFoundError(problems)
    return MappingProxyType(found)


def parse_report(text: str, cycle: Cycle, *, known: frozenset[str]) -> Dispositions:
    """The dispositions in `text`; e-mail addresses other than `known` are refused.

    Raises ProblemsFoundError.
    """
    path = dispositions_path(cycle.id)
    try:
        content = json.loads(text)
        again = report_text(content)
        again.encode()
    except (ValueError, RecursionError) as error:
        message = f"This is not readable JSON ({error}). Write it with scripts/review close."
        raise ProblemsFoundError([Problem(path, 1, "report-unreadable", message)]) from error
    problems = [
        Problem(path, 1, "report-shape", f"{place}: {what} Nothing else may become public.")
        for place, what in shape_faults(content)
    ]
    if not problems:
        problems += _content_problems(path, text, content, cycle, known)
        if again != text:
            message = "The file is not in the form the tools write: do not change it by hand."
            problems.append(Problem(path, 1, "report-form", message))
    if problems:
        raise ProblemsFoundError(problems)
    try:
        return dispositions_of(content)
    except ValueError as error:
        message = f"A date stands there that no calendar has ({error}): close the cycle again."
        raise ProblemsFoundError([Problem(path, 1, "report-shape", message)]) from error


def report_text(content: Mapping[str, Any]) -> str:
    """The one form of the file: two reports are the same exactly where their texts are."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def shape_faults(content: Any) -> list[tuple[str, str]]:
    """Where the schema does not allow the content, and why; never what stands there."""
    faults = [
        (error.json_path, f"the schema’s rule “{error.validator}” is broken.")
        for error in _validator().iter_errors(content)
    ]
    if any(_CONTROL.search(text) for text in _texts(content)):
        faults.append(("$", "a text holds control characters."))
    return faults


def addresses(content: Mapping[str, Any], *, known: frozenset[str]) -> Iterator[Address]:
    """E-mail addresses in what people wrote, other than those `known`."""
    for section in content["sections"]:
        for words in (section["summaries"], *section["asked"]):
            yield from _found(words.values(), "", known)
        for comment in section["comments"]:
            decisions = [comment["decision"], *comment["earlier_decisions"]]
            reasons = [decision["reason"] for decision in decisions if decision]
            texts = [comment["body"], comment["suggestion"] or "", *reasons]
            yield from _found(texts, comment["id"], known)


def known_addresses(code: Code) -> frozenset[str]:
    """Those that the code itself tells its readers."""
    return frozenset(
        address.lower()
        for language in code.languages
        for section in code.sections(language.code)
        for address in _ADDRESS.findall(section.text)
    )


def _content_problems(
    path: Path, text: str, content: Mapping[str, Any], cycle: Cycle, known: frozenset[str]
) -> Iterator[Problem]:
    if content["cycle"] != cycle.id:
        message = f"This is the report of {content['cycle']}: put it into its own folder."
        yield Problem(path, 1, "report-cycle", message)
    closed = content["closed_at"]
    if closed is None:
        message = "The cycle is not closed yet: close it with scripts/review close."
        yield Problem(path, 1, "report-cycle", message)
    elif closed < cycle.closes.strftime("%Y-%m-%dT%H:%M:%SZ"):
        message = f"It was closed before its comments were over: correct {cycle.path}."
        yield Problem(path, 1, "report-cycle", message)
    for found in addresses(content, known=known):
        line = text[: text.find(found.text)].count("\n") + 1
        message = (
            "An e-mail address stands here: hide the comment from readers on the board,"
            " or correct the reason or summary, and close the cycle again."
        )
        yield Problem(path, line, "report-address", message)


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for part in content.values() if isinstance(content, dict) else content:
            yield from _texts(part)


def _found(texts: Iterable[str], comment: str, known: frozenset[str]) -> Iterator[Address]:
    for text in texts:
        for address in _ADDRESS.findall(text):
            if address.strip(".").lower() not in known:
                yield Address(text=address, comment=comment)


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator, FormatChecker  # most builds have no report

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())
