"""Everything that can be refused or can fail, as one tree.

    FeedbackError
    ├── Invalid                     faults, one per field
    │   ├── InvalidComment
    │   ├── InvalidAddition
    │   ├── InvalidDecision
    │   ├── InvalidRemark           a note, a gloss, a question, an assignment, a summary
    │   ├── InvalidTemplate
    │   └── InvalidEditor
    ├── Unknown
    │   ├── UnknownSection
    │   │   └── RetiredSection      carries the successor
    │   ├── UnknownPage
    │   ├── UnknownLanguage
    │   ├── UnknownWording
    │   ├── UnknownComment
    │   ├── UnknownReceipt
    │   ├── UnknownEmailLink
    │   ├── UnknownCycle
    │   ├── UnknownTemplate
    │   └── UnknownEditor
    ├── NotAllowedNow               the state forbids it
    │   ├── CycleClosed             decisions of a closed cycle stand
    │   ├── NotDecidedYet           there is nothing to object to
    │   ├── CycleNotClosed          objections and the report come after the closing
    │   ├── ObjectionOver
    │   ├── AlreadyObjected
    │   ├── AlreadyReplied
    │   ├── NothingPrepared
    │   └── NothingToUndo
    ├── OtherEditorNeeded           who decided first does not decide the objection
    ├── CycleNotOver                closing: comments are still taken
    ├── CycleUndecided              closing: carries what is undecided
    ├── SummaryChanged              somebody was faster; carries the newer text
    ├── Erased                      a retry of what was erased since
    ├── ReviewersOnly               the commenter forbade it
    ├── Conflict                    somebody was faster; carries the newer comment
    ├── IdempotencyMismatch
    ├── EditorExists
    ├── SignInRefused
    ├── StoreError
    │   ├── StoreFailed
    │   ├── StoreFull
    │   ├── StoreReadOnly
    │   ├── StoreUnavailable        nothing can be read either
    │   └── StoreBusy
    └── StartRefused                told to the operator in words, never to a reader
        ├── SettingsRefused
        ├── StoreLocked
        ├── StoreDamaged
        ├── BackupRefused           no backup was made, or none restored
        └── SectionsDamaged

A code is permanent: interfaces translate it, clients compare it.
"""

from typing import TYPE_CHECKING, ClassVar

from feedback_api.domain.fault import Fault, Params, shown

if TYPE_CHECKING:  # comment.py needs the errors; the errors only name the type
    from feedback_api.domain.comment import Comment


class FeedbackError(Exception):
    """The root: a permanent kebab-case code and the values its message needs."""

    code: ClassVar[str]

    def __init__(self, **params: str | int) -> None:
        self.params: Params = params
        super().__init__(self.code, dict(params))


class Invalid(FeedbackError):
    """Fields that cannot be taken as they are; all faults of one request together."""

    code = "invalid"

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__()
        self.args = (self.code, faults)


class InvalidComment(Invalid):
    """A comment whose form is wrong."""

    code = "invalid-comment"


class InvalidAddition(Invalid):
    """What a commenter wants to add has a wrong form."""

    code = "invalid-addition"


class InvalidDecision(Invalid):
    """A decision that lacks or contradicts something."""

    code = "invalid-decision"


class InvalidRemark(Invalid):
    """A note, a gloss, a question, an assignment or a summary that cannot be taken."""

    code = "invalid-remark"


class InvalidTemplate(Invalid):
    """An answer template that lacks something."""

    code = "invalid-template"


class InvalidEditor(Invalid):
    """A name or passphrase that no account may have."""

    code = "invalid-editor"


class Unknown(FeedbackError):
    """The thing named does not exist, or whoever asks must not learn that it does."""

    code = "unknown"


class UnknownSection(Unknown):
    """No section of the code ever had this id. params: section."""

    code = "unknown-section"


class RetiredSection(UnknownSection):
    """The section is no longer part of the code. params: section, and successor if there is one."""

    code = "retired-section"

    def __init__(self, *, section: str, successor: str | None) -> None:
        self.successor = successor
        params = {"section": shown(section)}
        super().__init__(**params if successor is None else {**params, "successor": successor})


class UnknownPage(Unknown):
    """No page of the code has this id. params: page."""

    code = "unknown-page"


class UnknownLanguage(Unknown):
    """The code is not published in this language. params: language."""

    code = "unknown-language"


class UnknownWording(Unknown):
    """The section never had this wording in this language. params: section, wording."""

    code = "unknown-wording"


class UnknownComment(Unknown):
    """No comment has this id. params: comment."""

    code = "unknown-comment"


class UnknownReceipt(Unknown):
    """No comment has this receipt; malformed, never given and erased ones look the same."""

    code = "unknown-receipt"


