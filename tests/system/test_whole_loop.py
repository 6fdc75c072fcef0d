"""From a suggestion to a commit, to a published revision, and back to the commenter.

The real service, the real build, a real git repository; merged in the three ways forges merge.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.system.cycle_play import Play, Said

SECTIONS = ("values-care", "values-integrity", "values-respect")
ADDED = {"en": ", every day.", "pt": ", todos os dias.", "ru": ", каждый день."}


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    play = Play(tmp_path_factory.mktemp("whole-loop"))
    play.build()
    play.start()
    try:
        yield play
    finally:
        play.service.kill()


def given_accepted_suggestion(play: Play, section: str, language: str) -> Said:
    """The section's wording with a few words more, accepted by an editor."""
    text = _published(play, section)["languages"][language]
    mark = f"mk{len(play.said):03}{play.random.getrandbits(40):010x}"
    draft = {
        "section": section,
        "language": language,
        "wording": text["fingerprint"],
        "role": "customer",
        "kind": "suggestion",
        "about": "rule",
        "body": f"Please say more {mark}.",
        "suggestion": text["markdown"].replace(".\n", f"{ADDED[language]}\n", 1),
        "visibility": "public",
    }
    posted = play.service.ask("POST", "/api/v1/comments", draft).body
    said = Said(mark=mark, fields=draft, id=posted["id"], receipt=posted["receipt"])
    play.said.append(said)
    play.act(said, "publicity", public=True)
    reason = {"reason": "Well put.", "reason_language": language}
    play.act(said, "decision", outcome="accepted", **reason)
    return said


def _published(play: Play, section: str) -> dict[str, Any]:
    sections = play.public("/sections.json")["sections"]
    found: dict[str, Any] = next(one for one in sections if one["id"] == section)
    return found


def _apply(play: Play, *chosen: Said) -> str:
    """`pull` and `apply`, as an editor; the branch."""
    token = {"REVIEW_TOKEN": play.tokens["Ana"]}
    pulled = play.practice("review", "pull", f"--service={play.origin}", **token)
    assert pulled.returncode == 0, pulled.stdout + pulled.stderr
    applied = play.practice("review", "apply", "--json", *(one.id for one in chosen))
    assert applied.returncode == 0, applied.stdout + applied.stderr
    return str(json.loads(applied.stdout)["branch"])


def _deploy(play: Play) -> None:
    play.build()
    head = play.git("rev-parse", "HEAD")
    play.wait_until(lambda: play.public("/sections.json")["revision"]["commit"] == head)


def _wait_for_state(play: Play, said: Said, state: str) -> dict[str, Any]:
    play.wait_until(lambda: play.own(said).body["state"] == state)
    own: dict[str, Any] = play.own(said).body
    return own


def _merge(play: Play, branch: str, way: str) -> str:
    """Into main as forges do; the commit whose message carries the trailers."""
    play.git("checkout", "-q", "main")
    if way == "merge":
        play.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        return play.git("rev-parse", branch)
    if way == "squash":
        messages = play.git("log", "--format=* %B", f"main..{branch}")
        play.git("merge", "-q", "--squash", branch)
        play.git("commit", "-q", "-m", f"A squashed change\n\n{messages}")
        return play.git("rev-parse", "HEAD")
    play.git("checkout", "-q", branch)
    play.git("commit", "-q", "--allow-empty", "-m", "Something else on the branch")
    play.git("checkout", "-q", "main")
    play.git("commit", "-q", "--allow-empty", "-m", "Something else meanwhile")
    play.git("checkout", "-q", branch)
    play.git("rebase", "-q", "--keep-empty", "main")
    play.git("checkout", "-q", "main")
    play.git("merge", "-q", "--ff-only", branch)
    return play.git("log", "-1", "--format=%H", "--grep=Feedback: ")


def test_wording_goes_from_a_suggestion_to_a_published_revision_and_back(play: Play) -> None:
    """Merged in three ways, deployed at once; then one of them reverted, and the revert, too."""
    ways = zip(("merge", "squash", "rebase"), SECTIONS, ("en", "pt", "ru"), strict=True)
    merged: list[tuple[Said, str]] = []
    for way, section, language in ways:
        said = given_accepted_suggestion(play, section, language)
        branch = _apply(play, said)
        changed = play.git("diff", "--name-only", f"main...{branch}").split()
        assert [name for name in changed if name.startswith("docs/")] == [
            f"docs/{language}/values.md"
        ]
        merged.append((said, _merge(play, branch, way)))

    _deploy(play)

    for said, commit in merged:
        own = _wait_for_state(play, said, "published")
        language = said.fields["language"]
        text = _published(play, said.fields["section"])["languages"][language]["text"]
        assert own["commit"] == commit
        assert ADDED[language].strip() in text
        message = play.git("show", "-s", "--format=%B", commit)
        assert f"Feedback: {said.id}" in message
        assert not re.search(r"@(?!example\.org)", message)

    said, commit = merged[0]
    play.git("revert", "--no-edit", commit)
    _deploy(play)
    _wait_for_state(play, said, "accepted")
    assert all(play.own(other).body["state"] == "published" for other, _ in merged[1:])

    play.git("revert", "--no-edit", "HEAD")
    _deploy(play)
    _wait_for_state(play, said, "published")
