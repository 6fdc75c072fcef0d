"""Why a comment's wording is not applied: one permanent code and one exact sentence each."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """Permanent; `SENTENCES` says each of them."""

    UNKNOWN_COMMENT = "unknown-comment"
    UNDECIDED = "undecided"
    NOT_ACCEPTED = "not-accepted"
    NO_SUGGESTION = "no-suggestion"
    ALREADY_APPLIED = "already-applied"
    SECTION_RETIRED = "section-retired"
    LANGUAGE_MISSING = "language-missing"
    BASE_CHANGED = "base-changed"
    BREAKS_GRAMMAR = "breaks-grammar"
    BREAKS_CHECKS = "breaks-checks"
    EDIT_ABANDONED = "edit-abandoned"
    TREE_NOT_CLEAN = "tree-not-clean"
    BRANCH_EXISTS = "branch-exists"
    NO_REPOSITORY = "no-repository"
    NO_IDENTITY = "no-identity"
    REPOSITORY_LOCKED = "repository-locked"
    COMMIT_FAILED = "commit-failed"


# The keys of the catalogue languages/*/messages.po, for whoever shows them to editors.
SENTENCES = {
    RefusalCode.UNKNOWN_COMMENT: "There is no such comment among those that were pulled.",
    RefusalCode.UNDECIDED: "The comment is not decided yet.",
    RefusalCode.NOT_ACCEPTED: "The comment was not accepted.",
    RefusalCode.NO_SUGGESTION: "The comment suggests no wording.",
    RefusalCode.ALREADY_APPLIED: "The wording is in the text already.",
    RefusalCode.SECTION_RETIRED: "The section is no longer part of the code.",
    RefusalCode.LANGUAGE_MISSING: "The section is not translated into this language.",
    RefusalCode.BASE_CHANGED: (
        "The section has changed since the comment, in the same place as the suggestion."
    ),
    RefusalCode.BREAKS_GRAMMAR: "The wording would break the form of the page.",
    RefusalCode.BREAKS_CHECKS: "The wording would not pass the checks of the text.",
    RefusalCode.EDIT_ABANDONED: "The editor was left without a wording.",
    RefusalCode.TREE_NOT_CLEAN: "There are changes in the working tree that are not committed.",
    RefusalCode.BRANCH_EXISTS: "There is a branch of this name already.",
    RefusalCode.NO_REPOSITORY: "There is no git repository to make a commit in.",
    RefusalCode.NO_IDENTITY: "Git does not know who makes the commit.",
    RefusalCode.REPOSITORY_LOCKED: "Another git command is at work in the repository.",
    RefusalCode.COMMIT_FAILED: "Git did not make the commit.",
}


class ApplyRefusedError(Exception):
    """`detail` adds what the sentence leaves open: findings, files, the name of a branch.

    `theirs` is the suggestion and `ours` the present text, where both are to be compared.
    """

    def __init__(
        self,
        code: RefusalCode,
        detail: str = "",
        *,
        theirs: str | None = None,
        ours: str | None = None,
    ) -> None:
        self.code = code
        self.detail = detail
        self.theirs = theirs
        self.ours = ours
        super().__init__(f"{SENTENCES[code]} {detail}".strip())
