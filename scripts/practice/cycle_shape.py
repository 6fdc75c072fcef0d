"""What `cycle.schema.json` says of the content of a cycle.yml, as faults with a place and advice.

The schema is the rule and its documentation: each message ends with the description of the value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from practice.yaml_lines import Place

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

SCHEMA = Path(__file__).with_name("cycle.schema.json")
_LONGEST_SHOWN = 40


class Fault(NamedTuple):
    """`place` leads to the value in the file, `code` and `message` are those of a Problem."""

    place: Place
    code: str
    message: str


def shape_faults(content: Mapping[str, Any]) -> list[Fault]:
    """Keys that are missing or unknown, and values of the wrong form."""
    return [fault for error in _validator().iter_errors(content) for fault in _faults(error)]


def defaults() -> dict[str, int]:
    """What a file may leave out, with the values that hold then."""
    properties = _schema()["properties"]
    return {key: rule["default"] for key, rule in properties.items() if "default" in rule}


def known_roles() -> tuple[str, ...]:
    """Who can be invited."""
    return tuple(_schema()["properties"]["roles"]["items"]["enum"])


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # takes a tenth of a second, and few have a cycle

    return Draft202012Validator(_schema())


def _faults(error: ValidationError) -> Iterator[Fault]:
    place: Place = tuple(error.absolute_path)
    rule: Any = error.schema
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known = ", ".join(rule["properties"])
        for key in instance.keys() - rule["properties"].keys():
            message = f"“{key}” is no key here: use {known}, or remove it."
            yield Fault((*place, key), "cycle-unknown-key", message)
    elif error.validator == "required":
        for key in rule["required"]:
            if key not in instance:
                advice = rule["properties"][key]["description"]
                yield Fault(place, "cycle-missing", f"“{key}” is missing. {advice}")
    else:
        in_name = "propertyNames" in error.absolute_schema_path
        shown = json.dumps(instance, ensure_ascii=False)
        shown = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"
        message = f"{shown} cannot stand here. {_advice(error)}"
        yield Fault((*place, str(instance)) if in_name else place, "cycle-value", message)


def _advice(error: ValidationError) -> str:
    """The description of the nearest part of the schema that has one."""
    schema: Any = _schema()
    found = str(schema["description"])
    for step in error.absolute_schema_path:
        if isinstance(schema, dict) and step not in schema:
            schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
        schema = schema[step]
        if isinstance(schema, dict) and isinstance(schema.get("description"), str):
            found = schema["description"]
    return found
