"""Addresses and names in headers: whole, and nothing but themselves."""

from email import message_from_string, policy

import pytest

from feedback_api.mail_addresses import Mailbox, Undeliverable, mailbox, recipient, unstructured


@pytest.mark.parametrize(
    ("address", "deliverable", "needs_utf8"),
    [
        ("a@example.net", "a@example.net", False),
        ("a.b+c'd@example.net", "a.b+c'd@example.net", False),
        ("a@bücher.example", "a@xn--bcher-kva.example", False),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example", False),
        ("a@straße.de", "a@xn--strae-oqa.de", False),
        ("анна@пример.рф", "анна@xn--e1afmkfd.xn--p1ai", True),
    ],
)
def test_address_is_taken_with_its_domain_in_ascii(
    address: str, deliverable: str, needs_utf8: bool
) -> None:
    found = recipient(address)

    assert (found.address, found.needs_utf8) == (deliverable, needs_utf8)


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@example.net", "a@", "a@localhost", "a@exa mple.net", "a b@example.net",
        "a@example.net\n", "a@example.net\r\nBcc: b@example.net", "a\n@example.net",
        "a\u2028b@example.net", "a\x85b@example.net", "a@example.net\x00", '"a"@example.net',
        '"a\r\n b"@example.net', "=?utf-8?q?a=0Ab?=@example.net", "a@=?utf-8?q?x=0A?=.example",
        "a@example.net,b@example.net", "<a@example.net>", "a@b@example.net", "a..b@example.net",
        ".a@example.net", "a@[127.0.0.1]", "a@-x.example", f"{'a' * 65}@example.net",
        f"a@{'x' * 63}.{'x' * 63}.{'x' * 63}.{'x' * 63}.net", "a@example.net> SIZE=9",
    ],
)  # fmt: skip
def test_what_could_be_more_than_an_address_is_refused(address: str) -> None:
    with pytest.raises(Undeliverable):
        recipient(address)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("code@example.org", ""),
        ("<code@example.org>", ""),
        ("Code of practice <code@example.org>", "Code of practice"),
        ('"Practice, code of" <code@example.org>', "Practice, code of"),
        ('Code "of" practice; <code@example.org>', 'Code "of" practice;'),
        ("Código de prática <code@example.org>", "Código de prática"),
        ("Кодекс, практики <code@example.org>", "Кодекс, практики"),
        ("=?utf-8?q?x=0ABcc:_y?= <code@example.org>", "=?utf-8?q?x=0ABcc:_y?="),
    ],
)
def test_mailbox_arrives_with_its_name(text: str, name: str) -> None:
    header = mailbox(text).header()

    parsed = message_from_string(f"From: {header}\n\n", policy=policy.default)
    assert header.isascii()
    assert "\n" not in header
    assert [address.addr_spec for address in parsed["From"].addresses] == ["code@example.org"]
    assert parsed["From"].addresses[0].display_name == name


@pytest.mark.parametrize(
    "text",
    ["", "code", "Code <code@example.org", "Code code@example.org>", "x\r\nBcc: y <a@example.org>",
     "x\u2028y <a@example.org>", "Code <анна@example.org>"],
)  # fmt: skip
def test_mailbox_that_no_header_can_hold_is_refused(text: str) -> None:
    with pytest.raises(Undeliverable):
        mailbox(text)


@pytest.mark.parametrize(
    "text",
    ["Plain words", "Ação", "Ваш комментарий к разделу «8.3 Ответ в течение трёх дней» " * 4,
     "=?utf-8?q?x=0ABcc:_y?="],
)  # fmt: skip
def test_subject_arrives_as_it_was(text: str) -> None:
    header = unstructured(text)

    parsed = message_from_string(
        f"Subject: {header}\n\n".replace("\r\n", "\n"), policy=policy.default
    )
    assert header.isascii()
    assert str(parsed["Subject"]) == text.strip()
    assert all(line.startswith(" ") for line in header.split("\r\n")[1:])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_line_end_in_a_subject_becomes_a_space(end: str) -> None:
    assert unstructured(f"a{end}Bcc: b@example.net") == "a Bcc: b@example.net"


def test_mailbox_is_shown_as_it_was_set() -> None:
    assert str(Mailbox(address="a@example.org", name="Ação")) == "Ação <a@example.org>"
    assert str(Mailbox(address="a@example.org")) == "a@example.org"
