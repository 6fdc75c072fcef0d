"""A form as it is given back: everything typed, and each message beside its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from feedback_api.domain.errors import FeedbackError, Invalid
from feedback_api.web.labels import FIELDS
from feedback_api.web.messages import Messages
from feedback_api.web.problem import Said, say_error, say_fault

_FAULTS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """A fault in the reader's words; `id` is None where the form shows no such field."""

    field: str
    label: str
    id: str | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """`prefix` keeps the ids of several forms on one page apart."""

    prefix: str
    values: Mapping[str, str] = field(default_factory=dict)
    problem: Said | None = None
    faults: Sequence[FieldFault] = ()

    def id(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def fault(self, name: str) -> FieldFault | None:
        """The first fault of a field: with one mended, the next is told."""
        return next((fault for fault in self.faults if fault.field == name), None)

    def refused(
        self,
        error: FeedbackError,
        messages: Messages,
        *,
        shows: Sequence[str],
        blamed: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> "FormState":
        """The same form with what was wrong.

        `shows`: the fields it has for the reader to mend, in their order; `blamed`: the field an
        error without faults is about; `labels`: of fields that only this form has.
        """
        said = say_error(error, messages)
        names = {name: messages.say(label) for name, label in FIELDS.items()} | dict(labels or {})
        told = [(blamed, said.detail)] if blamed else []
        if isinstance(error, Invalid):
            told = [(fault.field, say_fault(fault, messages)) for fault in error.faults]
        faults = [
            FieldFault(
                field=name,
                label=names.get(name, name),
                id=self.id(name) if name in shows else None,
                detail=detail,
            )
            for name, detail in sorted(told[:_FAULTS_SHOWN], key=lambda one: _rank(one[0], shows))
        ]
        return replace(self, problem=said, faults=faults)


def _rank(name: str, shows: Sequence[str]) -> int:
    """The place of a field in the form; those it does not have come first."""
    return shows.index(name) if name in shows else -1
