"""Reading cycles/<id>/cycle.yml: what a right one says, and where a wrong one is refused."""

from datetime import UTC, datetime

import pytest

from practice.cycle import Cycle, CycleId, Phase, Question, Reviewer, Words
from practice.cycle_shape import SCHEMA
from practice.cycles import read_cycles
from practice.front_matter import SectionId
from practice.languages import LanguageCode
from practice.problem import ProblemsFoundError

from .conftest import Project
from .cycle_text import PATH, TEXT, cycle_findings, later_cycle, write_cycle

ACKNOWLEDGE, ANSWER = SectionId("complaints-acknowledge"), SectionId("complaints-answer")


def _only(project: Project) -> Cycle:
    (cycle,) = read_cycles(project.root, project.read())
    return cycle


def _words(en: str, pt: str, ru: str) -> Words:
    return {LanguageCode("en"): en, LanguageCode("pt"): pt, LanguageCode("ru"): ru}


def test_cycle_is_read_with_its_times_in_utc(project: Project) -> None:
    write_cycle(project)

    cycle = _only(project)

    assert cycle == Cycle(
        id=CycleId("2027-1"),
        title=_words("First review", "Primeira revisão", "Первый пересмотр"),
        introduction=_words(
            "What works?\n\nAnd what <b>fails</b>?", "O que funciona?", "Что работает?"
        ),
        opens=datetime(2027, 1, 11, 9, 0, tzinfo=UTC),
        closes=datetime(2027, 7, 26, 17, 0, tzinfo=UTC),
        time_zone="Europe/Lisbon",
        scope=(ACKNOWLEDGE, ANSWER),
        questions=(
            Question(
                section=ANSWER,
                words=_words(
                    "Are <b>10 days</b> too long & why?",
                    "Dez dias são demais?",
                    "Не слишком ли это долго?",
                ),
            ),
            Question(
                section=ANSWER, words=_words("Who answered?", "Quem respondeu?", "Кто ответил?")
            ),
        ),
        roles=("staff", "customer"),
        reviewers=(Reviewer(role="complaints officer", editor="ana-the-secret"),),
        objection_days=14,
        retention_days=180,
    )


