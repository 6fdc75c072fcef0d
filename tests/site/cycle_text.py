"""A cycle.yml that is right, for tests to change one line of."""

from __future__ import annotations

from practice.cycles import read_cycles
from practice.problem import ProblemsFoundError

from .conftest import Project

PATH = "cycles/2027-1/cycle.yml"
TEXT = """\
title:
  en: First review
  pt: Primeira revisão
  ru: Первый пересмотр
introduction:
  en: |
    What works?

    And what <b>fails</b>?
  pt: O que funciona?
  ru: Что работает?
opens: 2027-01-11T09:00
closes: 2027-07-26T18:00
time_zone: Europe/Lisbon
scope:
  - complaints-acknowledge
  - complaints-answer
questions:
  complaints-answer:
    - en: Are <b>10 days</b> too long & why?
      pt: Dez dias são demais?
      ru: Не слишком ли это долго?
    - en: Who answered?
      pt: Quem respondeu?
      ru: Кто ответил?
roles: [staff, customer]
reviewers:
  - role: complaints officer
    editor: ana-the-secret
objection_days: 14
retention_days: 180
"""


def write_cycle(project: Project, text: str = TEXT, *, path: str = PATH) -> None:
    """Add a cycle to the project."""
    file = project.path(path)
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")


def later_cycle(opens: str, closes: str, time_zone: str = "Europe/Lisbon") -> str:
    """The same cycle at another time."""
    return (
        TEXT.replace("opens: 2027-01-11T09:00", f"opens: {opens}")
        .replace("closes: 2027-07-26T18:00", f"closes: {closes}")
        .replace("Europe/Lisbon", time_zone)
    )


def cycle_findings(project: Project) -> list[tuple[str, int, str]]:
    """What is wrong with the project's cycles: path, line, code."""
    try:
        read_cycles(project.root, project.read())
    except ProblemsFoundError as found:
        return [(p.path.as_posix(), p.line, p.code) for p in found.problems]
    return []
