"""What editors do around a comment: who takes it, notes, a gloss, a question to the commenter.

As in review: every change names the version the editor saw.
"""

from dataclasses import replace

from feedback_api.domain.comment import ADDITIONS_LIMIT, Comment
from feedback_api.domain.decision import CLOSED
from feedback_api.domain.errors import InvalidRemark, NotAllowedNow, UnknownEditor
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import CommentId, EditorName, LanguageCode
from feedback_api.domain.remarks import Gloss, Note, Question
from feedback_api.domain.text import GLOSS, NOTE, QUESTION
from feedback_api.services import Services
from feedback_api.services.review import refuse_stale

NOTES_LIMIT = 200


def assign(
    comment_id: CommentId,
    assignee: str | None,
    *,
    editor: EditorName,
    expected_version: int,
    services: Services,
) -> Comment:
    """Say which editor sees to a comment; None for nobody.

    Raises UnknownComment, InvalidRemark (no such editor), Conflict, NotAllowedNow, StoreError.
    """
    chosen = None if assignee is None else _editor(assignee, services)
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        _refuse_closed(comment, "assign")
        if comment.assignee == chosen:
            return comment
        event = Event(
            what=EventKind.ASSIGNED, at=now, by=editor, before=comment.assignee, after=chosen
        )
        return replace(comment, assignee=chosen, events=(*comment.events, event))

    return services.comments.change(comment_id, step)


def add_note(
    comment_id: CommentId,
    body: str,
    *,
    editor: EditorName,
    expected_version: int,
    services: Services,
) -> Comment:
    """Write something for the other editors; in every state, for notes also tell what was done.

    Raises UnknownComment, InvalidRemark, Conflict, StoreError.
    """
    said = NOTE.tidy_or(InvalidRemark, body)
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        if len(comment.notes) >= NOTES_LIMIT:
            raise _too_many(NOTES_LIMIT)
        return replace(
            comment,
            notes=(*comment.notes, Note(at=now, by=editor, body=said)),
            events=(*comment.events, Event(what=EventKind.NOTED, at=now, by=editor)),
        )

    return services.comments.change(comment_id, step)


def set_gloss(
    comment_id: CommentId,
    text: str,
    language: LanguageCode,
    *,
    editor: EditorName,
    expected_version: int,
    services: Services,
) -> Comment:
    """Say in one line, in a language the editors share, what the comment says; blank removes it.

    Raises UnknownComment, InvalidRemark, Conflict, StoreError.
    """
    said = GLOSS.tidy_or(InvalidRemark, text)
    _refuse_unknown_language(language, services)
    now = services.clock.now()
    gloss = Gloss(at=now, by=editor, language=language, text=said) if said else None

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        if gloss is None and comment.gloss is None:
            return comment
        event = Event(what=EventKind.GLOSSED, at=now, by=editor)
        return replace(comment, gloss=gloss, events=(*comment.events, event))

    return services.comments.change(comment_id, step)


def ask(
    comment_id: CommentId,
    body: str,
    language: LanguageCode,
    *,
    editor: EditorName,
    expected_version: int,
    services: Services,
) -> Comment:
    """Ask the commenter something; the receipt shows it, and takes one reply to it.

    Raises UnknownComment, InvalidRemark, Conflict, NotAllowedNow (withdrawn, published),
    StoreError.
    """
    said = QUESTION.tidy_or(InvalidRemark, body)
    _refuse_unknown_language(language, services)
    now = services.clock.now()

    def step(comment: Comment) -> Comment:
        refuse_stale(comment, expected_version)
        _refuse_closed(comment, "ask")
        if len(comment.questions) >= ADDITIONS_LIMIT:
            raise _too_many(ADDITIONS_LIMIT)
        question = Question(at=now, by=editor, language=language, body=said)
        event = Event(what=EventKind.QUESTION_ASKED, at=now, by=editor)
        return replace(
            comment,
            questions=(*comment.questions, question),
            events=(*comment.events, event),
        )

    return services.comments.change(comment_id, step)


def _editor(name: str, services: Services) -> EditorName:
    try:
        return services.editors.get(EditorName(name.strip())).name
    except UnknownEditor:
        raise InvalidRemark(Fault(code=FaultCode.UNKNOWN_EDITOR, field="assignee")) from None


def _refuse_unknown_language(language: LanguageCode, services: Services) -> None:
    if all(language != known.code for known in services.text.languages()):
        raise InvalidRemark(Fault(code=FaultCode.UNKNOWN_VALUE, field="language"))


def _refuse_closed(comment: Comment, action: str) -> None:
    if comment.state in CLOSED:
        raise NotAllowedNow(action=action, state=comment.state)


def _too_many(limit: int) -> InvalidRemark:
    fault = Fault(code=FaultCode.TOO_MANY, field="body", params={"limit": limit})
    return InvalidRemark(fault)
