"""`scripts/review open`: from flags, from answers on a terminal, and what it refuses."""

from collections.abc import Iterator

import pytest
import yaml
from typer.testing import CliRunner, Result

from practice.cycle_draft import CycleDraft, usual_draft
from practice.cycle_flags import FlagError, questions_of, texts_of
from practice.cycle_interview import Check, interview
from practice.cycles import read_cycles, spoken_languages
from practice.review_command import application

from .conftest import Project
from .cycle_text import PATH, cycle_findings, later_cycle, write_cycle

TEXTS = (
    *("--title", "en=Second", "--title", "pt=Segunda", "--title", "ru=Второй"),
    *("--introduction", "en=Why: # now", "--introduction", "pt=Por quê?"),
    *("--introduction", "ru=Первый.\nВторой.\n\nТретий."),
)
TIMES = ("--opens", "2027-09-06T09:00", "--closes", "2027-10-15T18:00")


def _open(project: Project, *flags: str) -> Result:
    return CliRunner().invoke(application, ["open", "--root", str(project.root), *flags])


def _written(project: Project, path: str) -> dict[str, object]:
    content: dict[str, object] = yaml.safe_load(project.path(path).read_text(encoding="utf-8"))
    return content


def test_flags_alone_make_a_cycle_that_the_build_takes(project: Project) -> None:
    done = _open(
        project,
        *TEXTS,
        *TIMES,
        *("--time-zone", "Europe/Moscow", "--scope", "index-read", "--page", "complaints"),
        *("--question", "index-read:en=Clear?", "--question", "index-read:pt=Claro?"),
        *("--question", "index-read:ru=Ясно?", "--question", "index-read:en=Why?"),
        *("--question", "index-read:pt=Por quê?", "--question", "index-read:ru=Почему?"),
        *("--role", "staff", "--reviewer", "code owner=ana", "--reviewer", "complaints officer"),
        *("--objection-days", "21", "--retention-days", "90"),
    )

    assert done.exit_code == 0, done.output
    assert cycle_findings(project) == []
    assert _written(project, PATH) == {
        "title": {"en": "Second", "pt": "Segunda", "ru": "Второй"},
        "introduction": {
            "en": "Why: # now\n",
            "pt": "Por quê?\n",
            "ru": "Первый.\nВторой.\n\nТретий.\n",
        },
        "opens": "2027-09-06T09:00",
        "closes": "2027-10-15T18:00",
        "time_zone": "Europe/Moscow",
        "scope": [
            "index-read",
            "complaints",
            "complaints-acknowledge",
            "complaints-writing",
            "complaints-answer",
        ],
        "questions": {
            "index-read": [
                {"en": "Clear?", "pt": "Claro?", "ru": "Ясно?"},
                {"en": "Why?", "pt": "Por quê?", "ru": "Почему?"},
            ]
        },
        "roles": ["staff"],
        "reviewers": [{"role": "code owner", "editor": "ana"}, {"role": "complaints officer"}],
        "objection_days": 21,
        "retention_days": 90,
    }


def test_what_no_flag_says_is_usual(project: Project) -> None:
    write_cycle(project)

    done = _open(project, *TEXTS, *TIMES)

    assert done.exit_code == 0, done.output
    content = _written(project, "cycles/2027-2/cycle.yml")
    assert {key: content[key] for key in content if key not in ("title", "introduction")} == {
        "opens": "2027-09-06T09:00",
        "closes": "2027-10-15T18:00",
        "time_zone": "Europe/Lisbon",
        "scope": "all",
        "roles": ["staff", "management", "customer"],
        "reviewers": [{"role": "code owner"}],
        "objection_days": 14,
        "retention_days": 180,
    }


def test_it_says_what_to_do_next(project: Project) -> None:
    done = _open(project, *TEXTS, *TIMES)

    for step in ("Wrote " + PATH, "git switch -c cycle-2027-1", "git add " + PATH, "pull request"):
        assert step in done.output


def test_a_cycle_that_is_there_is_never_overwritten(project: Project) -> None:
    write_cycle(project)
    before = project.path(PATH).read_bytes()

    done = _open(project, "--id", "2027-1", *TEXTS, *TIMES)

    assert done.exit_code == 2
    assert "cycles/2027-1 is there" in done.output
    assert project.path(PATH).read_bytes() == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((*TEXTS, *TIMES, "--id", "first"), "“first” is no id"),
        ((*TEXTS, *TIMES, "--id", "../../2027-1"), "“../../2027-1” is no id"),
        ((*TEXTS, "--opens", "soon", "--closes", "2027-10-15T18:00"), "“soon” has no year"),
        ((*TEXTS, *TIMES, "--scope", "index-reed"), "no section “index-reed”"),
        ((*TEXTS, *TIMES, "--page", "inder"), "no page “inder”"),
        ((*TEXTS, *TIMES, "--time-zone", "Lisbon"), "“Lisbon” is no time zone"),
        ((*TEXTS, *TIMES, "--role", "boss"), '"boss" cannot stand here'),
        ((*TEXTS, *TIMES, "--objection-days", "0"), "0 cannot stand here"),
        ((*TEXTS, *TIMES, "--question", "index-read=Clear?"), "SECTION:LANG=TEXT"),
        ((*TEXTS, *TIMES, "--title", "en=Again"), "second text"),
        ((*TEXTS, *TIMES, "--title", "Again"), "LANG=TEXT"),
        ((*TEXTS[2:], *TIMES), "add --title en=…"),
        ((*TEXTS, *TIMES[2:]), "add --opens"),
    ],
)
def test_wrong_or_missing_flag_is_named_and_nothing_is_written(
    project: Project, flags: tuple[str, ...], said: str
) -> None:
    done = _open(project, *flags)

    assert done.exit_code == 2
    assert said in done.output
    assert not project.path("cycles").exists()


