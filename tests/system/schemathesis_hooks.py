"""Loaded by Schemathesis: gives half of what it makes up the names of things that exist.

Without that, nearly all of its requests would end at a 404 before anything of ours ran.
What is real comes as JSON in KNOWN_NAMES: {"comment": […], "section": […], …}.
"""

import json
import os
import zlib
from http import HTTPStatus
from typing import Any

import hypothesis
import schemathesis

_KNOWN: dict[str, list[str]] = json.loads(os.environ["KNOWN_NAMES"])
_OF_THE_FORM = {"wrong-type", "unknown-field", "too-long", "too-short", "out-of-range"}
"""What the description itself says; the other faults are about what there is at the moment."""


def _no_target(observation: int | float, *, label: str = "") -> int | float:
    """Takes the place of `hypothesis.target`, by which Schemathesis leans towards what is accepted.

    With 500 examples Hypothesis climbs there for hours among requests that it has asked already.
    """
    return observation


hypothesis.target = _no_target


def _real(name: str, made_up: object) -> object:
    """A name that exists, in half of the cases; the same for the same made-up one."""
    known = _KNOWN.get(name)
    number = zlib.crc32(repr(made_up).encode("utf-8", "replace"))
    return known[number // 2 % len(known)] if known and number % 2 else made_up


@schemathesis.hook
def map_case(_context: Any, case: Any) -> Any:
    """A request that is meant to be right gets real names; one meant to be wrong stays as it is."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return case
    if case.path_parameters:
        case.path_parameters = _with_real_names(case.path_parameters)
    if isinstance(case.body, dict):
        case.body = _with_real_names(case.body)
    return case


def _with_real_names(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _real(name, value) if isinstance(value, str) else value
        for name, value in fields.items()
    }


@schemathesis.hook
def filter_failure(_context: Any, failure: Any, _case: Any, response: Any) -> bool:
    """Leaves out two kinds: of the right form, but about a thing not there; too large to be read.

    A key that came with another text before is about a thing not there, too.
    """
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return False  # a refusal like others; Schemathesis does not know it as one
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    try:
        problem = response.json()
    except ValueError:
        return True
    code = str(problem.get("code", ""))
    if code.startswith("invitation-") or code == "idempotency-mismatch":
        return False  # a text, but nobody's invitation; a key, but of another text
    faults = problem.get("faults", [])
    return not faults or any(fault["code"] in _OF_THE_FORM for fault in faults)
