"""Asks for what a new cycle needs and the command line did not say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from practice.cycle import WHOLE_CODE
from practice.cycle_draft import CycleDraft
from practice.cycle_shape import known_roles
from practice.text import Code, Language
from practice.wall_clock import NoSuchTimeError, moment, zone

Check = Callable[[str], str | None]


class Terminal(Protocol):
    """Where the answers come from."""

    def ask(self, question: str, *, usual: str, check: Check) -> str:
        """One line; `usual` where nothing was typed. Asks again while `check` has advice."""


def interview(
    draft: CycleDraft,
    usual: CycleDraft,
    *,
    code: Code,
    languages: Sequence[Language],
    terminal: Terminal,
) -> CycleDraft:
    """The draft with answers in place of what it lacks; `usual` is what Enter takes."""
    draft = _texts(draft, languages, terminal)
    zone_name = draft.time_zone or terminal.ask(
        "Time zone", usual=usual.time_zone, check=_zone_advice
    )
    draft = replace(draft, time_zone=zone_name)
    if not draft.opens:
        question = "Opens, as 2027-01-11T09:00"
        draft = replace(draft, opens=terminal.ask(question, usual="", check=_time_advice(draft)))
    if not draft.closes:
        question = "Closes, as 2027-02-26T18:00"
        draft = replace(draft, closes=terminal.ask(question, usual="", check=_time_advice(draft)))
    return _rest(draft, usual, code, terminal)


def _texts(draft: CycleDraft, languages: Sequence[Language], terminal: Terminal) -> CycleDraft:
    titles, introductions = dict(draft.titles), dict(draft.introductions)
    for language in languages:
        for texts, what in ((titles, "Title"), (introductions, "Introduction")):
            if language.code not in texts:
                question = f"{what} ({language.name})"
                texts[language.code] = terminal.ask(question, usual="", check=_empty_advice)
    return replace(draft, titles=titles, introductions=introductions)


def _rest(draft: CycleDraft, usual: CycleDraft, code: Code, terminal: Terminal) -> CycleDraft:
    known = {section.id for section in code.sections(code.source.code)}
    owners = {page.front_matter.owner for page in code.pages[code.source.code].values()}
    if not draft.scope:
        question = "Ids of the sections in scope, with spaces between them, or all"
        answer = terminal.ask(question, usual=WHOLE_CODE, check=_names({*known, WHOLE_CODE}))
        draft = replace(draft, scope=tuple(answer.split()))
    if not draft.questions:
        draft = _questions(draft, code, terminal)
    if not draft.roles:
        answer = terminal.ask(
            "Who is invited", usual=" ".join(usual.roles), check=_names(set(known_roles()))
        )
        draft = replace(draft, roles=tuple(answer.split()))
    if not draft.reviewers:
        question = "Who decides, with commas between them"
        roles = ", ".join(role for role, _ in usual.reviewers)
        answer = terminal.ask(question, usual=roles, check=_names(owners, ","))
        draft = replace(draft, reviewers=tuple((role, "") for role in _parts(answer, ",")))
    return _days(draft, usual, terminal)


def _questions(draft: CycleDraft, code: Code, terminal: Terminal) -> CycleDraft:
    known = {str(section.id) for section in code.sections(code.source.code)}
    wanted = known if draft.scope == (WHOLE_CODE,) else known & set(draft.scope)
    found = {name: list(asked) for name, asked in draft.questions.items()}
    question = "Id of a section to ask something about, or nothing"
    while section := terminal.ask(question, usual="", check=_names(wanted, none=True)):
        words = {
            str(language.code): terminal.ask(
                f"Question ({language.name})", usual="", check=_empty_advice
            )
            for language in code.languages
            if language.code in draft.titles
        }
        found.setdefault(section, []).append(words)
    return replace(draft, questions=found)


def _days(draft: CycleDraft, usual: CycleDraft, terminal: Terminal) -> CycleDraft:
    def days(given: int | None, question: str, most: int | None) -> int:
        if given is not None:
            return given
        return int(terminal.ask(question, usual=str(most), check=_number_advice))

    objection = "Days after closing in which people may object"
    retention = "Days after closing within which names and addresses are erased"
    return replace(
        draft,
        objection_days=days(draft.objection_days, objection, usual.objection_days),
        retention_days=days(draft.retention_days, retention, usual.retention_days),
    )


def _empty_advice(answer: str) -> str | None:
    return None if answer.strip() else "Write something."


def _number_advice(answer: str) -> str | None:
    return None if answer.isdecimal() and int(answer) else "Write a number of days."


def _zone_advice(answer: str) -> str | None:
    return None if zone(answer) else "Write a name as Europe/Lisbon."


def _time_advice(draft: CycleDraft) -> Check:
    """For a time in the zone of the draft, after its opening if that is known."""
    where = zone(draft.time_zone)

    def advice(answer: str) -> str | None:
        try:
            late = where is None or not draft.opens or draft.opens < answer
            if where is not None:
                moment(answer, where)
        except NoSuchTimeError as error:
            return f"This {error}: write it as 2027-01-11T09:00."
        return None if late else "Write a time after the opening."

    return advice


def _names(known: set[str], separator: str | None = None, *, none: bool = False) -> Check:
    def advice(answer: str) -> str | None:
        names = _parts(answer, separator)
        unknown = [name for name in names if name not in known]
        if unknown:
            shown = ", ".join(sorted(known)) if len(known) < 10 else "an id from the text"
            return f"“{unknown[0]}” is not known: write {shown}."
        return None if names or none else "Write something."

    return advice


def _parts(answer: str, separator: str | None) -> Sequence[str]:
    return [part.strip() for part in answer.split(separator) if part.strip()]
