"""A whole review cycle, played by commenters, readers and editors against the real parts.

A copy of this repository under git, its three sites built by the real build, the real service.
What the actors did is remembered; the tests ask every page whether it says the same.
"""

import http.client
import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.fakes.hostile_markup import hostile, hostile_line
from tests.system.repository_copy import copy_repository
from tests.system.running import Answer, Service

COMMENTERS = 120
COMMENTS = 300
IN_BROWSER = 3
SEED = int(os.environ.get("CYCLE_SEED", "20270111"))
EDITORS = {"Ana": "seven quiet lanterns", "Ben": "eight loud lanterns", "Зоя": "девять фонарей"}
SECTIONS = 14
PATIENCE_SECONDS = 30
OUTCOMES = ("accepted", "accepted-in-part", "declined", "answered")
_WORDS = {
    "role": ("staff", "management", "customer"),
    "kind": ("question", "problem", "suggestion", "praise"),
}


@dataclass(slots=True)
class Said:
    """A comment as its commenter knows it; `mark` is a word that stands in no other text."""

    mark: str
    fields: Mapping[str, str]
    id: str
    receipt: str
    public: bool = False
    gone: str = ""  # withdrawn or erased
    merged_into: str = ""
    supporters: set[str] = field(default_factory=set)


class Play:
    """Everything that is there, and everything that was done."""

    def __init__(self, folder: Path) -> None:
        self.random = random.Random(SEED)
        self.repository = folder / "repository"
        self.site = folder / "site"
        self.said: list[Said] = []
        self.tokens: dict[str, str] = {}
        self.reports: list[str] = []
        copy_repository(self.repository)
        self.service = Service(
            folder,
            {
                "FEEDBACK_SITE": str(self.site),
                "FEEDBACK_LANGUAGES": str(self.repository / "languages"),
            },
        )
        self.today = datetime.now(UTC).replace(second=0, microsecond=0)
        self.cycle = f"{self.today.year}-1"
        self.next_cycle = f"{self.today.year + 1}-1"

    # the repository and its sites

    def practice(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command of the editors' tools, in the copy."""
        return subprocess.run(
            [sys.executable, "-m", "practice", *arguments],
            cwd=self.repository,
            env=os.environ
            | {"PYTHONPATH": str(self.repository / "scripts")}
            | {"PRACTICE_SITE_URL": f"{self.origin}/"}
            | environment,
            text=True,
            capture_output=True,
            check=False,
        )

    @property
    def origin(self) -> str:
        return self.service.environment["FEEDBACK_ORIGIN"]

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.repository, text=True, capture_output=True, check=True
        )
        return done.stdout.strip()

    def build(self) -> None:
        done = self.practice("build", "--output", str(self.site))
        assert done.returncode == 0, done.stdout + done.stderr

    def open_cycles(self) -> None:
        """This cycle, open since yesterday, and the next one; both as commits."""
        shutil.rmtree(self.repository / "cycles" / "2027-1", ignore_errors=True)
        self.commit("Cycle: none yet")
        opens = self.today - timedelta(days=1)
        self._open(self.cycle, opens, opens + timedelta(days=40))
        later = datetime(self.today.year + 1, 12, 1, 9, 0, tzinfo=UTC)
        self._open(self.next_cycle, later, later + timedelta(days=30))

    def _open(self, cycle: str, opens: datetime, closes: datetime) -> None:
        texts = [
            *(f"--title={code}={cycle} {code}" for code in self.languages),
            *(f"--introduction={code}=Intro {code}." for code in self.languages),
            *(f"--question=complaints-answer:{code}=Fair {code}?" for code in self.languages),
        ]
        done = self.practice(
            "review",
            "open",
            f"--id={cycle}",
            f"--opens={opens:%Y-%m-%dT%H:%M}",
            f"--closes={closes:%Y-%m-%dT%H:%M}",
            "--time-zone=UTC",
            *texts,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        self.commit(f"Cycle({cycle}): open")

    def end_cycle(self) -> None:
        """Comments are taken no longer: the date is changed in git, the sites are built anew."""
        path = self.repository / "cycles" / self.cycle / "cycle.yml"
        closes = datetime.now(UTC) - timedelta(minutes=1)
        text = re.sub(
            r"(?m)^closes: .*$", f"closes: {closes:%Y-%m-%dT%H:%M}", path.read_text("utf-8")
        )
        path.write_text(text, encoding="utf-8")
        self.commit(f"Cycle({self.cycle}): end early")
        self.build()
        self.wait_until(lambda: self.public(f"/api/v1/cycles/{self.cycle}")["phase"] == "deciding")

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def close_cycle(self, editor: str = "Ana") -> subprocess.CompletedProcess[str]:
        """`scripts/review close`, by an editor."""
        return self.practice(
            "review",
            "close",
            self.cycle,
            f"--service={self.origin}",
            REVIEW_TOKEN=self.tokens[editor],
        )

    @property
    def languages(self) -> list[str]:
        folders = (self.repository / "languages").glob("*/language.yml")
        return sorted(path.parent.name for path in folders)

    def wait_until(self, happened: Any) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            assert time.monotonic() < until, "waited in vain"
            time.sleep(0.1)

    # the service

    def start(self) -> None:
        for name, passphrase in EDITORS.items():
            made = self.service.run("editor", "add", name, stdin=f"{passphrase}\n")
            assert made.returncode == 0, made.stderr
        self.service.start()
        for name, passphrase in EDITORS.items():
            posted = {"name": name, "passphrase": passphrase}
            self.tokens[name] = self.service.ask("POST", "/api/v1/session", posted).body["token"]

    def public(self, path: str) -> Any:
        answer = self.service.ask("GET", path)
        assert answer.status == 200, (path, answer)
        return answer.body

    def ask_as(self, editor: str, method: str, path: str, body: object = None) -> Answer:
        bearer = {"Authorization": f"Bearer {self.tokens[editor]}"}
        return self.service.ask(method, path, body, bearer)

    def as_editor(self, path: str, editor: str = "Ana") -> Any:
        answer = self.ask_as(editor, "GET", path)
        assert answer.status == 200, (path, answer)
        return answer.body

    def act(self, said: Said, action: str, editor: str = "Ana", **fields: object) -> Any:
        """One change of one comment, on the version there is."""
        version = self.as_editor(f"/api/v1/comments/{said.id}")["version"]
        path = f"/api/v1/comments/{said.id}/{action}"
        answer = self.ask_as(editor, "POST", path, {"version": version, **fields})
        assert answer.status == 200, (action, answer)
        return answer.body

    def by_receipt(self, said: Said, action: str, **fields: object) -> Answer:
        receipt = {"Authorization": f"Receipt {said.receipt}"}
        return self.service.ask("POST", f"/api/v1/receipt/{action}", fields, receipt)

    def own(self, said: Said) -> Answer:
        receipt = {"Authorization": f"Receipt {said.receipt}"}
        return self.service.ask("GET", "/api/v1/receipt", headers=receipt)

    # commenters and readers

    def comment(self) -> None:
        """300 comments in three languages by 120 commenters: as JSON, and by the form."""
        published = json.loads((self.site / "sections.json").read_text("utf-8"))
        sections = [one for one in published["sections"] if one["level"] > 1][:SECTIONS]
        authors = [*range(COMMENTERS)]
        authors += self.random.choices(authors, k=COMMENTS - COMMENTERS - IN_BROWSER)
        drafts = [self._draft(number, author, sections) for number, author in enumerate(authors)]
        with ThreadPoolExecutor(8) as pool:
            self.said = list(pool.map(self._post, range(len(drafts)), drafts))

    def _draft(
        self, number: int, author: int, sections: Sequence[Mapping[str, Any]]
    ) -> dict[str, str]:
        choose = self.random.choice
        section = choose(sections)
        language = self.languages[author % len(self.languages)]
        mark = f"mk{number:03}{self.random.getrandbits(40):010x}"
        words = {"en": "Nobody called me back", "pt": "Ninguém me ligou", "ru": "Мне не позвонили"}
        draft = {
            "section": section["id"],
            "language": language,
            "wording": section["languages"][language]["fingerprint"],
            "about": choose(("rule", "rule", "rule", "translation")),
            "body": f"{words[language]}: {mark}\n{hostile(number)}",
            "visibility": choose(("public",) * 6 + ("reviewers",)),
            **{name: choose(values) for name, values in _WORDS.items()},
        }
        if author % 3 == 0:
            draft["name"] = f"Name{author} {mark}n {hostile_line(author // 3)}"
        if draft["kind"] == "suggestion":
            draft["suggestion"] = f"Call back within a day. {mark}s {hostile(number)}"
        return draft

    def _post(self, number: int, draft: dict[str, str]) -> Said:
        mark = re.search(r"mk\w+", draft["body"])
        assert mark is not None
        if number % 12 == 0:
            id_, receipt = self._post_form(draft)
        else:
            key = {"Idempotency-Key": secrets.token_hex(8)}
            answer = self.service.ask("POST", "/api/v1/comments", draft, key)
            assert answer.status == 201, answer
            id_, receipt = answer.body["id"], answer.body["receipt"]
            if number % 10 == 0:
                again = self.service.ask("POST", "/api/v1/comments", draft, key)
                assert again.body == answer.body
        return Said(mark=mark[0], fields=draft, id=id_, receipt=receipt)

    def _post_form(self, draft: dict[str, str]) -> tuple[str, str]:
        """Without JavaScript; the page names the receipt, and the receipt the comment."""
        fields = dict(draft)
        path = f"/feedback/{fields.pop('language')}/{fields.pop('section')}"
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=30)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        connection.request("POST", path, urlencode(fields).encode(), headers)
        response = connection.getresponse()
        page = response.read().decode()
        connection.close()
        assert response.status in (200, 201), page
        found = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b", page)
        assert found is not None, page
        headers = {"Authorization": f"Receipt {found[0]}"}
        return self.service.ask("GET", "/api/v1/receipt", headers=headers).body["id"], found[0]

    def second(self, said: Said, browser: str, action: str = "second") -> Answer:
        """A reader's browser, known by its cookie."""
        cookie = {"Cookie": browser} if browser else {}
        return self.service.ask("POST", f"/api/v1/comments/{said.id}/{action}", {}, cookie)

    def alive(self) -> list[Said]:
        return [one for one in self.said if not one.gone]

    def shown(self) -> list[Said]:
        return [one for one in self.said if one.public and not one.gone]


def stored_comments(data: Path) -> Iterable[dict[str, Any]]:
    """Every document on disk, erased ones too, read without any code of the service."""
    for path in sorted(data.glob("*/[0-9]*.json")):
        tables = json.loads(path.read_text("utf-8"))
        yield from tables.get("comments", {}).values()
