"""Review cycles, their records and answer templates, without a disk."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from feedback_api.domain.comment import Role
from feedback_api.domain.cycle import AnswerTemplate, Cycle, CycleRecord
from feedback_api.domain.errors import UnknownCycle, UnknownTemplate
from feedback_api.domain.identity import CycleId
from feedback_api.services.ports import CycleStep
from tests.fakes.clockwork import START
from tests.fakes.published import SOURCE


def usual_cycle(
    name: str = "2027-1", *, opens: datetime = START + timedelta(days=10), **fields: Any
) -> Cycle:
    """A cycle of 30 days over the whole code."""
    usual: dict[str, Any] = {
        "id": CycleId(name),
        "opens": opens,
        "closes": opens + timedelta(days=30),
        "time_zone": "Europe/Lisbon",
        "titles": {SOURCE: f"Review {name}"},
        "introductions": {SOURCE: "Say what you think."},
        "urls": {SOURCE: f"/aa/cycles/{name}/"},
        "scope": None,
        "questions": (),
        "roles": tuple(Role),
        "reviewers": ("complaints officer",),
        "objection_days": 14,
        "retention_days": 180,
    }
    return Cycle(**{**usual, **fields})


class FixedCycles:
    """See PublishedCycles; a test sets `cycles`."""

    def __init__(self, *cycles: Cycle) -> None:
        self.cycles = cycles

    def all_cycles(self) -> tuple[Cycle, ...]:
        return self.cycles

    def cycle(self, cycle: CycleId) -> Cycle:
        for one in self.cycles:
            if one.id == cycle:
                return one
        raise UnknownCycle(cycle=cycle)


class MemoryCycles:
    """See CycleStore."""

    def __init__(self) -> None:
        self.records: dict[CycleId, CycleRecord] = {}

    def get(self, cycle: CycleId) -> CycleRecord:
        return self.records.get(cycle, CycleRecord(id=cycle))

    def change(self, cycle: CycleId, step: CycleStep) -> CycleRecord:
        present = self.get(cycle)
        changed = step(present)
        if changed is not present:
            self.records[cycle] = replace(changed, version=present.version + 1)
        return self.get(cycle)


class MemoryTemplates:
    """See TemplateStore."""

    def __init__(self) -> None:
        self.templates: dict[str, AnswerTemplate] = {}

    def put(self, template: AnswerTemplate) -> None:
        self.templates[template.id] = template

    def remove(self, template: str) -> None:
        if template not in self.templates:
            raise UnknownTemplate
        del self.templates[template]

    def all(self) -> tuple[AnswerTemplate, ...]:
        return tuple(sorted(self.templates.values(), key=lambda one: (one.name.casefold(), one.id)))
