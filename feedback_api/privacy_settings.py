"""What readers are told of privacy, where to report grave things, and how long anything is kept."""

import re
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from feedback_api.services.privacy_terms import LANGUAGE, Channel, PrivacyTerms, Said
from feedback_api.services.retention import RETENTION_DAYS, Policy

NAMES = (
    "FEEDBACK_PRIVACY_CONTACT",
    "FEEDBACK_WHISTLEBLOWING_URL",
    "FEEDBACK_WHISTLEBLOWING_NAME",
    "FEEDBACK_WHISTLEBLOWING_PHONE",
    "FEEDBACK_PURGE",
    "FEEDBACK_RETENTION_DAYS",
    "FEEDBACK_RETENTION_REVIEWERS_DAYS",
)
_MOST_CHARACTERS = 300
_MOST_DAYS = 3_650
_SCHEMES = ("https", "http", "mailto", "tel")
_CODED = re.compile(r"\s*([a-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*=\s*(.*?)\s*")

ReadT = TypeVar("ReadT")


def described(terms: PrivacyTerms) -> Mapping[str, str]:
    """Each setting as in force."""
    channel = terms.channel or Channel()
    reviewers_days = terms.policy.reviewers_days
    return {
        "FEEDBACK_PRIVACY_CONTACT": terms.contact or "none",
        "FEEDBACK_WHISTLEBLOWING_URL": channel.url or "none",
        "FEEDBACK_WHISTLEBLOWING_NAME": _described(channel.name),
        "FEEDBACK_WHISTLEBLOWING_PHONE": _described(channel.phone),
        "FEEDBACK_PURGE": "on" if terms.purges else "off",
        "FEEDBACK_RETENTION_DAYS": str(terms.policy.contact_days),
        "FEEDBACK_RETENTION_REVIEWERS_DAYS": str(reviewers_days or "none"),
    }


class Read(Protocol):
    """Reads a setting by name; None where it is not set or makes no sense."""

    def __call__(self, name: str, read: Callable[[str], ReadT], /) -> ReadT | None:
        """`read` raises ValueError with words for the operator."""


def read_privacy(read: Read) -> PrivacyTerms:
    """All of them; each may be absent."""
    url = read("FEEDBACK_WHISTLEBLOWING_URL", read_channel_url) or ""
    name = read("FEEDBACK_WHISTLEBLOWING_NAME", read_said) or {}
    phone = read("FEEDBACK_WHISTLEBLOWING_PHONE", read_said) or {}
    channel = Channel(url=url, name=name, phone=phone) if url or phone else None
    if channel is None:
        read("FEEDBACK_WHISTLEBLOWING_NAME", _refuse_alone)
    return PrivacyTerms(
        contact=read("FEEDBACK_PRIVACY_CONTACT", _line) or "",
        channel=channel,
        policy=Policy(
            contact_days=read("FEEDBACK_RETENTION_DAYS", read_days) or RETENTION_DAYS,
            reviewers_days=read("FEEDBACK_RETENTION_REVIEWERS_DAYS", read_days),
        ),
        purges=read("FEEDBACK_PURGE", read_switch) is not False,
    )


def read_channel_url(text: str) -> str:
    """May hold {language}. Raises ValueError with words for the operator."""
    parts = urlsplit(text.replace(LANGUAGE, ""))
    is_address = parts.netloc if parts.scheme in {"http", "https"} else parts.path
    is_printable = text.isascii() and text.isprintable() and " " not in text
    if parts.scheme not in _SCHEMES or not is_address or not is_printable or "@" in parts.netloc:
        raise ValueError(
            "must be the URL of the company's channel, for example "
            "https://speak-up.example.org/{language}, a mailto: or a tel: address"
        )
    return text


def read_said(text: str) -> Said:
    """One text for all languages, or `code=text; code=text`. Raises ValueError with words."""
    parts = [part for part in text.split(";") if part.strip()]
    coded = [_CODED.fullmatch(part) for part in parts]
    if not any(coded):
        return {"": _line(text)}
    said = {match[1]: _line(match[2]) for match in coded if match}
    if len(said) != len(parts):
        raise ValueError("must be one text, or one for each language, as CODE=TEXT; CODE=TEXT")
    return said


def read_days(text: str) -> int:
    """Raises ValueError with words for the operator."""
    if not re.fullmatch("[1-9][0-9]{0,3}", text) or int(text) > _MOST_DAYS:
        raise ValueError(f"must be days, from 1 to {_MOST_DAYS}")
    return int(text)


def read_switch(text: str) -> bool:
    """Raises ValueError with words for the operator."""
    if text not in {"on", "off"}:
        raise ValueError("must be on or off")
    return text == "on"


def _refuse_alone(_text: str) -> None:
    raise ValueError(
        "needs FEEDBACK_WHISTLEBLOWING_URL or FEEDBACK_WHISTLEBLOWING_PHONE: a name reaches nobody"
    )


def _line(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _MOST_CHARACTERS:
        raise ValueError(f"must be one line of at most {_MOST_CHARACTERS} characters")
    return text.strip()


def _described(said: Said) -> str:
    return "; ".join(f"{code}={text}" if code else text for code, text in said.items()) or "none"
