"""Accepted wordings on their way into the text: what was proposed, and why something was not.

FeedbackError
└── ProposalError
    ├── ProposalsOff              no repository was given to the service
    ├── ProposalsBusy             one at a time
    ├── RepositoryUnreachable     nothing was sent
    ├── PushRejected              the repository took nothing; carries what it said
    ├── ProposalFailed            the tools did not do their work; nothing was sent
    └── NothingProposed           carries why, comment by comment
"""

from dataclasses import dataclass
from enum import StrEnum

from feedback_api.domain.errors import FeedbackError
from feedback_api.domain.identity import CommentId, CommitHash, LanguageCode, SectionId


class RefusalReason(StrEnum):
    """Why a wording does not go into the text; permanent words, those of `review apply`."""

    ALREADY_PROPOSED = "already-proposed"
    UNDECIDED = "undecided"
    NOT_ACCEPTED = "not-accepted"
    NO_SUGGESTION = "no-suggestion"
    ALREADY_APPLIED = "already-applied"
    SECTION_RETIRED = "section-retired"
    LANGUAGE_MISSING = "language-missing"
    BASE_CHANGED = "base-changed"
    BREAKS_GRAMMAR = "breaks-grammar"
    BREAKS_CHECKS = "breaks-checks"
    COMMIT_FAILED = "commit-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedWording:
    """A comment whose wording was not proposed, and why: by `reason` or by `error`.

    `detail` is what the tools found, in their own words, or the branch of an earlier proposal.
    `theirs` is the suggestion and `ours` the present text, where both are to be compared.
    """

    comment: CommentId
    reason: RefusalReason | None = None
    error: FeedbackError | None = None
    detail: str = ""
    theirs: str | None = None
    ours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedCommit:
    """A commit on the branch; `section` and `language` are None where it changes several."""

    sha: CommitHash
    subject: str
    comments: tuple[CommentId, ...]
    section: SectionId | None
    language: LanguageCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """Translations that do not keep up any more once the branch is merged."""

    section: SectionId
    languages: tuple[LanguageCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What came of proposing: `branch` is in the repository, or "" where nothing was sent.

    `url` is where a pull request for it is opened, "" where nobody knows.
    """

    branch: str = ""
    commits: tuple[ProposedCommit, ...] = ()
    refused: tuple[RefusedWording, ...] = ()
    behind: tuple[LeftBehind, ...] = ()
    url: str = ""


class ProposalError(FeedbackError):
    """Nothing was proposed."""

    code = "proposal-error"


class ProposalsOff(ProposalError):
    """The service has no repository to propose changes to."""

    code = "proposals-off"


class ProposalsBusy(ProposalError):
    """Another proposal is being made."""

    code = "proposals-busy"


class RepositoryUnreachable(ProposalError):
    """The repository, or the branch that proposals start from, could not be read."""

    code = "repository-unreachable"


class PushRejected(ProposalError):
    """The repository was reached, but did not take the branch.

    `said` is what it answered: its own words, in its own language.
    """

    code = "push-rejected"

    def __init__(self, said: str = "") -> None:
        self.said = said
        super().__init__()


class ProposalFailed(ProposalError):
    """The tools failed or took too long; what they said is in the log."""

    code = "proposal-failed"


class NothingProposed(ProposalError):
    """Every wording was refused."""

    code = "nothing-proposed"

    def __init__(self, *refused: RefusedWording) -> None:
        self.refused = refused
        super().__init__(count=len(refused))
