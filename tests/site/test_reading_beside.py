"""What another process reads beside the text arrives as it was read, and is read again in time."""

import shutil
import subprocess
import sys
from functools import partial

from practice.earlier import Earlier, earlier_beside, read_earlier
from practice.languages import read_languages
from practice.parallel import in_parallel

from .conftest import REPOSITORY, Project

CYCLE = "cycles/2027-1/cycle.yml"


def _with_a_cycle(project: Project) -> Project:
    path = project.path(CYCLE)
    path.parent.mkdir(parents=True)
    shutil.copyfile(REPOSITORY / CYCLE, path)
    return project


def _beside(project: Project) -> Earlier:
    with earlier_beside(project.root, read_languages(project.root)) as earlier:
        return earlier()


def test_messages_and_cycles_come_whole_out_of_another_process(project: Project) -> None:
    languages = read_languages(_with_a_cycle(project).root)
    read = partial(read_earlier, project.root, languages)

    (found,) = in_parallel([read])

    here = read()
    assert found.messages == here.messages
    counted = {name: one.counted("%(count)s hour", 2) for name, one in found.messages.items()}
    assert counted == {"en": "2 hours", "pt": "2 horas", "ru": "2 часа"}
    assert [file.cycle for file in found.cycles.files] == [file.cycle for file in here.cycles.files]
    assert found.cycles.files[0].lines.line("opens") == here.cycles.files[0].lines.line("opens") > 1


def test_what_is_wrong_with_messages_and_cycles_comes_as_problems(project: Project) -> None:
    _with_a_cycle(project).change(CYCLE, "opens:", "begins:")
    project.path("languages/ru/messages.po").write_text('msgid "a\n', encoding="utf-8")

    found = _beside(project)

    assert [problem.code for problem in found.problems] == ["messages"]
    assert {problem.code for problem in found.cycles.problems} == {
        "cycle-unknown-key",
        "cycle-missing",
    }


def test_one_process_reads_a_cycle_again_once_it_has_changed(project: Project) -> None:
    before = _beside(_with_a_cycle(project)).cycles

    project.change(CYCLE, "objection_days: 14", "objection_days: 15")

    after = _beside(project).cycles
    days = [found.files[0].cycle.objection_days for found in (before, after)]
    assert days == [14, 15]


def test_the_command_refuses_an_option_it_does_not_know() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "practice", "build", "--nonsense"],
        env={"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'scripts'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "--nonsense" in done.stderr
