"""Addresses as SMTP and mail headers can carry them, and nothing that could be taken for more.

Headers are written by this room itself: Python's own e-mail package decodes encoded words inside
an address, up to 3.11 without looking at the line ends that come out of them.
"""

import re
from dataclasses import dataclass
from email.header import Header

import idna

_LOCAL_OCTETS = 64
_ADDRESS_OCTETS = 254  # RFC 5321, 4.5.3.1, as corrected
# RFC 5321's Dot-string, and what RFC 6531 adds to it: no quoted local parts, which nobody types.
_LOCAL = re.compile(r"[\w!#$%&'*+\-/=?^`{|}~]+(\.[\w!#$%&'*+\-/=?^`{|}~]+)*")
_ENCODED_WORD = "=?"
_PRINTABLE = re.compile(r"[ -~]*")
_ATOM_TEXT = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+")


class Undeliverable(Exception):
    """No mail can go to such an address, whatever the server says. The address is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """`address` with its domain in ASCII; `needs_utf8`: the part before the @ is not ASCII."""

    address: str
    needs_utf8: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Who a mail is from: an ASCII address, and the name to show with it, or ""."""

    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    def header(self) -> str:
        """As it stands in From and Reply-To. ASCII, one line."""
        if not self.name:
            return self.address
        if not _PRINTABLE.fullmatch(self.name) or _ENCODED_WORD in self.name:
            return f"{unstructured(self.name)} <{self.address}>"
        if _ATOM_TEXT.fullmatch(self.name):
            return f"{self.name} <{self.address}>"
        quoted = re.sub(r'(["\\])', r"\\\1", self.name)
        return f'"{quoted}" <{self.address}>'


def recipient(address: str) -> Recipient:
    """Raises Undeliverable."""
    local, _, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local) or _ENCODED_WORD in address:
        raise Undeliverable
    try:
        host = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise Undeliverable from None
    whole = f"{local}@{host}"
    if "." not in host or len(local.encode()) > _LOCAL_OCTETS:
        raise Undeliverable
    if len(whole.encode()) > _ADDRESS_OCTETS:
        raise Undeliverable
    return Recipient(address=whole, needs_utf8=not local.isascii())


def mailbox(text: str) -> Mailbox:
    """From `Name <address>`, `"Name" <address>` or a bare address. Raises Undeliverable."""
    name, angle, rest = text.strip().rpartition("<")
    address = rest.removesuffix(">") if angle else rest
    if bool(angle) != rest.endswith(">"):
        raise Undeliverable
    found = recipient(address.strip())
    shown = name.strip()
    if len(shown) > 1 and shown[0] == shown[-1] == '"':
        shown = re.sub(r"\\(.)", r"\1", shown[1:-1])
    if found.needs_utf8 or not shown.isprintable():
        raise Undeliverable
    return Mailbox(address=found.address, name=shown)


def unstructured(text: str) -> str:
    """Text for a header such as Subject, encoded by RFC 2047 where it is not plain ASCII.

    Whatever could end a line, or is no character at all, becomes a space.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if _PRINTABLE.fullmatch(line) and _ENCODED_WORD not in line:
        return line
    encoded = Header(line, "utf-8", maxlinelen=70).encode(linesep="\n")
    return "\r\n ".join(part.strip() for part in encoded.split("\n"))
