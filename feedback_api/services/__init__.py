"""What people do with comments; every collaborator is an argument."""

from dataclasses import dataclass
from typing import Protocol

from feedback_api.services.invitation_ports import InvitationStore
from feedback_api.services.ports import (
    Clock,
    CommentEdition,
    CommentQueue,
    CommentReads,
    CommentStore,
    CycleStore,
    EditorStore,
    Passphrases,
    PublishedChanges,
    PublishedCycles,
    PublishedText,
    Randomness,
    Secrets,
    TemplateStore,
)

__all__ = ["Accounts", "Services"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The collaborators of every service, one field per port.

    `queue`: of `comments`, where whoever adds one need not hold a thread until it is written; for
    what is made in an event loop, of what is in memory. `edition`: of `reads`, where those are in
    memory and nobody else changes them.
    """

    comments: CommentStore
    reads: CommentReads
    editors: EditorStore
    text: PublishedText
    changes: PublishedChanges
    cycles: PublishedCycles
    records: CycleStore
    templates: TemplateStore
    invitations: InvitationStore
    clock: Clock
    randomness: Randomness
    secrets: Secrets
    passphrases: Passphrases
    queue: CommentQueue | None = None
    edition: CommentEdition | None = None


class Accounts(Protocol):
    """The part of Services that accounts need; the command line has no more."""

    @property
    def editors(self) -> EditorStore:
        """See Services."""

    @property
    def clock(self) -> Clock:
        """See Services."""

    @property
    def passphrases(self) -> Passphrases:
        """See Services."""