def test_cycle_that_overlaps_another_is_refused(project: Project) -> None:
    write_cycle(project)

    done = _open(project, *TEXTS, "--opens", "2027-07-01T09:00", "--closes", "2027-09-01T09:00")

    assert done.exit_code == 2
    assert "cycle-overlap" in done.output
    assert not project.path("cycles/2027-2").exists()


def test_next_number_is_the_first_that_is_free(project: Project) -> None:
    write_cycle(project)
    write_cycle(
        project,
        later_cycle("2028-01-10T09:00", "2028-02-10T09:00"),
        path="cycles/2027-3/cycle.yml",
    )

    _open(project, *TEXTS, *TIMES)

    assert project.path("cycles/2027-2/cycle.yml").exists()


class _Typist:
    """A Terminal at which the answers come from a list; `advice` is what was said to wrong ones."""

    def __init__(self, *answers: str) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.asked: list[str] = []
        self.advice: list[str] = []

    def ask(self, question: str, *, usual: str, check: Check) -> str:
        self.asked.append(question)
        while advice := check(answer := next(self._answers) or usual):
            self.advice.append(advice)
        return answer

    def left(self) -> list[str]:
        return list(self._answers)


def _interview(project: Project, draft: CycleDraft, typist: _Typist) -> CycleDraft:
    code = project.read()
    earlier = read_cycles(project.root, code)
    return interview(
        draft,
        usual_draft(code, earlier),
        code=code,
        languages=spoken_languages(code, earlier),
        terminal=typist,
    )


def test_terminal_is_asked_for_everything_until_it_fits(project: Project) -> None:
    write_cycle(project)
    typist = _Typist(
        *("", "Second", "Because.", "Segunda", "Porque.", "Второй", "Потому."),
        *("Mars", "", "2028-02-30T09:00", "2028-02-01T09:00", "2028-01-31T09:00"),
        *("2028-03-10T18:00", "nowhere", "index-read complaints", "complaints-answer"),
        *("index-read", "Clear?", "Claro?", "Ясно?", "", "boss", "staff customer"),
        *("nobody", "", "none", "", "90"),
    )

    draft = _interview(project, CycleDraft(titles={}, introductions={}, questions={}), typist)

    assert draft == CycleDraft(
        titles={"en": "Second", "pt": "Segunda", "ru": "Второй"},
        introductions={"en": "Because.", "pt": "Porque.", "ru": "Потому."},
        questions={"index-read": [{"en": "Clear?", "pt": "Claro?", "ru": "Ясно?"}]},
        opens="2028-02-01T09:00",
        closes="2028-03-10T18:00",
        time_zone="Europe/Lisbon",
        scope=("index-read", "complaints"),
        roles=("staff", "customer"),
        reviewers=(("code owner", ""),),
        objection_days=14,
        retention_days=90,
    )
    assert len(typist.advice) == 9
    assert typist.left() == []


def test_terminal_is_not_asked_for_what_flags_have_said(project: Project) -> None:
    texts = {"en": "x", "pt": "y", "ru": "z"}
    typist = _Typist("2027-10-15T18:00")
    draft = CycleDraft(
        titles=texts,
        introductions=texts,
        questions={"index-read": [texts]},
        opens="2027-09-06T09:00",
        time_zone="Europe/Lisbon",
        scope=("all",),
        roles=("staff",),
        reviewers=(("code owner", ""),),
        objection_days=14,
        retention_days=180,
    )

    _interview(project, draft, typist)

    assert typist.asked == ["Closes, as 2027-02-26T18:00"]


def test_text_may_hold_the_marks_that_flags_are_read_by() -> None:
    assert texts_of(["en=a=b:c"]) == {"en": "a=b:c"}


def test_question_may_hold_the_marks_that_flags_are_read_by() -> None:
    assert questions_of(["index-read:en=Is 1:2 = 0.5?"]) == {
        "index-read": [{"en": "Is 1:2 = 0.5?"}]
    }


def test_empty_text_is_refused() -> None:
    with pytest.raises(FlagError):
        texts_of(["en= "])
