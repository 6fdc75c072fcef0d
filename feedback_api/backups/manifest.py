"""What a backup says of itself, in its first member."""

import hashlib
from collections.abc import Mapping
from typing import Annotated

import msgspec

from feedback_api.domain.errors import BackupRefused
from feedback_api.release import RELEASE
from feedback_api.storage.comment_document import Moment
from feedback_api.storage.damage import NOT_DECODED

NAME = "manifest.json"
FORMAT = 1

Size = Annotated[int, msgspec.Meta(ge=0)]


class ManifestMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the backup."""

    name: str
    size: Size
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`format` is the backup's own, `schemas` those of the files by kind.

    `secret`: a mark of the secret that the receipts hang on; None where there was none.
    """

    format: int
    release: str
    schemas: Mapping[str, int]
    taken_at: Moment
    counts: Mapping[str, Size]
    secret: str | None
    members: tuple[ManifestMember, ...]


class _Any(msgspec.Struct):
    format: int
    release: str = "?"


def described(members: Mapping[str, bytes]) -> tuple[ManifestMember, ...]:
    """As the manifest lists them."""
    return tuple(
        ManifestMember(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in sorted(members.items())
    )


def decode_manifest(content: bytes, told: str) -> Manifest:
    """`told` is how messages call the backup. Raises BackupRefused."""
    try:
        known = msgspec.json.decode(content, type=_Any)
    except NOT_DECODED:
        raise BackupRefused(f"{told} is no backup of this service.") from None
    if known.format < 1:
        raise BackupRefused(f"{told} has the unknown format {known.format}. Nothing was changed.")
    if known.format > FORMAT or _numbers(known.release) > _numbers(RELEASE):
        raise BackupRefused(
            f"{told} was made by release {known.release} in format {known.format}; this is release "
            f"{RELEASE}, which knows format {FORMAT}. Install that release or a later one. "
            "Nothing was changed."
        )
    try:
        return msgspec.json.decode(content, type=Manifest)
    except NOT_DECODED as error:
        raise BackupRefused(f"{told} is damaged: its manifest is wrong ({error}).") from None


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())