def test_days_that_are_left_out_are_those_of_the_schema(project: Project) -> None:
    write_cycle(project, TEXT.replace("objection_days: 14\nretention_days: 180\n", ""))

    cycle = _only(project)

    assert (cycle.objection_days, cycle.retention_days) == (14, 180)


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (datetime(2027, 1, 11, 8, 59, 59, tzinfo=UTC), Phase.UPCOMING),
        (datetime(2027, 1, 11, 9, 0, tzinfo=UTC), Phase.OPEN),
        (datetime(2027, 7, 26, 16, 59, 59, tzinfo=UTC), Phase.OPEN),
        (datetime(2027, 7, 26, 17, 0, tzinfo=UTC), Phase.DECIDING),
    ],
)
def test_phase_turns_at_the_very_second(project: Project, now: datetime, phase: Phase) -> None:
    write_cycle(project)

    assert _only(project).phase(now, reported=False) is phase


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("roles: [staff, customer]", "colour: green", "cycle-unknown-key"),
        ("    editor: ana-the-secret", "    mail: ana@example.org", "cycle-unknown-key"),
        ("objection_days: 14", "objection_days: two weeks", "cycle-value"),
        ("objection_days: 14", "objection_days: 0", "cycle-value"),
        ("objection_days: 14", "objection_days: .nan", "cycle-value"),
        ("opens: 2027-01-11T09:00", "opens: 2027-01-11", "cycle-value"),
        ("opens: 2027-01-11T09:00", "opens: 2027-01-11T09:00:00Z", "cycle-value"),
        ("opens: 2027-01-11T09:00", "opens: 2027-01-11T09:00:00+01:00", "cycle-value"),
        ("opens: 2027-01-11T09:00", "opens: 2027-02-30T09:00", "cycle-time"),
        ("opens: 2027-01-11T09:00", "opens: 2027-02-30T09:00:00", "yaml"),
        ("opens: 2027-01-11T09:00", "opens: 2027-03-28T01:30", "cycle-time"),
        ("closes: 2027-07-26T18:00", "closes: 2027-10-31T01:30", "cycle-time"),
        ("closes: 2027-07-26T18:00", "closes: 2027-01-11T09:00", "cycle-dates"),
        ("closes: 2027-07-26T18:00", "closes: 2026-12-31T18:00", "cycle-dates"),
        ("time_zone: Europe/Lisbon", "time_zone: Europe/Lisboa", "cycle-time-zone"),
        ("time_zone: Europe/Lisbon", "time_zone: ../../../etc/passwd", "cycle-time-zone"),
        ("time_zone: Europe/Lisbon", "time_zone: +01:00", "cycle-time-zone"),
        ("  - complaints-answer\n", "  - complaints-answers\n", "cycle-section"),
        ("roles: [staff, customer]", "roles: [staff, boss]", "cycle-value"),
        ("roles: [staff, customer]", "roles: []", "cycle-value"),
        ("  - role: complaints officer", "  - role: complaint officer", "cycle-reviewer"),
        ("  pt: Primeira revisão\n", "  xx: Primeira revisão\n", "cycle-language"),
        ("  en: First review\n", "  en: ''\n", "cycle-value"),
        ("  en: First review\n", f"  en: {'long ' * 30}\n", "cycle-value"),
        ("  en: First review\n", "  en: 7\n", "cycle-value"),
        ("retention_days: 180", "objection_days: 15", "yaml"),
        ("retention_days: 180", "retention_days: [", "yaml"),
    ],
)
def test_wrong_line_is_refused_where_it_stands(
    project: Project, old: str, new: str, code: str
) -> None:
    write_cycle(project)

    line = project.change(PATH, old, new)

    found = [(at, what) for path, at, what in cycle_findings(project) if path == PATH]
    assert (line if new != "retention_days: [" else line + 1, code) in found


@pytest.mark.parametrize(
    "key",
    [
        *("title", "introduction", "opens", "closes"),
        *("time_zone", "scope", "roles", "reviewers"),
    ],
)
def test_key_that_is_missing_is_named(project: Project, key: str) -> None:
    write_cycle(project)
    project.change(PATH, f"\n{key}:" if key != "title" else "title:", f"\nx-{key}:")

    with pytest.raises(ProblemsFoundError) as raised:
        _only(project)

    missing = [problem for problem in raised.value.problems if problem.code == "cycle-missing"]
    assert [(problem.line, f"“{key}” is missing." in problem.message) for problem in missing] == [
        (1, True)
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  pt: Primeira revisão\n", 1),
        ("  ru: Что работает?\n", 5),
        ("      ru: Кто ответил?\n", 23),
    ],
)
def test_text_without_one_of_the_languages_is_refused(
    project: Project, text: str, line: int
) -> None:
    write_cycle(project, TEXT.replace(text, ""))

    assert cycle_findings(project) == [(PATH, line, "cycle-language")]


def test_cycle_without_the_source_language_is_refused(project: Project) -> None:
    rest = TEXT[TEXT.index("opens:") : TEXT.index("questions:")] + TEXT[TEXT.index("roles:") :]
    write_cycle(project, "title: {pt: A}\nintroduction: {pt: B}\n" + rest)

    assert cycle_findings(project) == [(PATH, 1, "cycle-language"), (PATH, 2, "cycle-language")]


def test_language_that_no_cycle_has_spoken_may_be_left_out(project: Project) -> None:
    silent = "".join(line for line in TEXT.splitlines(True) if not line.strip().startswith("ru:"))
    write_cycle(project, silent)

    assert cycle_findings(project) == []


