"""A small site on disk and the service over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.sections_json import sections_json, write_sections
from tests.system.running import EDITOR, PASSPHRASE, ROOT, Answer, Service, comment_body


@dataclass(frozen=True, slots=True)
class SmallSite:
    """`folder` as the build leaves it, without pages; `language` is the source's."""

    folder: Path
    language: str


@pytest.fixture
def site(tmp_path: Path) -> SmallSite:
    return lay_small_site(tmp_path / "site")


def lay_small_site(folder: Path) -> SmallSite:
    """The site at `folder`, in the languages of the real one."""
    definitions = sorted((ROOT / "languages").glob("*/language.yml"))
    codes = [path.parent.name for path in definitions]
    (source,) = (
        path.parent.name for path in definitions if "source: true" in path.read_text("utf-8")
    )
    folder.mkdir()
    write_sections(folder / "sections.json", sections_json(codes, source=source))
    return SmallSite(folder, source)


@pytest.fixture
def service(tmp_path: Path, site: SmallSite) -> Iterator[Service]:
    """Not started yet; ended after the test, however that went."""
    service = Service(tmp_path, {"FEEDBACK_SITE": str(site.folder)})
    yield service
    if service.process is not None and service.process.poll() is None:
        service.kill()


@pytest.fixture
def editor(service: Service) -> dict[str, str]:
    """Name and passphrase of an account, as posted to sign in."""
    made = service.run("editor", "add", EDITOR, stdin=f"{PASSPHRASE}\n")
    assert made.returncode == 0, made.stderr
    return {"name": EDITOR, "passphrase": PASSPHRASE}


def post_comment(service: Service, site: SmallSite, **fields: str) -> Answer:
    body = comment_body(site.language, **fields)
    return service.ask("POST", "/api/v1/comments", body)
