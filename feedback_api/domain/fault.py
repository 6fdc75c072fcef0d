"""What can be wrong with one field, and how a stranger's text is named in a message."""

import dataclasses
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Params = Mapping[str, str | int]

_SHOWN_CHARACTERS = 80


class FaultCode(StrEnum):
    """What can be wrong with one field."""

    REQUIRED = "required"
    TOO_LONG = "too-long"  # params: limit, length (in characters)
    TOO_SHORT = "too-short"  # params: limit, length
    TOO_MANY = "too-many"  # params: limit
    NOT_VISIBLE = "not-visible"  # spaces and format characters only
    FORBIDDEN_CHARACTER = "forbidden-character"  # params: character ("U+0000"), position (from 1)
    SINGLE_LINE = "single-line"
    NOT_EMAIL = "not-email"
    RESERVED = "reserved"
    WRONG_TYPE = "wrong-type"  # params: expected (a JSON type)
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_VALUE = "unknown-value"  # params: allowed, where the list is short
    DUPLICATE_FIELD = "duplicate-field"
    OUT_OF_RANGE = "out-of-range"  # params: least, most
    UNKNOWN_SECTION = "unknown-section"
    UNKNOWN_LANGUAGE = "unknown-language"
    UNKNOWN_WORDING = "unknown-wording"
    NOT_A_DECISION = "not-a-decision"
    DUPLICATE_OF_ITSELF = "duplicate-of-itself"
    UNKNOWN_COMMENT = "unknown-comment"
    NOT_ANSWERED = "not-answered"  # merged into one that was withdrawn
    UNKNOWN_EDITOR = "unknown-editor"
    UNKNOWN_CYCLE = "unknown-cycle"
    CYCLE_NOT_LATER = "cycle-not-later"  # deferred to a cycle that is not after this one
    OUT_OF_SCOPE = "out-of-scope"  # the cycle does not cover the section
    UNDECIDED = "undecided"  # the field is the id of a comment that hinders a closing
    NOT_WITH_THIS_OUTCOME = "not-with-this-outcome"
    EASY_TO_GUESS = "easy-to-guess"  # a passphrase
    NOT_THE_PRESENT_ONE = "not-the-present-one"  # the present one, of who is signed in
    SAME_AS_BEFORE = "same-as-before"
    NOT_THE_SAME = "not-the-same"  # typed twice, and differently


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with one field; `params` fill the placeholders of the translated message."""

    code: FaultCode
    field: str
    params: Params = dataclasses.field(default_factory=dict)


def shown(text: str) -> str:
    """A stranger's text, safe to repeat in a message: one line, at most 80 characters."""
    clipped = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return "".join("\N{REPLACEMENT CHARACTER}" if _unshowable(c) else c for c in clipped)


def _unshowable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
