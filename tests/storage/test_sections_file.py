"""sections.json as the service reads it."""

import errno
import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from feedback_api.domain.errors import (
    RetiredSection,
    SectionsDamaged,
    UnknownLanguage,
    UnknownPage,
    UnknownSection,
    UnknownWording,
)
from feedback_api.domain.identity import CommentId, Fingerprint, LanguageCode, PageId, SectionId
from feedback_api.domain.section import TranslationState
from feedback_api.storage.kept_wordings import KeptWordings
from feedback_api.storage.sections_file import SectionsFile
from tests.fakes.failing_disk import FailingDisk, Fault
from tests.fakes.sections_json import (
    FINGERPRINTS,
    fingerprint_of,
    section_json,
    sections_json,
    write_sections,
)

SCHEMA = Path(__file__).resolve().parents[2] / "feedback_api" / "sections.schema.json"
PAGE = PageId("complaints")
TOP = SectionId("complaints")
SECTION = SectionId("complaints-acknowledge")
AA, BB = LanguageCode("aa"), LanguageCode("bb")
FIRST = Fingerprint(FINGERPRINTS["complaints-acknowledge"])
NEW_TEXT = "Within 5 working days."
NEW = Fingerprint(fingerprint_of(NEW_TEXT))

BUILT = {"commit": "b" * 40, "built_at": "2026-11-21T22:00:00Z"}

OpenText = Callable[[], SectionsFile]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sections.json"
    write_sections(path, sections_json())
    return path


@pytest.fixture
def open_text(path: Path, tmp_path: Path, disk: FailingDisk) -> OpenText:
    (tmp_path / "data").mkdir()
    return lambda: SectionsFile(path, KeptWordings(tmp_path / "data", disk))


def _reworded(**fields: Any) -> dict[str, Any]:
    """The code after the section got another text."""
    sections = [section_json(TOP), section_json(SECTION, text=NEW_TEXT)]
    return sections_json(sections=sections, **fields)


def test_the_file_of_these_tests_fits_the_schema_of_the_build() -> None:
    jsonschema.validate(sections_json(), json.loads(SCHEMA.read_text("utf-8")))


def test_sections_are_read_with_every_field(open_text: OpenText) -> None:
    text = open_text()

    entry = text.section(SECTION)
    assert (entry.page, entry.parent, entry.level, entry.number) == (PAGE, TOP, 2, "1.1")
    assert entry.owner == "complaints officer"
    shown = entry.languages[BB]
    assert (shown.title, shown.url) == (f"Title of {SECTION}", f"/bb/complaints/#{SECTION}")
    assert (shown.markdown, shown.text, shown.fingerprint) == ("Text.\n", "Text.", FIRST)
    assert (shown.state, shown.text_language) == (TranslationState.CURRENT, BB)
    assert [language.code for language in text.languages() if language.source] == [AA]
    assert [section.id for section in text.page(PAGE)] == [TOP, SECTION]
    assert [section.id for section in text.all_sections()] == [TOP, SECTION]
    assert text.revision().company == "the Company"


def test_fields_of_a_newer_build_do_not_matter(path: Path, open_text: OpenText) -> None:
    write_sections(path, sections_json(colour="red"))

    assert open_text().section(SECTION).id == SECTION


def test_what_is_not_there_is_told_apart(open_text: OpenText) -> None:
    text = open_text()

    with pytest.raises(UnknownSection):
        text.section(SectionId("nowhere"))
    with pytest.raises(UnknownPage):
        text.page(PageId("nowhere"))
    with pytest.raises(UnknownLanguage):
        text.wording(SECTION, LanguageCode("cc"), FIRST)
    with pytest.raises(UnknownSection):
        text.wording(SectionId("nowhere"), AA, FIRST)
    with pytest.raises(UnknownWording):
        text.wording(SECTION, AA, Fingerprint("f" * 16))
    with pytest.raises(UnknownWording):
        text.wording(SECTION, AA, Fingerprint(FINGERPRINTS["complaints"]))


