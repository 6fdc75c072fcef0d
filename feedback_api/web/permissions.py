"""Who may do what: every operation of the service, and nobody else may anything.

An operation that has no row here, and a row that no operation has, keep the service from being
built; so a new URL is closed until somebody says here whom it is open to. `may` is what guard,
board and documentation ask alike.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback_api.domain.editor import AccountRole


class Who(StrEnum):
    """As whom a request comes: always a reader, and more by what it carries."""

    READER = "reader"
    COMMENTER = "commenter"  # holds the receipt of the comment; the receipt is asked for
    REVIEWER = "reviewer"  # is signed in with an account of that role
    EDITOR = "editor"


class Own(StrEnum):
    """What must be one's own for the operation to act on it."""

    NOTHING = ""
    RECEIPT = "own receipt"
    LINK = "own link"  # of a mail; its secret is the proof
    SESSION = "own session"
    OPERATION = "the service’s own machine, or its operator’s token"  # else it is answered 404
    NOT_FIRST_DECIDER = "not the first decider"  # of a decision that the commenter objects to


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A row: who may, and what must be theirs."""

    who: frozenset[Who]
    own: Own = Own.NOTHING

    @property
    def is_open(self) -> bool:
        """Whether no account and no receipt is needed."""
        return Who.READER in self.who

    @property
    def needs_account(self) -> bool:
        return not self.who & {Who.READER, Who.COMMENTER}

    @property
    def is_for_editors_alone(self) -> bool:
        return self.who == {Who.EDITOR}

    def admits(self, role: AccountRole) -> bool:
        """Whether an account of that role may, as everybody or as what it is."""
        return self.is_open or Who(role.value) in self.who


class TableIncomplete(Exception):
    """The table and the operations differ: a fault of ours, found when the service is built."""


def _to(*who: Who, own: Own = Own.NOTHING) -> Permission:
    return Permission(who=frozenset(who), own=own)


_FOR_READERS = (
    "GET /api/v1/cycles",
    "GET /api/v1/cycles/{cycle}",
    "GET /api/v1/cycles/{cycle}/dispositions",
    "GET /api/v1/cycles/{cycle}/figures",
    "GET /api/v1/openapi.json",
    "GET /api/v1/pages/{page}/counts",
    "GET /api/v1/sections/{section}",
    "GET /api/v1/sections/{section}/wordings/{language}/{fingerprint}",
    "POST /api/v1/comments",
    "POST /api/v1/comments/{comment}/second",
    "POST /api/v1/comments/{comment}/unsecond",
    "POST /api/v1/invitation",
    "GET /feedback/api",
    "GET /feedback/assets/{name}",
    "GET /feedback/my-data",
    "POST /feedback/my-data",
    "GET /feedback/invitation",
    "POST /feedback/invitation",
    "POST /feedback/invitation/forget",
    "GET /feedback/invitation/{invitation}",
    "GET /feedback/receipt",
    "GET /feedback/{lang}/feed.atom",
    "GET /feedback/{lang}/privacy",
    "GET /feedback/{lang}/{section}",
    "POST /feedback/{lang}/{section}",
    "GET /feedback/{lang}/{section}/comments",
    "GET /feedback/{lang}/{section}/comments/{comment}/second",
    "POST /feedback/{lang}/{section}/comments/{comment}/second",
    "POST /feedback/{lang}/{section}/comments/{comment}/unsecond",
    "GET /healthz",
    "GET /readyz",
)
_FOR_LINKS = (
    "GET /feedback/email/confirm",
    "POST /feedback/email/confirm",
    "GET /feedback/email/unsubscribe",
    "POST /feedback/email/unsubscribe",
    "GET /feedback/my-data/comments",
    "POST /feedback/my-data/data",
    "POST /feedback/my-data/erase",
    "POST /feedback/my-data/text",
)
_FOR_OPERATORS = ("GET /metrics",)
_FOR_SIGNING_IN = (
    "POST /api/v1/session",
    "GET /review/sign-in",
    "POST /review/sign-in",
    "GET /review/sign-in/provider",
    "GET /review/sign-in/callback",
    "POST /review/sign-in/ended",
    "GET /review/signed-out",
)
_FOR_COMMENTERS = (
    "GET /api/v1/receipt",
    "GET /api/v1/receipt/data",
    "POST /api/v1/receipt/reply",
    "POST /api/v1/receipt/object",
    "POST /api/v1/receipt/withdraw",
    "POST /api/v1/receipt/erase",
    "POST /feedback/receipt",
    "POST /feedback/receipt/reply",
    "POST /feedback/receipt/object",
    "POST /feedback/receipt/withdraw",
    "POST /feedback/receipt/erase",
    "POST /feedback/receipt/data",
    "POST /feedback/receipt/file",
    "POST /feedback/receipt/text",
)
_FOR_ACCOUNTS_THEMSELVES = (
    "GET /api/v1/session",
    "DELETE /api/v1/session",
    "GET /review/passphrase",
    "POST /review/passphrase",
    "POST /review/sign-out",
)
_FOR_REVIEWERS = (
    "GET /api/v1/acts",
    "GET /api/v1/comments",
    "GET /api/v1/comments/{comment}",
    "POST /api/v1/comments/{comment}/assign",
    "POST /api/v1/comments/{comment}/gloss",
    "POST /api/v1/comments/{comment}/note",
    "GET /api/v1/cycles/{cycle}/dispositions?all=1",  # with what readers may not see
    "GET /api/v1/cycles/{cycle}/undecided",
    "GET /api/v1/stats",
    "GET /api/v1/templates",
    "GET /review",
    "GET /review/acts",
    "GET /review/cycles",
    "GET /review/cycles/{cycle}",
    "GET /review/cycles/{cycle}/collect",
    "POST /review/cycles/{cycle}/collect",
    "GET /review/cycles/{cycle}/form.{format}",
    "GET /review/cycles/{cycle}/summaries/{section}",
    "GET /review/dashboard",
    "GET /review/deliveries",
    "GET /review/sections/{section}",
    "GET /review/templates",
    "GET /review/{comment}",
    "POST /review/{comment}/assign",
    "POST /review/{comment}/gloss",
    "POST /review/{comment}/note",
    "POST /review/{comment}/take",
)
_FOR_EDITORS = (
    "POST /api/v1/comments/{comment}/begin",
    "POST /api/v1/comments/{comment}/erase",
    "POST /api/v1/comments/{comment}/publicity",
    "POST /api/v1/comments/{comment}/question",
    "POST /api/v1/comments/{comment}/undo",
    "POST /api/v1/comments/{comment}/unprepare",
    "POST /api/v1/cycles/{cycle}/close",
    "POST /api/v1/cycles/{cycle}/summaries",
    "POST /api/v1/proposals",
    "POST /api/v1/templates",
    "POST /api/v1/templates/{template}/remove",
    "POST /review/cycles/{cycle}/close",
    "POST /review/cycles/{cycle}/propose",
    "POST /review/cycles/{cycle}/summaries/{section}",
    "POST /review/deliveries/again",
    "POST /review/templates",
    "POST /review/templates/{template}",
    "POST /review/templates/{template}/remove",
    "POST /review/{comment}/begin",
    "POST /review/{comment}/erase",
    "POST /review/{comment}/propose",
    "POST /review/{comment}/publicity",
    "POST /review/{comment}/question",
    "POST /review/{comment}/template",
    "POST /review/{comment}/undo",
    "POST /review/{comment}/unprepare",
)
_FOR_DECIDERS = (
    "POST /api/v1/announcements",
    "POST /api/v1/comments/{comment}/decision",
    "POST /api/v1/comments/{comment}/defer",
    "POST /api/v1/comments/{comment}/merge",
    "POST /api/v1/comments/{comment}/prepare",
    "POST /review/cycles/{cycle}/announce",
    "POST /review/{comment}/announce",
    "POST /review/{comment}/decision",
    "POST /review/{comment}/defer",
    "POST /review/{comment}/merge",
    "POST /review/{comment}/prepare",
)

_LISTS: Sequence[tuple[Sequence[str], Permission]] = (
    (_FOR_READERS, _to(*Who)),
    (_FOR_LINKS, _to(*Who, own=Own.LINK)),
    (_FOR_OPERATORS, _to(*Who, own=Own.OPERATION)),
    (_FOR_SIGNING_IN, _to(*Who, own=Own.SESSION)),
    (_FOR_COMMENTERS, _to(Who.COMMENTER, own=Own.RECEIPT)),
    (_FOR_ACCOUNTS_THEMSELVES, _to(Who.REVIEWER, Who.EDITOR, own=Own.SESSION)),
    (_FOR_REVIEWERS, _to(Who.REVIEWER, Who.EDITOR)),
    (_FOR_EDITORS, _to(Who.EDITOR)),
    (_FOR_DECIDERS, _to(Who.EDITOR, own=Own.NOT_FIRST_DECIDER)),
)
PERMISSIONS: Mapping[str, Permission] = {
    operation: permission for operations, permission in _LISTS for operation in operations
}
"""By method and path; a row with `?` is an operation asked for more, which its handler requires."""


def permission_of(operation: str) -> Permission:
    """The row of an operation, as `POST /review/{comment}/note`. Raises TableIncomplete."""
    try:
        return PERMISSIONS[operation]
    except KeyError:
        raise TableIncomplete(
            f"web/permissions.py says of nobody that they may {operation}"
        ) from None


def refuse_incomplete(operations: Collection[str]) -> None:
    """Hold table and operations against each other. Raises TableIncomplete."""
    for operation in operations:
        permission_of(operation)
    listed = sum(len(named) for named, _ in _LISTS)
    if listed != len(PERMISSIONS):
        raise TableIncomplete("web/permissions.py names an operation in two lists")
    gone = sorted(row for row in PERMISSIONS if row.partition("?")[0] not in operations)
    if gone:
        raise TableIncomplete(f"web/permissions.py has rows without operation: {', '.join(gone)}")
