"""What an editor is told who was not the first: what happened, and how it stands beside theirs."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import LanguageCode
from feedback_api.web.comment_forms import FORMS, labels_of
from feedback_api.web.comment_view import HistoryRow, history
from feedback_api.web.messages import Messages, mark
from feedback_api.web.section_view import language_tags
from feedback_api.web.visit import Visit

_VERSION = re.compile("[0-9]{1,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One thing as it is now, or as it was typed; `tag` is empty where no language is known."""

    label: str
    text: str
    tag: str = ""
    outcome: State | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """What happened since the editor looked, what that left, and what the editor had typed."""

    since: Sequence[HistoryRow]
    present: Sequence[Piece]
    typed: Sequence[Piece]


def view_conflict(
    comment: Comment, typed: Mapping[str, str], visit: Visit, *, form: str
) -> ConflictView | None:
    """What `typed`, sent in `form`, was typed without knowing; None if that is nothing.

    Told whatever else hinders the change: the form that comes back is one for the newer comment.
    """
    seen = typed.get("version", "")
    if not _VERSION.fullmatch(seen) or int(seen) >= comment.version:
        return None
    # Each change of the version is one event: those after the version seen are news.
    since = comment.events[int(seen) :]
    return ConflictView(
        since=history(since),
        present=list(_present(comment, since, visit)),
        typed=typed_pieces(typed, visit.messages, form),
    )


def _present(comment: Comment, since: Sequence[Event], visit: Visit) -> Iterator[Piece]:
    tags, say = language_tags(visit.services.text), visit.messages.say
    times = Counter(event.what for event in since)
    if times[EventKind.ASSIGNED]:
        yield Piece(label=say(mark("Assigned to")), text=comment.assignee or say("Nobody"))
    if times[EventKind.GLOSSED]:
        gloss = comment.gloss
        yield Piece(
            label=say(mark("In short")),
            text=gloss.text if gloss else "",
            tag=tags[gloss.language] if gloss else "",
        )
    for note in comment.notes[len(comment.notes) - times[EventKind.NOTED] :]:
        yield Piece(label=f"{say(mark('Note'))} ({note.by})", text=note.body)
    for asked in comment.questions[len(comment.questions) - times[EventKind.QUESTION_ASKED] :]:
        yield Piece(
            label=f"{say(mark('Question to the commenter'))} ({asked.by})",
            text=asked.body,
            tag=tags[asked.language],
        )
    for added in comment.additions[len(comment.additions) - times[EventKind.ADDED_TO] :]:
        yield Piece(
            label=say(mark("The commenter added")), text=added.body, tag=tags[comment.language]
        )
    if times[EventKind.OBJECTED] and comment.objection:
        yield Piece(
            label=say(mark("The commenter objected")),
            text=comment.objection.body,
            tag=tags[comment.language],
        )
    if times[EventKind.PREPARED] and comment.prepared:
        yield _decision(say(mark("Prepared decision")), comment.prepared, tags)
    if times[EventKind.DECIDED] and comment.decision:
        yield _decision(say(mark("Decision")), comment.decision, tags)


def _decision(label: str, decision: Decision, tags: Mapping[LanguageCode, str]) -> Piece:
    return Piece(
        label=f"{label} ({decision.by})",
        text=decision.reason,
        tag=tags[decision.reason_language],
        outcome=decision.outcome,
    )


def typed_pieces(typed: Mapping[str, str], messages: Messages, form: str) -> list[Piece]:
    """What was typed into a form, to be read where the form is not there any more."""
    return list(_typed(typed, messages, form))


def _typed(typed: Mapping[str, str], messages: Messages, form: str) -> Iterator[Piece]:
    labels = labels_of(form)
    for name in FORMS.get(form, ()):
        value = typed.get(name, "")
        if not value.strip() or name in ("reason_language", "language", "template"):
            continue
        outcome = State(value) if name == "outcome" and value in set(State) else None
        yield Piece(
            label=messages.say(labels[name]), text="" if outcome else value, outcome=outcome
        )
