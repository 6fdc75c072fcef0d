"""Changes proposed to the text: what an editor's program sends, and what came of it."""

from typing import Annotated

from msgspec import Meta

from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Language, Posted, Section, Suggestion, Version, Wording
from feedback_api.web.shown_models import Shown

PROPOSED_LIMIT = 25


class ProposalPickPosted(Posted, frozen=True, kw_only=True):
    """A comment in the version the editor saw.

    `suggestion`: the wording as the editor changed it; `wording`: the one that was changed, where
    that is not the one commented on.
    """

    id: str
    version: Version
    suggestion: Suggestion | None = None
    wording: Wording | None = None


class ProposalPosted(Posted, frozen=True, kw_only=True):
    """The comments whose wordings are proposed together, as one branch."""

    comments: Annotated[
        list[ProposalPickPosted],
        Meta(
            description=mark("Each with the version that was seen."),
            extra_json_schema={"minItems": 1, "maxItems": PROPOSED_LIMIT, "uniqueItems": True},
        ),
    ]


class ProposalEntered(Posted, frozen=True, kw_only=True):
    """The same for one comment, from its page."""

    version: Version
    suggestion: Suggestion
    wording: Wording


class ProposedCommitShown(Shown, frozen=True, kw_only=True):
    """A commit; `section` and `language` are null where it changes several."""

    sha: str
    subject: str
    comments: list[str]
    section: Section | None
    language: Language | None


class LeftBehindShown(Shown, frozen=True, kw_only=True):
    """Translations that do not keep up any more once the branch is merged."""

    section: Section
    languages: list[Language]


class RefusedWordingShown(Shown, frozen=True, kw_only=True):
    """Why one wording was not proposed.

    `found`: what the tools of the text found, or the branch of an earlier proposal; `theirs` is the
    suggestion and `ours` the present text, where both are to be compared.
    """

    id: str
    code: str
    detail: str
    found: str
    theirs: str | None
    ours: str | None


class ProposalShown(Shown, frozen=True, kw_only=True):
    """What is in the repository now; `url` opens a pull request for it, if that is known."""

    branch: str
    commits: list[ProposedCommitShown]
    refused: list[RefusedWordingShown]
    behind: list[LeftBehindShown]
    url: str | None
