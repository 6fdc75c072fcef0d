"""A mail as bytes: headers written one by one, the same words as plain text and as HTML."""

import re
from base64 import encodebytes
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from feedback_api.mail_addresses import Mailbox, Recipient, unstructured

# A value may be folded (CRLF and a space), and holds nothing else that controls.
_SAFE = re.compile(r"(?:[^\x00-\x1f\x7f]|\r\n(?= ))*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says. `name` is permanent: the same letter sent again has the same Message-ID."""

    name: str
    subject: str
    text: str
    html: str
    language: str  # BCP 47
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """From whom all mails are."""

    mailbox: Mailbox
    reply_to: Mailbox | None = None


def message_bytes(letter: Letter, to: Recipient, sender: Sender, at: datetime) -> bytes:
    """The whole message with CRLF line ends. Raises ValueError for an unsafe header."""
    domain = sender.mailbox.address.rpartition("@")[2]
    boundary = f"=_{letter.name}"
    headers = {
        "From": sender.mailbox.header(),
        "To": to.address,
        "Subject": unstructured(letter.subject),
        "Date": format_datetime(at),
        "Message-ID": f"<{letter.name}@{domain}>",
        **({"Reply-To": sender.reply_to.header()} if sender.reply_to else {}),
        "Auto-Submitted": "auto-generated",  # RFC 3834, section 5
        "X-Auto-Response-Suppress": "All",
        "Content-Language": letter.language,
        **letter.headers,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative;\r\n boundary="{boundary}"',
    }
    parts = [_part("plain", letter.text, boundary), _part("html", letter.html, boundary)]
    return b"".join(
        [*map(_header, headers.items()), b"\r\n", *parts, f"--{boundary}--\r\n".encode()]
    )


def _header(item: tuple[str, str]) -> bytes:
    name, value = item
    if not _SAFE.fullmatch(value):
        raise ValueError(f"the header {name} holds what no header may hold")
    return f"{name}: {value}\r\n".encode()


def _part(kind: str, text: str, boundary: str) -> bytes:
    """In base64: lines of any length and any script arrive as they were."""
    lines = text.replace("\n", "\r\n")  # RFC 2046, 4.1.1
    head = (
        f"--{boundary}\r\n"
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encodebytes(lines.encode()).replace(b"\n", b"\r\n")
