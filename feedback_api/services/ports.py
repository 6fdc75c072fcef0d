"""What the services need from outside, as Protocols; at most six methods each.

Whatever waits or writes blocks its caller: web runs it in a thread. Methods marked "from memory"
answer at once and may be called on the event loop.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from feedback_api.domain.comment import About, Comment, Kind, Role, Visibility
from feedback_api.domain.cycle import AnswerTemplate, Cycle, CycleRecord
from feedback_api.domain.decision import State
from feedback_api.domain.editor import Editor
from feedback_api.domain.identity import (
    CommentId,
    CycleId,
    EditorName,
    Fingerprint,
    LanguageCode,
    PageId,
    SectionId,
)
from feedback_api.domain.publication import Changes
from feedback_api.domain.receipt import Receipt
from feedback_api.domain.section import Language, Revision, SectionEntry, Wording

Step = Callable[[Comment], Comment]
"""A change of one comment: pure, quick, may be run again; the same object back means no change."""

EditorStep = Callable[[Editor], Editor]

CycleStep = Callable[[CycleRecord], CycleRecord]
"""As Step; `version` is counted by the store."""

LIST_LIMIT = 200


class Order(StrEnum):
    """Of a list of comments, by `submitted_at`, then by id."""

    OLDEST_FIRST = "oldest"
    NEWEST_FIRST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentQuery:
    """Which comments an editor wants to see; an absent filter lets everything through.

    `cycle` is where a comment was made, `agenda` the later cycle that answers it; `assignee` ""
    stands for nobody.

    `text`: every word of it occurs in body, suggestion, additions, reason or name, whatever the
    case and whether written with ё or е. `limit` is cut to LIST_LIMIT.
    `ids`: of these alone, those that are there.
    `erased`: tombstones instead of comments; no other filter goes with it.
    """

    states: frozenset[State] = frozenset()
    page: PageId | None = None
    section: SectionId | None = None
    language: LanguageCode | None = None
    role: Role | None = None
    verified: bool | None = None
    kind: Kind | None = None
    about: About | None = None
    visibility: Visibility | None = None
    public: bool | None = None
    cycle: CycleId | None = None
    agenda: CycleId | None = None
    has_agenda: bool | None = None
    assignee: EditorName | None = None
    prepared: bool | None = None
    text: str | None = None
    ids: frozenset[CommentId] | None = None
    erased: bool = False
    order: Order = Order.OLDEST_FIRST
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    """One page of a list, and how many comments the whole list has."""

    comments: tuple[Comment, ...]
    total: int


class CommentStore(Protocol):
    """Durable comments: what add and change return has reached the disk."""

    def add(self, comment: Comment) -> Comment:
        """Keep a new comment.

        If one with the same `idempotency` is there already, that one is returned and nothing
        stored. A tombstone may be added, too. Raises IdempotencyMismatch (same key, other body),
        Erased (its key, or its own id), StoreError.
        """

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        """Replace the comment by `step(comment)`, no other change in between.

        What `step` raises is raised here and nothing is changed. `step` sets neither id, page,
        section, cycle nor `version`; the store counts versions, see `is_new_version`. Raises
        UnknownComment (erased ones, too), StoreError.
        """

    def get(self, comment_id: CommentId) -> Comment:
        """From memory. Raises UnknownComment."""

    def by_receipt(self, receipt_hash: str) -> Comment:
        """From memory. Raises UnknownReceipt."""

    def by_idempotency_key(self, key_hash: str) -> Comment | None:
        """From memory. The comment that came with this key, if any did. Raises Erased."""

    def duplicates(self, comment_id: CommentId) -> tuple[Comment, ...]:
        """From memory. Those merged into just this one, oldest first; none for an unknown one."""


class CommentQueue(Protocol):
    """Of a CommentStore that needs no thread of whoever adds one; see ADR 0013 and 0017."""

    def add_soon(self, comment: Comment) -> Future[Comment]:
        """As CommentStore.add, without waiting: whoever writes ends the Future.

        Raises StoreBusy and StoreFailed at once where it is not taken.
        """


class CommentReads(Protocol):
    """Acknowledged comments, read from memory."""

    def select(self, query: CommentQuery) -> CommentPage:
        """For editors. Quick, but with `text` it reads every candidate: call it in a thread."""

    def every(self, query: CommentQuery) -> Iterator[Comment]:
        """For editors. All that `select` would find, whatever offset and limit; in a thread."""

    def tally(self) -> Mapping[State, int]:
        """For editors. How many comments stand in each state that has any."""

    def public(self, section: SectionId) -> tuple[Comment, ...]:
        """What readers may see on a section, oldest first, all languages; empty if unknown."""

    def counts(self, page: PageId) -> Mapping[SectionId, int]:
        """How many comments readers may see, for each section of the page that has any."""

    def generation(self, page: PageId | None) -> int:
        """A number that differs whenever `public` or `counts` of the page may; for ETags.

        None: of any page, published now or not.
        Differs over restarts too.
        """


class CommentEdition(Protocol):
    """How far the comments have come, of a store that has all of them in memory."""

    def edition(self) -> int:
        """A number that differs whenever any comment does. From memory, without waiting."""


class PublishedChanges(Protocol):
    """What of the comments stands in the text as published now; from memory."""

    def changes(self) -> Changes | None:
        """None where the build knew no history."""


class PublishedCycles(Protocol):
    """The review cycles as published now; from memory."""

    def all_cycles(self) -> tuple[Cycle, ...]:
        """In the order of their opening; no two are open at once."""

    def cycle(self, cycle: CycleId) -> Cycle:
        """Raises UnknownCycle."""


class CycleStore(Protocol):
    """What editors did with whole cycles; changes are durable."""

    def get(self, cycle: CycleId) -> CycleRecord:
        """From memory; an empty record where nothing was done yet."""

    def change(self, cycle: CycleId, step: CycleStep) -> CycleRecord:
        """As CommentStore.change. Raises StoreError, and what `step` raises."""


class TemplateStore(Protocol):
    """Answer templates; changes are durable."""

    def put(self, template: AnswerTemplate) -> None:
        """Add it, or replace the one of its id. Raises StoreError."""

    def remove(self, template: str) -> None:
        """By id. Raises UnknownTemplate, StoreError."""

    def all(self) -> tuple[AnswerTemplate, ...]:
        """From memory, by name."""


class EditorStore(Protocol):
    """Accounts of editors; changes are durable, and seen without a restart."""

    def add(self, editor: Editor) -> None:
        """Raises EditorExists (names are compared without case, subjects too), StoreError."""

    def get(self, name: EditorName) -> Editor:
        """Raises UnknownEditor."""

    def change(self, name: EditorName, step: EditorStep) -> Editor:
        """Raises UnknownEditor, StoreError."""

    def remove(self, name: EditorName) -> None:
        """Raises UnknownEditor, StoreError."""

    def all(self) -> tuple[Editor, ...]:
        """By name."""


class PublishedText(Protocol):
    """The code as published now, and every wording it ever had; from memory."""

    def section(self, section: SectionId) -> SectionEntry:
        """Raises UnknownSection; RetiredSection (a kind of it) names the successor."""

    def wording(
        self, section: SectionId, language: LanguageCode, fingerprint: Fingerprint
    ) -> Wording:
        """The wording, present or earlier, of a section, present or retired.

        Raises UnknownLanguage, UnknownSection, UnknownWording.
        """

    def languages(self) -> tuple[Language, ...]:
        """In the order of sections.json; exactly one is the source."""

    def page(self, page: PageId) -> tuple[SectionEntry, ...]:
        """The sections of a page in reading order. Raises UnknownPage."""

    def all_sections(self) -> tuple[SectionEntry, ...]:
        """In reading order."""

    def revision(self) -> Revision:
        """What is published now; unequal to any earlier one that said something else."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Aware, UTC."""


class Randomness(Protocol):
    """What nobody can guess."""

    def comment_id(self) -> CommentId:
        """A new UUID."""

    def receipt(self) -> Receipt:
        """100 random bits."""

    def template_id(self) -> str:
        """A new UUID."""


class Secrets(Protocol):
    """The service's own secret, usable but not readable."""

    def keyed_hash(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA-256, 32 bytes; another purpose gives unrelated bytes for the same text."""


class Passphrases(Protocol):
    """A slow hash for passphrases; its methods take a noticeable time."""

    def hash(self, passphrase: str) -> str:
        """A salted hash that carries its parameters."""

    def matches(self, passphrase: str, passphrase_hash: str | None) -> bool:
        """False for None too, after the same time: whoever asks learns no names."""

    def is_easy(self, passphrase: str, name: str) -> bool:
        """Whether it is guessed soon by whoever knows lists, the place and the account's name."""
