"""Why a wording is not proposed: one sentence for each of the permanent reasons."""

from collections.abc import Mapping

from feedback_api.domain.proposal import RefusalReason
from feedback_api.web.messages import mark

REFUSALS: Mapping[RefusalReason, str] = {
    RefusalReason.ALREADY_PROPOSED: mark("This change is proposed already."),
    RefusalReason.UNDECIDED: mark("The comment is not decided yet."),
    RefusalReason.NOT_ACCEPTED: mark("The comment was not accepted."),
    RefusalReason.NO_SUGGESTION: mark("The comment suggests no wording."),
    RefusalReason.ALREADY_APPLIED: mark("The wording is in the text already."),
    RefusalReason.SECTION_RETIRED: mark("The section is no longer part of the code."),
    RefusalReason.LANGUAGE_MISSING: mark("The section is not translated into this language."),
    RefusalReason.BASE_CHANGED: mark(
        "The section has changed since the comment, in the same place as the suggestion."
    ),
    RefusalReason.BREAKS_GRAMMAR: mark("The wording would break the form of the page."),
    RefusalReason.BREAKS_CHECKS: mark("The wording would not pass the checks of the text."),
    RefusalReason.COMMIT_FAILED: mark("Git did not make the commit."),
}
