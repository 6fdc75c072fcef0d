"""What a stranger's text may be."""

import unicodedata

import pytest

from feedback_api.domain.errors import Invalid
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.text import BODY, EMAIL, NAME, SUGGESTION, TextRule


def _fault(rule: TextRule, text: str) -> Fault:
    with pytest.raises(Invalid) as refused:
        rule.tidy(text)
    (fault,) = refused.value.faults
    return fault


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("plain", "plain"),
        ("  edges \n", "edges"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("tab\tstays", "tab\tstays"),
        ("🙂", "🙂"),
        ("Ответили через неделю.", "Ответили через неделю."),
        ("\u202eevil\u202c", "\u202eevil\u202c"),
    ],
)
def test_body_is_kept_with_one_kind_of_line_end_and_no_blank_edges(typed: str, tidy: str) -> None:
    assert BODY.tidy(typed) == tidy


@pytest.mark.parametrize("typed", ["", " ", "\n\t\r\n", "\u00a0\u3000"])
def test_body_of_blanks_is_missing(typed: str) -> None:
    assert _fault(BODY, typed).code is FaultCode.REQUIRED


@pytest.mark.parametrize("typed", ["\u200b\u200d", "\u2800", "\u3164", "\u0301", "\ufeff"])
def test_body_nobody_can_see_is_refused(typed: str) -> None:
    assert _fault(BODY, typed).code is FaultCode.NOT_VISIBLE


def test_every_control_character_half_of_one_and_noncharacter_is_refused() -> None:
    refused = [
        *(
            c
            for c in map(chr, range(0xA0))
            if unicodedata.category(c) == "Cc" and c not in "\t\n\r"
        ),
        *map(chr, range(0xD800, 0xE000)),
        *map(chr, range(0xFDD0, 0xFDF0)),
        *(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)),
    ]

    codes = {_fault(BODY, f"ab\n{character}cd").code for character in refused}

    assert codes == {FaultCode.FORBIDDEN_CHARACTER}


@pytest.mark.parametrize(
    ("character", "named"),
    [
        ("\0", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\ud800", "U+D800"),
        ("\udfff", "U+DFFF"),
        ("\ufffe", "U+FFFE"),
        ("\U0010ffff", "U+10FFFF"),
    ],
)
def test_characters_that_are_none_are_refused_by_name_and_position(
    character: str, named: str
) -> None:
    fault = _fault(BODY, f"ab{character}cd")

    assert fault == Fault(
        code=FaultCode.FORBIDDEN_CHARACTER,
        field="body",
        params={"character": named, "position": 3},
    )


def test_body_of_4000_characters_is_taken_and_one_more_refused() -> None:
    assert BODY.tidy("ж" * 4_000) == "ж" * 4_000
    assert _fault(BODY, "ж" * 4_001) == Fault(
        code=FaultCode.TOO_LONG, field="body", params={"limit": 4_000, "length": 4_001}
    )


def test_line_ends_of_forms_do_not_use_up_the_limit() -> None:
    lines = "\r\n".join("x" * 9 for _ in range(400))

    assert len(BODY.tidy(lines)) == 3_999


def test_suggestion_keeps_its_indent_and_may_be_empty() -> None:
    assert SUGGESTION.tidy("\n    - item\n") == "    - item"
    assert SUGGESTION.tidy(" \n ") == ""


@pytest.mark.parametrize("separator", ["\n", "\u2028", "\x0b"])
def test_name_of_two_lines_is_refused(separator: str) -> None:
    assert _fault(NAME, f"Ana{separator}Bcc: all").code in {
        FaultCode.SINGLE_LINE,
        FaultCode.FORBIDDEN_CHARACTER,
    }


@pytest.mark.parametrize("typed", ["ana@example.org", "a.b+c@mail.example.org", "ана@пример.рф"])
def test_email_address_is_taken(typed: str) -> None:
    assert EMAIL.tidy(f" {typed} ") == typed


@pytest.mark.parametrize(
    "typed",
    ["ana", "ana@", "@example.org", "ana@example", "a b@example.org", "a@b@c.org", "a@x..org",
     "a..b@example.org", ".a@example.org", "a.@example.org", "=?utf-8?q?a=0Ab?=@example.org",
     "<ana@example.org>", "ana@example.org, bob@example.org", "ana@example.org.", 'a"@example.org'],
)  # fmt: skip
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    assert _fault(EMAIL, typed).code is FaultCode.NOT_EMAIL


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u2069"])
def test_name_that_would_turn_what_stands_around_it_is_refused(character: str) -> None:
    assert _fault(NAME, f"Ana{character}").code is FaultCode.FORBIDDEN_CHARACTER
    assert BODY.tidy(f"a{character}b") == f"a{character}b"
