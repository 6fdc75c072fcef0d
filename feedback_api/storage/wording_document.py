"""How a wording is kept, wherever that is, and what keeps wordings."""

import dataclasses
from collections.abc import Iterable
from typing import Protocol

import msgspec

from feedback_api.domain.identity import Fingerprint, LanguageCode, SectionId
from feedback_api.domain.section import Wording

Name = tuple[SectionId, LanguageCode, Fingerprint]


class Wordings(Protocol):
    """Every wording ever published; only grows, one that is kept is never changed."""

    def get(self, name: Name) -> Wording | None:
        """None for one that was never published. Raises StoreUnavailable."""

    def knows(self, section: SectionId) -> bool:
        """Whether the section, maybe retired since, ever had a wording. Raises StoreUnavailable."""

    def keep(self, wordings: Iterable[Wording]) -> None:
        """Keep, durably, those not kept yet. Raises OSError, StoreDamaged, StoreError."""


class _WordingDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See domain Wording."""

    section: str
    page: str
    language: str
    text_language: str
    fingerprint: str
    title: str
    text: str
    markdown: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_WordingDocument)


def name_of(wording: Wording) -> Name:
    """What no two wordings share."""
    return wording.section, wording.language, wording.fingerprint


def encode_wording(wording: Wording) -> bytes:
    """As JSON."""
    return _encoder.encode(_WordingDocument(**dataclasses.asdict(wording)))


def decode_wording(document: bytes) -> Wording:
    """Raises msgspec.DecodeError."""
    return msgspec.convert(_decoder.decode(document), Wording, from_attributes=True)


def canonical_wording(document: bytes) -> bytes:
    """As this module writes it. Raises msgspec.DecodeError."""
    return _encoder.encode(_decoder.decode(document))
