"""A mail as bytes, read back by Python's own parser."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from feedback_api.mail.message import Letter, Sender, message_bytes
from feedback_api.mail_addresses import Mailbox, Recipient

AT = datetime(2027, 1, 4, 7, 30, tzinfo=UTC)
SENDER = Sender(mailbox=Mailbox(address="code@example.org", name="Código"))
TO = Recipient(address="reader@example.net", needs_utf8=False)


def _letter(**fields: Any) -> Letter:
    usual: dict[str, Any] = {
        "name": "0123abcd",
        "subject": "Решение",
        "text": "Первая строка\nдругая\n",
        "html": "<p>Первая строка",
        "language": "ru-RU",
    }
    return Letter(**{**usual, **fields})


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def test_both_parts_arrive_as_they_were() -> None:
    message = _parsed(message_bytes(_letter(), TO, SENDER, AT))

    plain, marked_up = message.iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(marked_up, EmailMessage)
    assert plain.get_content() == "Первая строка\r\nдругая\r\n"
    assert marked_up.get_content_type() == "text/html"
    assert marked_up.get_content() == "<p>Первая строка"


def test_same_letter_has_the_same_id_whenever_it_is_sent() -> None:
    message = _parsed(message_bytes(_letter(), TO, SENDER, AT))

    assert message["Message-ID"] == "<0123abcd@example.org>"
    assert message["Date"].datetime == AT
    assert message["Subject"] == "Решение"


def test_lines_end_as_smtp_asks_and_none_is_too_long() -> None:
    raw = message_bytes(_letter(text="x" * 5_000, html="ы" * 5_000), TO, SENDER, AT)

    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@pytest.mark.parametrize("value", ["a\nBcc: b", "a\r\nBcc: b", "a\rb", "a\0b", "a\r\n\r\nb"])
def test_header_that_is_more_than_one_is_never_written(value: str) -> None:
    with pytest.raises(ValueError, match="the header X-Test"):
        message_bytes(_letter(headers={"X-Test": value}), TO, SENDER, AT)


def test_address_beyond_ascii_stands_in_utf8() -> None:
    to = Recipient(address="анна@xn--e1afmkfd.xn--p1ai", needs_utf8=True)

    raw = message_bytes(_letter(), to, SENDER, AT)

    assert "\r\nTo: анна@xn--e1afmkfd.xn--p1ai\r\n".encode() in raw