def test_language_that_an_earlier_cycle_spoke_may_not(project: Project) -> None:
    later = later_cycle("2028-01-10T09:00", "2028-03-10T18:00")
    write_cycle(project)
    write_cycle(
        project, later.replace("  ru: Первый пересмотр\n", ""), path="cycles/2028-1/cycle.yml"
    )

    assert cycle_findings(project) == [("cycles/2028-1/cycle.yml", 1, "cycle-language")]


def test_question_about_an_unknown_section_is_refused(project: Project) -> None:
    write_cycle(project)
    line = project.change(PATH, "  complaints-answer:", "  complaints-answered:")

    assert cycle_findings(project) == [(PATH, line, "cycle-section")]


def test_question_about_a_section_outside_the_scope_is_refused(project: Project) -> None:
    write_cycle(project)
    line = project.change(PATH, "  complaints-answer:", "  index-read:")

    assert cycle_findings(project) == [(PATH, line, "cycle-question")]


def test_section_that_was_withdrawn_since_is_no_mistake(project: Project) -> None:
    write_cycle(project)
    project.change(PATH, "  - complaints-acknowledge", "  - complaints-old\n  - complaints-gone")

    assert cycle_findings(project) == []


@pytest.mark.parametrize("name", ["first", "27-1", "2027-0", "2027-01", "2027-1a", "2027-100"])
def test_folder_whose_name_is_no_id_is_refused(project: Project, name: str) -> None:
    path = f"cycles/{name}/cycle.yml"
    write_cycle(project, path=path)

    assert cycle_findings(project) == [(path, 1, "cycle-id")]


def test_folder_without_a_file_is_refused(project: Project) -> None:
    project.path("cycles/2027-1").mkdir(parents=True)

    assert cycle_findings(project) == [(PATH, 1, "unreadable")]


@pytest.mark.parametrize(
    ("opens", "closes", "zone", "overlaps"),
    [
        ("2027-07-26T18:00", "2027-09-30T18:00", "Europe/Lisbon", False),
        ("2027-07-26T17:59", "2027-09-30T18:00", "Europe/Lisbon", True),
        ("2027-02-01T09:00", "2027-03-01T09:00", "Europe/Lisbon", True),
        # 20:00 in Moscow is 18:00 in Lisbon.
        ("2027-07-26T20:00", "2027-09-30T18:00", "Europe/Moscow", False),
        ("2027-07-26T19:59", "2027-09-30T18:00", "Europe/Moscow", True),
    ],
)
def test_only_one_cycle_may_be_open_at_any_moment(
    project: Project, opens: str, closes: str, zone: str, overlaps: bool
) -> None:
    later = "cycles/2027-2/cycle.yml"
    write_cycle(project)
    write_cycle(project, later_cycle(opens, closes, zone), path=later)

    expected = [(later, TEXT[: TEXT.index("opens:")].count("\n") + 1, "cycle-overlap")]
    assert cycle_findings(project) == (expected if overlaps else [])


def test_alias_that_leads_into_itself_is_refused(project: Project) -> None:
    write_cycle(project)
    project.change(PATH, "roles: [staff, customer]", "roles: &again [*again]")

    assert cycle_findings(project) == [(PATH, 1, "yaml")]


def test_build_is_refused_and_the_old_site_stays(project: Project) -> None:
    write_cycle(project)
    line = project.change(PATH, "time_zone: Europe/Lisbon", "time_zone: Mars")

    assert project.build_findings() == [(PATH, line, "cycle-time-zone")]
    assert not project.site.exists()


def test_message_says_what_to_write_in_words_of_the_schema(project: Project) -> None:
    write_cycle(project)
    project.change(PATH, "closes: 2027-07-26T18:00", "closes: soon")

    with pytest.raises(ProblemsFoundError) as raised:
        _only(project)

    assert [str(problem) for problem in raised.value.problems] == [
        f'{PATH}:13: cycle-value "soon" cannot stand here. Write when comments stop being taken,'
        " by the clocks of time_zone, as 2027-02-26T18:00."
    ]
    assert "as 2027-02-26T18:00." in SCHEMA.read_text(encoding="utf-8")
