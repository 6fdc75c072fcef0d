"""A small project in a git repository, and comments that editors accepted for it."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from practice.applied_commits import standing
from practice.apply_batch import Applied, Order, apply_comments
from practice.apply_bench import Edit
from practice.apply_document import BaseWording, DecidedComment
from practice.apply_git import Clone
from practice.history_log import read_history
from practice.languages import Language, LanguageCode
from practice.rules.dictionaries import Waiting
from practice.text import SectionId, read_code

from .conftest import Project, make_project

WRONG = "teh"
BRANCH = "feedback/try"
STANDARDS = """\
- {id: acknowledged, section: complaints-acknowledge, value: 3, unit: working-days, \
valid_from: 2027-01-04, why: "Soon."}
- {id: answered, section: complaints-answer, value: 10, unit: working-days, \
valid_from: 2027-01-04, why: "Soon enough."}
"""


def make_repository(root: Path) -> Project:
    """The small text with what its checks need, committed on `main`."""
    project = make_project(root)
    project.path("docs/glossary.yml").write_text("terms: []\n", encoding="utf-8")
    project.path("docs/standards.yml").write_text(STANDARDS, encoding="utf-8")
    project.path(".gitignore").write_text("/build/\n/site/\n", encoding="utf-8")
    run_git(project, "init", "--quiet", "--initial-branch=main")
    run_git(project, "config", "user.name", "Ana")
    run_git(project, "config", "user.email", "ana@example.org")
    commit_all(project, "Begin")
    return project


def copy_of(project: Project, root: Path) -> Project:
    return Project(Path(shutil.copytree(project.root, root)))


def run_git(project: Project, *command: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(project.root), *command], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit_all(project: Project, message: str) -> None:
    run_git(project, "add", "--all")
    run_git(project, "commit", "--quiet", "--message", message)


def spell(words: Mapping[LanguageCode, frozenset[str]], languages: Iterable[Language]) -> Waiting:
    """A dictionary in which one word alone is wrong."""
    return lambda: {name: frozenset({WRONG}) & known for name, known in words.items()}


def accepted(
    project: Project,
    section: str,
    language: str = "en",
    *,
    number: int = 1,
    old: str = "",
    new: str = "",
    suggestion: str | None = None,
    **other: Any,
) -> DecidedComment:
    """Suggests `new` for `old` in the section as it is now, or another `suggestion`."""
    code = read_code(project.root)
    found = code.section(LanguageCode(language), SectionId(section))
    assert found is not None, section
    assert old in found.markdown, old
    given: dict[str, Any] = {
        "suggestion": found.markdown.replace(old, new, 1) if suggestion is None else suggestion,
        "wording": str(found.fingerprint),
        "base": BaseWording(title=found.title, markdown=found.markdown, text_language=language),
        **other,
    }
    return decided(section, language, number=number, **given)


def decided(section: str, language: str = "en", *, number: int = 1, **other: Any) -> DecidedComment:
    content: dict[str, Any] = {
        "id": str(UUID(int=number << 96 | 7)),
        "section": section,
        "page": section.partition("-")[0],
        "language": language,
        "cycle": "2027-1",
        "role": "customer",
        "role_verified": False,
        "kind": "suggestion",
        "about": "rule",
        "public": True,
        "state": "accepted",
        "outcome": "accepted",
        "reason": "Because.",
        "reason_language": "en",
        "decided_at": "2027-03-01T09:00:00Z",
        "decided_by": "Ana",
        "name": None,
        "suggestion": "Another wording.",
        "wording": "0123456789abcdef",
        "base": None,
        "translation_behind": None,
        **other,
    }
    return DecidedComment(**content)


def apply(
    project: Project,
    *comments: DecidedComment,
    branch: str = BRANCH,
    separate: bool = False,
    edit: Edit | None = None,
) -> Applied:
    order = Order(
        comments=comments,
        branch=branch,
        separate=separate,
        applied=frozenset(map(str, standing(read_history(project.root)))),
        edit=edit,
    )
    return apply_comments(Clone(project.root), order, spell)


def codes_of(applied: Applied) -> list[str]:
    """Why each comment was refused."""
    return [refusal.error.code.value for refusal in applied.refused]