class UnknownEmailLink(Unknown):
    """No comment has this link in its mails; mangled, outlived and erased ones look the same."""

    code = "unknown-email-link"


class UnknownCycle(Unknown):
    """No review cycle has this id. params: cycle."""

    code = "unknown-cycle"


class UnknownTemplate(Unknown):
    """There is no such answer template, or no longer."""

    code = "unknown-template"


class UnknownEditor(Unknown):
    """No editor has this name. params: editor."""

    code = "unknown-editor"


class NotAllowedNow(FeedbackError):
    """The comment's state forbids it. params: action, state."""

    code = "not-allowed-now"


class CycleClosed(NotAllowedNow):
    """The cycle is closed and its decisions stand, unless the commenter objects. params: cycle."""

    code = "cycle-closed"


class NotDecidedYet(NotAllowedNow):
    """There is nothing to object to before the comment is decided."""

    code = "not-decided-yet"


class CycleNotClosed(NotAllowedNow):
    """Before the cycle is closed there is nothing to object to, and nothing to report."""

    code = "cycle-not-closed"


class ObjectionOver(NotAllowedNow):
    """The days for objections are over."""

    code = "objection-over"


class AlreadyObjected(NotAllowedNow):
    """One objection for each comment."""

    code = "already-objected"


class AlreadyReplied(NotAllowedNow):
    """One reply to each question and to each decision."""

    code = "already-replied"


class NothingPrepared(NotAllowedNow):
    """No decision waits to be announced."""

    code = "nothing-prepared"


class NothingToUndo(NotAllowedNow):
    """There is no decision that could be taken back."""

    code = "nothing-to-undo"


class OtherEditorNeeded(FeedbackError):
    """An objection is decided by another editor than the one who decided first."""

    code = "other-editor-needed"


class CycleNotOver(FeedbackError):
    """The cycle still takes comments, or has not even opened. params: cycle."""

    code = "cycle-not-over"


class CycleUndecided(FeedbackError):
    """Some comments of the cycle have no decision yet. params: cycle, count."""

    code = "cycle-undecided"

    def __init__(self, *, cycle: str, undecided: "tuple[Comment, ...]") -> None:
        self.undecided = undecided
        super().__init__(cycle=cycle, count=len(undecided))


class SummaryChanged(FeedbackError):
    """Another editor changed the summary since this one saw it; nothing is overwritten."""

    code = "summary-changed"

    def __init__(self, *, newer: str) -> None:
        self.newer = newer
        super().__init__()


class Erased(FeedbackError):
    """The comment this request made was erased since; it does not come back."""

    code = "erased"


class ReviewersOnly(FeedbackError):
    """The commenter asked that readers never see it, and editors cannot overrule that."""

    code = "reviewers-only"


class Conflict(FeedbackError):
    """The comment changed since the editor saw it. params: expected, version."""

    code = "conflict"

    def __init__(self, *, newer: "Comment", expected: int) -> None:
        self.newer = newer
        super().__init__(expected=expected, version=newer.version)


class IdempotencyMismatch(FeedbackError):
    """The Idempotency-Key was used before, with another body."""

    code = "idempotency-mismatch"


class EditorExists(FeedbackError):
    """There is an editor of this name, or one that differs only in case. params: editor."""

    code = "editor-exists"


class SignInRefused(FeedbackError):
    """Name or passphrase is wrong; which of them is not told."""

    code = "sign-in-refused"


class StoreError(FeedbackError):
    """The change was not acknowledged; reading goes on."""

    code = "store-error"


class StoreFailed(StoreError):
    """The disk failed, or the store is shut down; whether the change survives is not known."""

    code = "store-failed"


class StoreFull(StoreError):
    """No space left; works again by itself when space returns."""

    code = "store-full"


class StoreReadOnly(StoreError):
    """The folder cannot be written; works again by itself when that is mended."""

    code = "store-read-only"


class StoreUnavailable(StoreError):
    """The database does not answer; works again by itself when it does."""

    code = "store-unavailable"


class StoreBusy(StoreError):
    """Too many changes wait already; this one was not taken."""

    code = "store-busy"


class StartRefused(FeedbackError):
    """The service does not start; `message` says to the operator what is wrong and the way out."""

    code = "start-refused"

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__()
        self.args = (message,)


class SettingsRefused(StartRefused):
    """A setting is missing, unknown or out of range."""

    code = "settings-refused"


class StoreLocked(StartRefused):
    """Another process uses the folder."""

    code = "store-locked"


class StoreDamaged(StartRefused):
    """A stored file cannot be trusted; it is left as it is."""

    code = "store-damaged"


class BackupRefused(StartRefused):
    """No backup can be made, or it cannot be restored; nothing was changed."""

    code = "backup-refused"


class SectionsDamaged(StartRefused):
    """sections.json is missing or not what the build writes."""

    code = "sections-damaged"
