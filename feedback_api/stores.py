"""Opens what comments and records are kept in: a folder of TinyDB files, or a database."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedback_api.backups.unfinished import has_left_something, refuse_unfinished_restore
from feedback_api.leading import Claim
from feedback_api.services import Services
from feedback_api.services.ports import (
    CommentEdition,
    CommentQueue,
    CommentReads,
    CommentStore,
    Passphrases,
)
from feedback_api.services.webhook_attempts import WebhookLog
from feedback_api.settings import Settings
from feedback_api.storage.argon2_passphrases import Argon2Passphrases
from feedback_api.storage.change_feed import ChangeFeed
from feedback_api.storage.deliveries_file import DeliveriesFile
from feedback_api.storage.documents import DocumentsPlace
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.folder_lock import FolderLock
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_invitations import KeptInvitations
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.kept_wordings import KeptWordings
from feedback_api.storage.measured import NO_WATCH, StoreWatch
from feedback_api.storage.read_only_files import ReadOnlyFiles
from feedback_api.storage.secret_file import KeyedHashes, secret_of
from feedback_api.storage.sections_file import SectionsFile
from feedback_api.storage.store_files import StoreFiles
from feedback_api.storage.system import SystemClock, SystemRandomness
from feedback_api.storage.tinydb_store import TinydbStore

if TYPE_CHECKING:
    from feedback_api.outgoing.shared_webhooks import Repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicas:
    """By what several services over one database divide their work.

    `answering`: within it a thread answers one request, and need not read anything twice for it.
    """

    claim: Claim
    repeats: "Repeats"
    answering: Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The open store; `replicas` is None where this service is alone, and then no read waits.

    `waiting`: how many changes wait for the writer, where there is one.
    """

    services: Services
    text: SectionsFile
    changes: ChangeFeed
    log: WebhookLog
    replicas: Replicas | None = None
    waiting: Callable[[], int] | None = None


def open_store(settings: Settings, opened: ExitStack, *, watch: StoreWatch = NO_WATCH) -> Stored:
    """`opened` closes what must be; `watch` is told of writes. Raises StartRefused."""
    if settings.store.database is not None:
        from feedback_api.replicated_store import open_replicated  # half a second, for few

        return open_replicated(settings, settings.store.database, opened)
    files = StoreFiles(settings.data, watch=watch)
    opened.callback(FolderLock(settings.data).release)
    if has_left_something(settings.data):
        from feedback_api.backups.restoring import finish_restore  # a tenth of a second, for few

        finish_restore(settings.data, files)
    text = SectionsFile(settings.sections, KeptWordings(settings.data, files))
    comments = TinydbStore(settings.data, files, watch, leaves_note=True)
    opened.callback(comments.close)
    has_receipts = len(comments.index) > 0
    secret = settings.secret or secret_of(settings.data, files, needed=has_receipts)
    place = DocumentsFolder(settings.data, files)
    return Stored(
        services=services_over(
            comments,
            comments.index,
            place=place,
            accounts=place,
            text=text,
            secret=secret,
            passphrases=passphrases_of(settings),
            queue=comments,
            edition=comments.index,
        ),
        text=text,
        changes=comments.changes,
        log=DeliveriesFile(settings.data, files),  # damage is told whether or not it is used
        waiting=lambda: comments.waiting,
    )


def look_at(settings: Settings) -> Services | None:
    """The collaborators for a command that reads comments while a service may run.

    Only accounts can be changed. None where there is no comment yet. Raises StartRefused.
    """
    if settings.store.database is not None:
        return open_store(settings, ExitStack()).services
    files = ReadOnlyFiles()
    refuse_unfinished_restore(settings.data)
    comments = TinydbStore(settings.data, files)
    if not len(comments.index):
        return None
    return services_over(
        comments,
        comments.index,
        place=DocumentsFolder(settings.data, files),
        accounts=records_place(settings),
        text=SectionsFile(settings.sections, KeptWordings(settings.data, files)),
        secret=settings.secret or secret_of(settings.data, files, needed=True),
        passphrases=passphrases_of(settings),
    )


def records_place(settings: Settings) -> DocumentsPlace:
    """For a command that changes accounts or the like while a service may run.

    Raises StartRefused.
    """
    if settings.store.database is not None:
        from feedback_api.replicated_store import replicated_records

        return replicated_records(settings.store.database)
    refuse_unfinished_restore(settings.data)
    return DocumentsFolder(settings.data, StoreFiles(settings.data))


def services_over(
    comments: CommentStore,
    reads: CommentReads,
    *,
    place: DocumentsPlace,
    accounts: DocumentsPlace,
    text: SectionsFile,
    secret: str,
    passphrases: Passphrases,
    queue: CommentQueue | None = None,
    edition: CommentEdition | None = None,
) -> Services:
    """All collaborators; `accounts` is the place of what commands change, too."""
    return Services(
        comments=comments,
        reads=reads,
        editors=KeptEditors(accounts),
        text=text,
        changes=text,
        cycles=text,
        records=KeptCycles(place),
        templates=KeptTemplates(place),
        invitations=KeptInvitations(accounts),
        clock=SystemClock(),
        randomness=SystemRandomness(),
        secrets=KeyedHashes(secret),
        passphrases=passphrases,
        queue=queue,
        edition=edition,
    )


def passphrases_of(settings: Settings) -> Argon2Passphrases:
    """Who guesses one knows where the service and its site are reached."""
    hosts = (urlsplit(origin).hostname or "" for origin in (settings.origin, settings.site_origin))
    return Argon2Passphrases(place_words=("feedback", *hosts))
