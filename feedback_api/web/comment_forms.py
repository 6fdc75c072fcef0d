"""The forms on the page of one comment: what each holds, before and after somebody typed."""

from collections.abc import Mapping

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision
from feedback_api.domain.errors import FeedbackError
from feedback_api.web.form_state import FormState
from feedback_api.web.labels import FIELDS
from feedback_api.web.messages import mark
from feedback_api.web.visit import Visit

FORMS: Mapping[str, tuple[str, ...]] = {
    "decide": (
        "template",
        "outcome",
        "duplicate_of",
        "deferred_to",
        "reason",
        "reason_language",
    ),
    "merge": ("picked", "duplicate_of", "reason", "reason_language"),
    "defer": ("deferred_to", "reason", "reason_language"),
    "assign": ("assignee",),
    "note": ("body",),
    "gloss": ("text", "language"),
    "question": ("body", "language"),
}
"""Each form with the fields it shows, in their order."""
_LABELS: Mapping[str, Mapping[str, str]] = {
    "note": {**FIELDS, "body": mark("Note")},
    "gloss": {**FIELDS, "text": mark("In short")},
    "question": {**FIELDS, "body": mark("Question to the commenter")},
}
"""Where a field is called otherwise than elsewhere."""


def labels_of(form: str) -> Mapping[str, str]:
    """What the fields of a form are called, still to be translated."""
    return _LABELS.get(form, FIELDS)


def comment_forms(
    comment: Comment,
    visit: Visit,
    *,
    form: str = "",
    typed: Mapping[str, str],
    error: FeedbackError | None = None,
) -> Mapping[str, FormState]:
    """All forms by name; `form` holds what was typed into it, and what was wrong with that.

    `do` stands for the buttons that have no fields.
    """
    made = {
        name: FormState(prefix=name, values=values) for name, values in _initial(comment, visit)
    }
    made["do"] = FormState(prefix="do")
    name = form if form in made else "do"
    given = FormState(prefix=name, values={**made[name].values, **typed})
    if error is not None:
        shows = FORMS.get(name, ())
        labels = {field: visit.messages.say(label) for field, label in labels_of(name).items()}
        given = given.refused(error, visit.messages, shows=shows, labels=labels)
    return {**made, name: given}


def _initial(comment: Comment, visit: Visit) -> list[tuple[str, Mapping[str, str]]]:
    commenters = comment.language
    gloss = comment.gloss
    return [
        ("decide", _decision_fields(comment.prepared or comment.decision, comment)),
        ("merge", {"reason_language": commenters}),
        ("defer", {"reason_language": commenters}),
        ("assign", {"assignee": comment.assignee or ""}),
        ("note", {}),
        (
            "gloss",
            {
                "text": gloss.text if gloss else "",
                "language": gloss.language if gloss else visit.language.code,
            },
        ),
        ("question", {"language": commenters}),
    ]


def _decision_fields(decision: Decision | None, comment: Comment) -> Mapping[str, str]:
    """What is prepared or in force, as the form shows it before anything is typed."""
    if decision is None:
        return {"reason_language": comment.language}
    return {
        "outcome": decision.outcome,
        "reason": decision.reason,
        "reason_language": decision.reason_language,
        "duplicate_of": decision.duplicate_of or "",
        "deferred_to": decision.deferred_to or "",
    }
