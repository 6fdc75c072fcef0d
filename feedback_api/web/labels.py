"""What the permanent words of the domain are called in the interface."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from feedback_api.domain.act import What
from feedback_api.domain.comment import About, Kind, Role, Visibility
from feedback_api.domain.cycle import Phase
from feedback_api.domain.decision import State
from feedback_api.domain.event import EventKind
from feedback_api.domain.remarks import Way
from feedback_api.domain.section import TranslationState
from feedback_api.services.standing import TextStanding
from feedback_api.services.webhook_attempts import Result, Trouble
from feedback_api.web.messages import mark

ROLES: Mapping[Role, str] = {
    Role.CUSTOMER: mark("Customer"),
    Role.STAFF: mark("Staff"),
    Role.MANAGEMENT: mark("Management"),
}
KINDS: Mapping[Kind, str] = {
    Kind.QUESTION: mark("Question"),
    Kind.PROBLEM: mark("Problem"),
    Kind.SUGGESTION: mark("Suggestion"),
    Kind.PRAISE: mark("Praise"),
}
ABOUTS: Mapping[About, str] = {
    About.RULE: mark("The rule itself"),
    About.TRANSLATION: mark("Only how it is put in this language"),
}
VISIBILITIES: Mapping[Visibility, str] = {
    Visibility.PUBLIC: mark("Readers, once an editor has let it through"),
    Visibility.REVIEWERS: mark("Only the editors"),
}
STATES: Mapping[State, str] = {
    State.RECEIVED: mark("Received"),
    State.IN_REVIEW: mark("In review"),
    State.ACCEPTED: mark("Accepted"),
    State.ACCEPTED_IN_PART: mark("Accepted in part"),
    State.DECLINED: mark("Declined"),
    State.ANSWERED: mark("Answered"),
    State.DUPLICATE: mark("Duplicate"),
    State.DEFERRED: mark("Deferred"),
    State.PUBLISHED: mark("Published"),
    State.WITHDRAWN: mark("Withdrawn"),
}
STATE_MEANINGS: Mapping[State, str] = {
    State.RECEIVED: mark(
        "Stored, waiting for an editor. Come back with your receipt to see the answer."
    ),
    State.IN_REVIEW: mark("An editor is working on it."),
    State.ACCEPTED: mark("The wording will change as your comment asks."),
    State.ACCEPTED_IN_PART: mark("The wording will change, but not in everything."),
    State.DECLINED: mark("The wording stays as it is; the reason is below."),
    State.ANSWERED: mark("The answer is below, and nothing changes."),
    State.DUPLICATE: mark("Decided together with another comment that says the same."),
    State.DEFERRED: mark("Moved to a later review cycle."),
    State.PUBLISHED: mark("What came of it is part of a revision."),
    State.WITHDRAWN: mark("You took it back. Nobody decides it or shows it to readers any more."),
}
EVENTS: Mapping[EventKind, str] = {
    EventKind.SUBMITTED: mark("Comment sent"),
    EventKind.EMAIL_CONFIRMED: mark("E-mail address confirmed"),
    EventKind.EMAIL_REMOVED: mark("E-mail address removed"),
    EventKind.CONTACT_ERASED: mark("Name and e-mail address erased"),
    EventKind.ADDED_TO: mark("Something was added"),
    EventKind.REVIEW_BEGUN: mark("Review begun"),
    EventKind.ASSIGNED: mark("Assignment changed"),
    EventKind.NOTED: mark("Note written"),
    EventKind.GLOSSED: mark("Summary line changed"),
    EventKind.QUESTION_ASKED: mark("Question asked"),
    EventKind.PREPARED: mark("Decision prepared"),
    EventKind.PREPARATION_DROPPED: mark("Prepared decision dropped"),
    EventKind.DECIDED: mark("Decided"),
    EventKind.PROPOSED: mark("Change proposed"),
    EventKind.DECISION_UNDONE: mark("Decision taken back"),
    EventKind.OBJECTED: mark("Objection made"),
    EventKind.PUBLISHED: mark("Published with the text"),
    EventKind.PUBLICATION_UNDONE: mark("No longer part of the published text"),
    EventKind.MADE_PUBLIC: mark("Shown to readers"),
    EventKind.KEPT_TO_REVIEWERS: mark("Kept to the editors"),
    EventKind.WITHDRAWN: mark("Comment withdrawn"),
    EventKind.ERASED: mark("Erased"),
}
TRANSLATIONS: Mapping[TranslationState, str] = {
    TranslationState.CURRENT: mark("Translation current"),
    TranslationState.BEHIND: mark("Translation behind the source text"),
    TranslationState.MISSING: mark("Not translated yet: this is the source text"),
}
STANDINGS: Mapping[TextStanding, str] = {
    TextStanding.CURRENT: mark("On the current wording"),
    TextStanding.EARLIER: mark("On an earlier wording"),
    TextStanding.MOVED: mark("The section moved"),
    TextStanding.RETIRED: mark("The section is retired"),
}
PHASES: Mapping[Phase, str] = {
    Phase.UPCOMING: mark("Upcoming"),
    Phase.OPEN: mark("Open for comments"),
    Phase.DECIDING: mark("Being decided"),
    Phase.CLOSED: mark("Closed"),
}
RESULTS: Mapping[Result, str] = {
    Result.DELIVERED: mark("Delivered"),
    Result.FAILED: mark("Failed"),
    Result.GIVEN_UP: mark("Given up"),
}
TROUBLES: Mapping[Trouble, str] = {
    Trouble.UNREACHABLE: mark("Nobody there"),
    Trouble.TOO_SLOW: mark("No answer in time"),
    Trouble.OTHER: mark("An answer that is none"),
}
ERASED: Mapping[What, str] = {
    What.COMMENT: mark("A whole comment"),
    What.CONTACT: mark("Name and e-mail address of a comment"),
    What.ADDRESS: mark("E-mail address of a comment"),
}
WAYS: Mapping[Way, str] = {
    Way.RECEIPT: mark("The commenter, by receipt"),
    Way.EMAIL: mark("The commenter, by a link in a mail"),
    Way.EDITOR: mark("An editor"),
    Way.RETENTION: mark("The service itself"),
}
PASSPHRASE_FIELDS: Mapping[str, str] = {
    "present": mark("Present passphrase"),
    "passphrase": mark("New passphrase"),
    "again": mark("New passphrase once more"),
}
FIELDS: Mapping[str, str] = {
    "section": mark("Section"),
    "language": mark("Language"),
    "wording": mark("Wording"),
    "role": mark("You are"),
    "kind": mark("Your comment is"),
    "about": mark("It is about"),
    "body": mark("Your comment"),
    "suggestion": mark("Wording you suggest instead"),
    "visibility": mark("Who may read it"),
    "name": mark("Name"),
    "email": mark("E-mail"),
    "receipt": mark("Receipt"),
    "outcome": mark("Decision"),
    "reason": mark("Reason"),
    "reason_language": mark("Language of the reason"),
    "duplicate_of": mark("Duplicate of"),
    "deferred_to": mark("Deferred to"),
    "version": mark("Version"),
    "passphrase": mark("Passphrase"),
    "state": mark("State"),
    "standing": mark("Wording"),
    "text": mark("Words in it"),
    "page": mark("Page"),
    "comments": mark("Comments"),
    "assignee": mark("Assigned to"),
    "prepared": mark("Prepared decision"),
    "verified": mark("Role verified"),
    "invitation": mark("Invitation code or link"),
    "agenda": mark("Review cycle"),
    "cycle": mark("Review cycle"),
    "template": mark("Answer template"),
    "picked": mark("Another comment on this section"),
    "why": mark("Why it is erased"),
}

_TABLES: Iterable[Iterable[tuple[StrEnum, str]]] = (
    ROLES.items(),
    KINDS.items(),
    ABOUTS.items(),
    VISIBILITIES.items(),
    STATES.items(),
    EVENTS.items(),
    TRANSLATIONS.items(),
    STANDINGS.items(),
    PHASES.items(),
    RESULTS.items(),
    TROUBLES.items(),
    ERASED.items(),
    WAYS.items(),
)
# By type too: two words of different kinds may be spelt the same, and are then equal as keys.
_LABELS = {(type(word), word.value): text for table in _TABLES for word, text in table}


def label_of(word: StrEnum) -> str:
    """The message, still to be translated, for one of the words above."""
    return _LABELS[type(word), word.value]
