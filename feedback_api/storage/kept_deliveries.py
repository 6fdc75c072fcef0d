"""What became of webhooks, where it is no file of one process: one record for all replicas."""

from collections.abc import Mapping, Sequence

import msgspec

from feedback_api.services.webhook_attempts import Attempt, WebhookRecord
from feedback_api.storage.deliveries_file import AttemptRow, ErasureRow, LineRow
from feedback_api.storage.documents import DocumentsPlace, Form, encode_record

_KEY = "webhooks"


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """See WebhookRecord."""

    lines: tuple[LineRow, ...] = ()
    erasures: tuple[ErasureRow, ...] = ()
    attempts: tuple[AttemptRow, ...] = ()


_decoder = msgspec.json.Decoder(_Row)


def _decode(document: bytes) -> WebhookRecord:
    return msgspec.convert(_decoder.decode(document), WebhookRecord, from_attributes=True)


FORM: Form[WebhookRecord] = Form(
    table="deliveries",
    key=lambda _record: _KEY,
    encode=lambda record: encode_record(record, _Row),
    decode=_decode,
)


class KeptDeliveries:
    """See WebhookLog."""

    def __init__(self, place: DocumentsPlace) -> None:
        """Raises StartRefused."""
        self._documents = place.documents(FORM)

    def read(self) -> WebhookRecord:
        """See WebhookLog."""
        return self._documents.all().get(_KEY) or WebhookRecord()

    def keep(self, record: WebhookRecord) -> None:
        """See WebhookLog."""

        def kept(_records: Mapping[str, WebhookRecord]) -> Mapping[str, WebhookRecord]:
            return {_KEY: record}

        self._documents.change(kept)


REPEATS: Form[Attempt] = Form(
    table="webhook_repeats",
    key=lambda attempt: f"{attempt.channel} {attempt.event}",
    encode=lambda attempt: encode_record(attempt, AttemptRow),
    decode=lambda document: msgspec.convert(
        msgspec.json.decode(document, type=AttemptRow), Attempt, from_attributes=True
    ),
)


class KeptRepeats:
    """What editors at any replica want to be sent again, for the one that sends."""

    def __init__(self, place: DocumentsPlace) -> None:
        """Raises StartRefused."""
        self._documents = place.documents(REPEATS)

    def add(self, attempt: Attempt) -> None:
        """Raises StoreError."""
        self._documents.change(lambda waiting: {**waiting, REPEATS.key(attempt): attempt})

    def take(self) -> Sequence[Attempt]:
        """All of them; nobody gets them again. Raises StoreError."""
        taken: Sequence[Attempt] = tuple(self._documents.all().values())
        if taken:
            gone = set(map(REPEATS.key, taken))
            self._documents.change(
                lambda waiting: {key: one for key, one in waiting.items() if key not in gone}
            )
        return taken