def test_changes_are_read_by_mark(path: Path, open_text: OpenText) -> None:
    comment = CommentId("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    mark = hashlib.sha256(comment.encode()).hexdigest()[:32]
    write_sections(path, sections_json(applied={mark: "c" * 40}, reverts={mark: 2}))

    changes = open_text().changes()

    assert changes is not None
    assert changes.commit_of(CommentId(comment.upper())) == "c" * 40
    assert changes.turn_of(comment) == 5
    jsonschema.validate(json.loads(path.read_text()), json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize(
    ("fields", "is_known"),
    [
        ({}, False),
        ({"applied": {}}, False),
        ({"applied": {}, "revision": BUILT}, True),
        ({"revision": BUILT}, False),
        ({"applied": {"a" * 32: "c" * 40}}, True),
    ],
)
def test_history_is_known_where_the_build_knew_it(
    path: Path, open_text: OpenText, fields: dict[str, Any], is_known: bool
) -> None:
    write_sections(path, sections_json(**fields))

    assert (open_text().changes() is not None) is is_known


def test_new_build_is_seen_and_the_earlier_wording_stays_known(
    path: Path, open_text: OpenText
) -> None:
    text = open_text()
    before = text.revision()
    write_sections(path, _reworded())

    assert text.refresh()

    assert text.section(SECTION).languages[AA].text == NEW_TEXT
    assert text.wording(SECTION, AA, NEW).text == NEW_TEXT
    assert text.wording(SECTION, AA, FIRST).text == "Text."
    assert text.revision() != before


def test_earlier_wordings_are_known_after_a_restart(path: Path, open_text: OpenText) -> None:
    open_text()
    write_sections(path, _reworded())

    text = open_text()

    assert text.wording(SECTION, BB, FIRST).markdown == "Text.\n"
    assert text.wording(SECTION, BB, FIRST).page == PAGE


def test_file_that_did_not_change_is_not_read_again(open_text: OpenText) -> None:
    text = open_text()
    before = text.section(SECTION)

    assert not text.refresh()
    assert text.section(SECTION) is before


def test_retired_section_names_its_successor_over_several_retirements(
    path: Path, open_text: OpenText
) -> None:
    retired = {"old": "newer", "newer": "complaints", "gone": None, "lost": "gone"}
    write_sections(path, sections_json(retired=retired))
    text = open_text()

    successors = {}
    for name in retired:
        with pytest.raises(RetiredSection) as refused:
            text.section(SectionId(name))
        successors[name] = refused.value.successor

    assert successors == {"old": TOP, "newer": TOP, "gone": None, "lost": None}


def test_retirements_in_a_circle_hang_nothing(path: Path, open_text: OpenText) -> None:
    write_sections(path, sections_json(retired={"one": "two", "two": "one"}))

    with pytest.raises(RetiredSection):
        open_text().section(SectionId("one"))


def test_section_that_vanished_without_a_note_keeps_its_wording(
    path: Path, open_text: OpenText
) -> None:
    text = open_text()
    write_sections(path, sections_json(sections=[section_json(TOP)]))
    text.refresh()

    assert text.wording(SECTION, AA, FIRST).page == PAGE
    with pytest.raises(RetiredSection):
        text.section(SECTION)


def test_missing_translation_is_known_by_the_fingerprint_its_readers_see(
    path: Path, open_text: OpenText
) -> None:
    section = section_json(SECTION)
    section["languages"]["bb"] = section["languages"]["aa"] | {"state": "missing"}
    write_sections(path, sections_json(sections=[section_json(TOP), section]))

    wording = open_text().wording(SECTION, BB, FIRST)

    assert (wording.language, wording.text_language) == (BB, AA)


def _without(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != name}


BAD: dict[str, tuple[Any, str]] = {
    "no object": ([], "Expected `object`"),
    "newer schema": (sections_json(schema=2), "schema version 2"),
    "no schema": (_without(sections_json(), "schema"), "schema"),
    "no sections": (sections_json(sections=[]), "there are no sections"),
    "two sources": (
        {**sections_json(), "languages": sections_json()["languages"][:1] * 2},
        "language aa is there twice",
    ),
    "no source": (sections_json(source="cc"), "exactly one language"),
    "section twice": (sections_json(sections=[section_json(TOP)] * 2), "complaints is there twice"),
    "language left out": (
        sections_json(sections=[section_json(TOP, ["aa"])]),
        "not there in each of the languages",
    ),
    "unknown parent": (
        sections_json(sections=[section_json(TOP, parent="nowhere")]),
        "unknown parent nowhere",
    ),
    "unknown page": (
        sections_json(sections=[section_json(TOP, page="nowhere")]),
        "unknown page nowhere",
    ),
    "mark that is no hash": (sections_json(applied={"id": "c" * 40}), "applied"),
    "commit cut short": (sections_json(applied={"a" * 32: "c" * 39}), "applied"),
    "commit that is none": (sections_json(applied={"a" * 32: None}), "applied"),
    "no reverts": (sections_json(applied={}, reverts={"a" * 32: 0}), "reverts"),
    "bad id": (sections_json(sections=[section_json(TOP, id="Über")]), "id"),
    "time without zone": (
        sections_json(revision={"commit": None, "built_at": "2026-11-21T22:00:00"}),
        "built_at",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused_at_start_with_path_and_reason(
    path: Path, open_text: OpenText, name: str
) -> None:
    document, reason = BAD[name]
    write_sections(path, document)

    with pytest.raises(SectionsDamaged) as refused:
        open_text()

    assert refused.value.message.startswith(f"{path} cannot be used: ")
    assert reason in refused.value.message


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 200_000, b"\xef\xbb\xbf{}"])
def test_file_that_is_no_json_is_refused_at_start(
    path: Path, open_text: OpenText, content: bytes
) -> None:
    path.write_bytes(content)

    with pytest.raises(SectionsDamaged):
        open_text()


def test_missing_file_is_refused_at_start(path: Path, open_text: OpenText) -> None:
    path.unlink()

    with pytest.raises(SectionsDamaged) as refused:
        open_text()

    assert "No such file" in refused.value.message


def test_bad_file_at_reload_is_logged_once_and_the_old_one_stays(
    path: Path, open_text: OpenText, caplog: pytest.LogCaptureFixture
) -> None:
    text = open_text()
    path.write_bytes(b"{")

    with caplog.at_level(logging.ERROR):
        assert [text.refresh() for _ in range(3)] == [False] * 3

    assert text.section(SECTION).languages[AA].fingerprint == FIRST
    (record,) = caplog.records
    assert str(path) in record.getMessage()

    write_sections(path, _reworded())
    assert text.refresh()


def test_file_gone_at_reload_leaves_the_old_one(
    path: Path, open_text: OpenText, caplog: pytest.LogCaptureFixture
) -> None:
    text = open_text()
    path.unlink()

    assert [text.refresh() for _ in range(2)] == [False] * 2

    assert text.section(SECTION).id == SECTION
    assert len(caplog.records) == 1


def test_full_disk_stops_neither_start_nor_reload_and_wordings_are_kept_later(
    path: Path, open_text: OpenText, disk: FailingDisk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.fails_always = Fault("write", errno.ENOSPC)
    text = open_text()
    assert text.wording(SECTION, AA, FIRST).text == "Text."
    assert not text.refresh()
    assert len(caplog.records) == 1

    disk.fails_always = None
    text.refresh()

    write_sections(path, _reworded())
    assert open_text().wording(SECTION, AA, FIRST).text == "Text."


def test_wordings_fill_one_file_after_the_other(
    path: Path, open_text: OpenText, tmp_path: Path
) -> None:
    names = [TOP, *(SectionId(f"complaints-{number}") for number in range(300))]
    write_sections(
        path, sections_json(sections=[section_json(name, text=f"{name}.") for name in names])
    )

    open_text()

    files = sorted(path.name for path in (tmp_path / "data" / "wordings").iterdir())
    assert files == ["000000.json", "000001.json", "000002.json"]
    write_sections(path, sections_json())
    last = open_text().wording(names[-1], BB, Fingerprint(fingerprint_of(f"{names[-1]}.")))
    assert last.text == f"{names[-1]}."


@pytest.mark.parametrize("call", ["write", "rename", "sync_folder"])
def test_wording_whose_keeping_failed_is_kept_once(
    path: Path, open_text: OpenText, disk: FailingDisk, tmp_path: Path, call: Any
) -> None:
    text = open_text()
    write_sections(path, _reworded())
    disk.faults.append(Fault(call, errno.EIO))
    text.refresh()

    text.refresh()

    kept = json.loads((tmp_path / "data" / "wordings" / "000000.json").read_bytes())["wordings"]
    assert [one["text"] for one in kept.values()].count(NEW_TEXT) == 2
    assert len(kept) == 6
