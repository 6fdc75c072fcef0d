"""What the command line needs to invite, also while a service holds the data folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_api.domain.section import Language
from feedback_api.services.invitation_ports import InvitationStore
from feedback_api.services.ports import (
    Clock,
    CycleStore,
    PublishedCycles,
    PublishedText,
    Secrets,
)
from feedback_api.settings import Settings
from feedback_api.storage.folder_lock import FolderLock
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_invitations import KeptInvitations
from feedback_api.storage.kept_wordings import NoWordings
from feedback_api.storage.secret_file import KeyedHashes, secret_of
from feedback_api.storage.sections_file import SectionsFile
from feedback_api.storage.store_files import StoreFiles
from feedback_api.storage.system import SystemClock
from feedback_api.storage.tinydb_store import TinydbStore
from feedback_api.stores import records_place


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationServices:
    """See Inviting."""

    invitations: InvitationStore
    cycles: PublishedCycles
    text: PublishedText
    records: CycleStore
    clock: Clock
    secrets: Secrets

    @property
    def languages(self) -> Sequence[Language]:
        return self.text.languages()


def invitation_services(settings: Settings) -> InvitationServices:
    """Raises StartRefused."""
    place = records_place(settings)
    text = SectionsFile(settings.sections, NoWordings())
    return InvitationServices(
        invitations=KeptInvitations(place),
        cycles=text,
        text=text,
        records=KeptCycles(place),
        clock=SystemClock(),
        secrets=KeyedHashes(settings.secret or _kept_secret(settings)),
    )


def _kept_secret(settings: Settings) -> str:
    """That of the service; before its first start it is made, which needs the folder for a moment.

    Raises StartRefused.
    """
    files = StoreFiles(settings.data)
    path = settings.data / "secret"
    if path.exists() or path.is_symlink():
        return secret_of(settings.data, files, needed=True)
    lock = FolderLock(settings.data)
    try:
        comments = TinydbStore(settings.data, files)
        try:
            return secret_of(settings.data, files, needed=len(comments.index) > 0)
        finally:
            comments.close()
    finally:
        lock.release()
