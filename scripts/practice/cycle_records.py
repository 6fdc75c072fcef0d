"""Review cycles as `sections.json` tells the service of them; nobody's name is among it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from practice.build_settings import BuildSettings
from practice.cycle import FOLDER, WHOLE_CODE, Cycle, CycleId
from practice.edition import Edition
from practice.marking import successor
from practice.text import SectionId


def cycle_records(
    cycles: Sequence[Cycle], edition: Edition, settings: BuildSettings
) -> list[dict[str, Any]]:
    """One record for each cycle; withdrawn sections are replaced by those that succeed them."""
    return [
        {
            "id": cycle.id,
            "opens": utc(cycle.opens),
            "closes": utc(cycle.closes),
            "time_zone": cycle.time_zone,
            "titles": dict(cycle.title),
            "introductions": dict(cycle.introduction),
            "urls": {
                language.code: f"{settings.site_path}{language.code}/{cycle_address(cycle.id)}"
                for language in edition.code.languages
            },
            "scope": WHOLE_CODE if cycle.scope is None else present(cycle.scope, edition),
            "questions": [
                {"section": section, "texts": dict(question.words)}
                for question in cycle.questions
                for section in present([question.section], edition)
            ],
            "roles": list(cycle.roles),
            "reviewers": [reviewer.role for reviewer in cycle.reviewers],
            "objection_days": cycle.objection_days,
            "retention_days": cycle.retention_days,
        }
        for cycle in cycles
    ]


def present(names: Iterable[SectionId], edition: Edition) -> list[SectionId]:
    """The sections of today that those names stand for, each once."""
    known = {shown.section.id for shown in edition.sections()}
    found = (name if name in known else successor(edition, name) for name in names)
    return list(dict.fromkeys(name for name in found if name in known))


def cycle_address(cycle: CycleId) -> str:
    """Where the page of a cycle is, below its language."""
    return f"{FOLDER.name}/{cycle}/"


def utc(moment: datetime) -> str:
    """As JSON and HTML have it: 2027-01-11T09:00:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
