"""Forty accepted suggestions for the real text, applied in batches and merged in every way."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest

from practice.applied_commits import standing
from practice.applied_trailers import CommentId
from practice.apply_batch import Applied, Order, apply_comments
from practice.apply_document import BaseWording, DecidedComment, DecidedComments, document_text
from practice.apply_git import Clone
from practice.content_check import check_content
from practice.history_log import read_history
from practice.languages import LanguageCode
from practice.rules.dictionaries import CachedDictionaries
from practice.rules.spelling import words_of
from practice.text import Code, Section, SectionId, read_code
from tests.system.repository_copy import copy_repository
from tests.system.running import ROOT

UNKNOWN = CachedDictionaries(ROOT / "build" / "spelling").unknown
FOR_EVERY_LANGUAGE = {
    "en": "This holds on every channel.",
    "pt": "Isto vale em todos os canais.",
    "ru": "Это относится ко всем каналам.",
}
OTHER_SENTENCES = {
    "en": "This holds for everybody.",
    "pt": "Isto vale para todos.",
    "ru": "Это относится ко всем.",
}
MISSPELT = "Teh xyzzyq."
HOSTILE = (
    "A.\n\n## B { #complaints-b }",
    "A.\n\n```\nopen",
    'A.\n\n--8<-- "secret.md"',
    "A <script>alert(1)</script>.",
    "A" + "\u0301" * 4000,
)


@dataclass
class _Story:
    """An editor's clone, a bare remote, and a forge that merges; ids in the order they are made."""

    clone: Path
    remote: Path
    forge: Path
    made: list[DecidedComment] = field(default_factory=list)

    def suggest(self, section: Section, suggestion: str, **other: Any) -> DecidedComment:
        """As if the section had been commented on as it is now."""
        comment = DecidedComment(
            id=str(UUID(int=(len(self.made) + 1) << 96 | 5)),
            section=section.id,
            page=section.page,
            language=section.language,
            cycle="2027-1",
            role="customer",
            role_verified=False,
            kind="suggestion",
            about="rule",
            public=True,
            state="accepted",
            outcome="accepted",
            reason="Because.",
            reason_language=section.language,
            decided_at="2027-03-01T09:00:00Z",
            decided_by="Ana",
            name=None,
            suggestion=suggestion,
            wording=section.fingerprint,
            base=BaseWording(
                title=section.title, markdown=section.markdown, text_language=section.language
            ),
            translation_behind=None,
        )
        self.made.append(replace(comment, **other))
        return self.made[-1]

    def apply(
        self, branch: str, comments: Iterable[DecidedComment], *, separate: bool = False
    ) -> Applied:
        order = Order(
            comments=tuple(comments),
            branch=branch,
            separate=separate,
            applied=frozenset(map(str, standing(read_history(self.clone)))),
        )
        return apply_comments(Clone(self.clone), order, UNKNOWN)

    def merge(self, branch: str, *, how: str) -> None:
        """Push the branch, merge it as a forge would, and fetch the result."""
        _git(self.clone, "push", "--quiet", "origin", branch)
        _git(self.forge, "fetch", "--quiet")
        ours = f"origin/{branch}"
        if how == "merge":
            _git(self.forge, "merge", "--quiet", "--no-ff", "-m", f"Merge {branch}", ours)
        elif how == "squash":
            messages = _git(self.forge, "log", "--format=* %B", f"HEAD..{ours}")
            _git(self.forge, "merge", "--quiet", "--squash", ours)
            _git(self.forge, "commit", "--quiet", "-m", f"Wordings (#1)\n\n{messages}")
        else:
            # The base has moved on, so that the commits get other hashes.
            _git(self.forge, "commit", "--quiet", "--allow-empty", "-m", "Meanwhile")
            _git(self.forge, "switch", "--quiet", "--detach", ours)
            _git(self.forge, "rebase", "--quiet", "main")
            _git(self.forge, "branch", "--force", "main", "HEAD")
            _git(self.forge, "switch", "--quiet", "main")
        _git(self.forge, "push", "--quiet", "origin", "main")
        _git(self.clone, "switch", "--quiet", "main")
        _git(self.clone, "pull", "--quiet", "--ff-only")

    def read(self) -> Code:
        return read_code(self.clone)

    def standing(self) -> dict[str, str]:
        """Subject of the newest commit on the present branch that carries a comment, by its id."""
        history = read_history(self.clone)
        return {
            str(name): history.commits[places[0]].hash for name, places in standing(history).items()
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> _Story:
    folder = tmp_path_factory.mktemp("apply")
    clone, remote, forge = folder / "clone", folder / "remote.git", folder / "forge"
    clone.mkdir()
    copy_repository(clone)
    _git(folder, "clone", "--quiet", "--bare", str(clone), str(remote))
    _git(clone, "remote", "add", "origin", str(remote))
    _git(clone, "fetch", "--quiet")
    _git(clone, "branch", "--quiet", "--set-upstream-to=origin/main")
    _git(folder, "clone", "--quiet", str(remote), str(forge))
    _git(forge, "config", "user.name", "Forge")
    _git(forge, "config", "user.email", "forge@example.org")
    story = _Story(clone, remote, forge)
    _look_up_at_once(story.read())
    return story


def _look_up_at_once(code: Code) -> None:
    """Reading a dictionary anew for each batch takes half a minute."""
    added = {
        language.code: words_of(
            f"{FOR_EVERY_LANGUAGE[language.code]} {OTHER_SENTENCES[language.code]} {MISSPELT}"
        )
        for language in code.languages
    }
    UNKNOWN({name: frozenset(words) for name, words in added.items()}, code.languages)()


def _git(folder: Path, *command: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout.strip()


def _plain(code: Code, language: str) -> list[Section]:
    """Sections that begin with two sentences, so that another can be put between."""
    return [
        section
        for section in code.sections(LanguageCode(language))
        if section.level == 2 and _sentences(section) >= 2
    ]


def _sentences(section: Section) -> int:
    count = 0
    for line in section.markdown.split("\n"):
        if not line[:1].isalpha() or not line.endswith("."):
            break
        count += 1
    return count


def _longer(section: Section, sentence: str, *, after: int = 1) -> str:
    lines = section.markdown.split("\n")
    return "\n".join([*lines[:after], sentence, *lines[after:]])


def _codes(applied: Applied) -> list[str]:
    return [refusal.error.code.value for refusal in applied.refused]


def _assert_only_named_sections_differ(
    story: _Story, base: str, named: set[tuple[str, str]]
) -> None:
    """Every line of the diff lies in a section that was named, in its language."""
    paths = _git(story.clone, "diff", "--name-only", base, "HEAD").splitlines()
    locks = {path for path in paths if path.startswith("languages/")}
    assert all(path.endswith(("translation.lock", "accepted.yml")) for path in locks)
    old, new = _text_at(story.clone, base), story.read()
    differing = {
        (str(section.id), str(language.code))
        for language in new.languages
        for section in new.sections(language.code)
        if (before := old.section(language.code, section.id)) is None
        or before.markdown != section.markdown
    }
    assert differing == named
    for path in set(paths) - locks:
        spans = [
            range(section.line + 1, section.end_line)
            for language in new.languages
            for section in new.sections(language.code)
            if section.path.as_posix() == path and (section.id, language.code) in named
        ]
        for line in _changed_lines(story.clone, base, path):
            assert any(line in span for span in spans), (path, line)


def _changed_lines(clone: Path, base: str, path: str) -> list[int]:
    found: list[int] = []
    for line in _git(clone, "diff", "-U0", base, "HEAD", "--", path).splitlines():
        if line.startswith("@@"):
            first, _, count = line.split(" ")[2].removeprefix("+").partition(",")
            found += range(int(first), int(first) + int(count or 1))
    return found


def _text_at(clone: Path, commit: str) -> Code:
    with TemporaryDirectory() as name:
        _git(clone, "worktree", "add", "--quiet", "--detach", f"{name}/text", commit)
        code = read_code(Path(name, "text"))
        _git(clone, "worktree", "remove", "--force", f"{name}/text")
    return code


def _assert_passes(clone: Path, commit: str) -> None:
    with TemporaryDirectory() as name:
        _git(clone, "worktree", "add", "--quiet", "--detach", f"{name}/text", commit)
        found = check_content(Path(name, "text"), UNKNOWN).problems
        _git(clone, "worktree", "remove", "--force", f"{name}/text")
    assert found == ()


def _named(comments: Iterable[DecidedComment]) -> set[tuple[str, str]]:
    return {(comment.section, comment.language) for comment in comments}


def test_forty_suggestions_end_in_the_text_or_are_refused(story: _Story) -> None:
    code = story.read()
    begin = _git(story.clone, "rev-parse", "HEAD")
    ours = {str(language.code): _plain(code, language.code) for language in code.languages}
    languages = list(ours)
    batches: dict[str, list[DecidedComment]] = {"merge": [], "squash": [], "rebase": []}
    for name, how in zip(languages, batches, strict=True):
        # A translation that is changed too says what the source says: it keeps up by itself.
        about = "rule" if code.source.code == name else "translation"
        for section in ours[name][:9]:
            sentence = FOR_EVERY_LANGUAGE[name]
            batches[how].append(story.suggest(section, _longer(section, sentence), about=about))
    overlapping = {
        name: story.suggest(ours[name][0], _longer(ours[name][0], OTHER_SENTENCES[name]))
        for name in languages
    }
    outdated = {
        name: story.suggest(
            ours[name][1],
            _longer(ours[name][1], OTHER_SENTENCES[name], after=_sentences(ours[name][1])),
        )
        for name in languages
    }
    hostile = [story.suggest(ours[languages[0]][12], text) for text in HOSTILE]
    late = [
        story.suggest(ours[languages[1]][13], ours[languages[1]][13].markdown + f"\n\n{MISSPELT}")
    ]
    late += [story.suggest(ours[languages[1]][14], "x", outcome="declined", state="declined")]
    assert len(story.made) == 40

    done: dict[str, Applied] = {}
    for name, how in zip(languages, batches, strict=True):
        first, *others = batches[how]
        comments = [first, overlapping[name], *others, *(hostile if how == "merge" else ())]
        done[how] = story.apply(f"feedback/{how}", comments)
        assert _codes(done[how]) == ["base-changed", *["breaks-grammar"] * (len(comments) - 10)]
        _assert_only_named_sections_differ(story, "main", _named(batches[how]))
        _assert_passes(story.clone, done[how].commits[0].sha)
        story.merge(f"feedback/{how}", how=how)
    last = story.apply("feedback/last", [*outdated.values(), *late], separate=True)
    story.merge("feedback/last", how="merge")

    assert _codes(last) == ["breaks-checks", "not-accepted"]
    assert len(last.commits) == 3
    for commit in last.commits:
        _assert_passes(story.clone, commit.sha)
    applied = [*(one for batch in batches.values() for one in batch), *outdated.values()]
    _assert_only_named_sections_differ(story, begin, _named(applied))
    found = story.standing()
    assert set(found) == {comment.id for comment in applied}
    assert {found[one.id] for one in batches["merge"]} == {done["merge"].commits[0].sha}
    for how in ("squash", "rebase"):
        (merged,) = {found[one.id] for one in batches[how]}
        assert merged != done[how].commits[0].sha
        assert _git(story.clone, "merge-base", "--is-ancestor", merged, "main") == ""


def test_everything_published_is_known_to_the_next_run(story: _Story) -> None:
    published = [one for one in story.made if CommentId(one.id) in story.standing()]

    again = story.apply("feedback/again", published)

    assert len(published) == 30
    assert (set(_codes(again)), again.branch) == ({"already-applied"}, None)


def test_reverted_merge_may_be_applied_again(story: _Story) -> None:
    merge = _git(story.clone, "log", "--merges", "--format=%H", "--grep=feedback/last", "-1")
    _git(story.clone, "revert", "--no-edit", "-m", "1", merge)
    last = [one for one in story.made if one.id not in story.standing() and one.outcome]
    outdated = [one for one in last if OTHER_SENTENCES[one.language] in (one.suggestion or "")][-1:]

    done = story.apply("feedback/once-more", outdated)
    _git(story.clone, "switch", "--quiet", "main")

    assert (done.refused, len(done.commits)) == ((), 1)


def test_engine_is_a_program_that_speaks_json(story: _Story, tmp_path: Path) -> None:
    code = story.read()
    section = code.section(code.source.code, SectionId("complaints-answer"))
    assert section is not None
    comment = story.suggest(section, section.markdown)
    document = DecidedComments(service="x", pulled_at="2027-03-02T00:00:00Z", comments=(comment,))
    path = tmp_path / "decided.json"
    path.write_text(document_text(document), encoding="utf-8")
    command = [sys.executable, "-m", "practice", "review", "apply", "--json"]

    done = subprocess.run(
        [*command, "--decided", str(path), "--root", str(story.clone), comment.id],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"},
    )

    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, b"")
    assert (answer["commits"], answer["branch"]) == ([], None)
    assert [one["code"] for one in answer["refused"]] == ["already-applied"]
