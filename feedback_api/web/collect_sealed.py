"""Carries the rows of a preview to its confirmation: sealed, in the page, nowhere on the server."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from itsdangerous import BadData, URLSafeSerializer

from feedback_api.domain.comment import Draft
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.services import Services

LASTS = timedelta(hours=12)


class SealedRow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A row as it was shown; see services.collect.Collected for `equal`."""

    sheet: str
    number: int
    equal: int
    draft: Draft


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    cycle: CycleId
    editor: EditorName
    until: int  # seconds since 1970
    rows: list[SealedRow]


def seal(
    rows: Sequence[SealedRow], *, cycle: CycleId, editor: EditorName, services: Services
) -> str:
    """Readable by the editor, who wrote it; not to be changed, and for this editor alone."""
    until = int((services.clock.now() + LASTS).timestamp())
    sealed = _Sealed(cycle=cycle, editor=editor, until=until, rows=list(rows))
    return str(_serializer(services).dumps(msgspec.to_builtins(sealed)))


def unseal(
    text: str, *, cycle: CycleId, editor: EditorName, services: Services
) -> Sequence[SealedRow] | None:
    """The rows; None for anything that is not the sealed preview of this cycle and editor."""
    try:
        sealed = msgspec.convert(_serializer(services).loads(text), _Sealed)
    except (BadData, ValueError, RecursionError, msgspec.ValidationError):
        return None
    is_theirs = (sealed.cycle, sealed.editor) == (cycle, editor)
    is_over = sealed.until <= services.clock.now().timestamp()
    return sealed.rows if is_theirs and not is_over else None


def _serializer(services: Services) -> URLSafeSerializer:
    return URLSafeSerializer(
        services.secrets.keyed_hash("collect", "rows"),
        salt="collect",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
