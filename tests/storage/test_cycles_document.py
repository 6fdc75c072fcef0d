"""Review cycles in sections.json, as the service reads them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from feedback_api.domain.comment import Role
from feedback_api.domain.cycle import Cycle, CycleQuestion
from feedback_api.domain.identity import CycleId, LanguageCode, SectionId
from feedback_api.storage.sections_document import decode_sections
from tests.fakes.sections_json import sections_json

SCHEMA = Path(__file__).resolve().parents[2] / "feedback_api" / "sections.schema.json"
SECTION = SectionId("complaints-acknowledge")
AA = LanguageCode("aa")
OPENS = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
CLOSES = datetime(2027, 2, 26, 18, 0, tzinfo=UTC)


def _record(**fields: Any) -> dict[str, Any]:
    usual = {
        "id": "2027-1",
        "opens": "2027-01-11T09:00:00Z",
        "closes": "2027-02-26T18:00:00Z",
        "time_zone": "Europe/Lisbon",
        "titles": {"aa": "First", "bb": "Primeiro"},
        "introductions": {"aa": "What it is about."},
        "urls": {"aa": "/aa/cycles/2027-1/", "bb": "/bb/cycles/2027-1/"},
        "scope": [SECTION],
        "questions": [{"section": SECTION, "texts": {"aa": "Is it clear?"}}],
        "roles": ["staff", "customer"],
        "reviewers": ["code owner"],
        "objection_days": 14,
        "retention_days": 180,
    }
    return {**usual, **fields}


def _read(*records: dict[str, Any]) -> tuple[Cycle, ...]:
    return decode_sections(json.dumps(sections_json(cycles=records)).encode()).cycles


def test_cycle_is_read_with_everything_the_build_says_of_it() -> None:
    (cycle,) = _read(_record())

    assert cycle == Cycle(
        id=CycleId("2027-1"),
        opens=OPENS,
        closes=CLOSES,
        time_zone="Europe/Lisbon",
        titles={AA: "First", LanguageCode("bb"): "Primeiro"},
        introductions={AA: "What it is about."},
        urls={AA: "/aa/cycles/2027-1/", LanguageCode("bb"): "/bb/cycles/2027-1/"},
        scope=(SECTION,),
        questions=(CycleQuestion(section=SECTION, texts={AA: "Is it clear?"}),),
        roles=(Role.STAFF, Role.CUSTOMER),
        reviewers=("code owner",),
        objection_days=14,
        retention_days=180,
    )


def test_record_of_the_test_obeys_the_schema() -> None:
    document = sections_json(cycles=[_record(), _record(id="2028-1", scope="all")])

    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))


def test_field_of_a_later_release_is_passed_over() -> None:
    cycles = _read(_record(colour="green"))

    assert cycles == _read(_record())


def test_cycles_come_in_the_order_of_their_opening() -> None:
    later = _record(id="2028-1", opens="2028-01-10T09:00:00Z", closes="2028-02-25T18:00:00Z")

    assert [cycle.id for cycle in _read(later, _record())] == ["2027-1", "2028-1"]


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        (datetime(2027, 1, 11, 8, 59, 59, tzinfo=UTC), False),
        (OPENS, True),
        (datetime(2027, 2, 26, 17, 59, 59, tzinfo=UTC), True),
        (CLOSES, False),
    ],
)
def test_cycle_takes_comments_from_its_opening_until_its_closing(at: datetime, taken: bool) -> None:
    (cycle,) = _read(_record())

    assert cycle.takes(SECTION, at) is taken


def test_cycle_takes_no_comment_on_a_section_outside_its_scope() -> None:
    (cycle,) = _read(_record())

    assert cycle.takes(SectionId("complaints"), OPENS) is False


def test_cycle_about_the_whole_code_takes_comments_on_any_section() -> None:
    (cycle,) = _read(_record(scope="all"))

    assert cycle.takes(SectionId("complaints"), OPENS) is True


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([_record(closes="2027-01-11T09:00:00Z")], "2027-1 closes before it opens"),
        ([_record(opens="2027-01-11T09:00:00")], r"timezone.*cycles\[0\]\.opens"),
        ([_record(titles={"bb": "Primeiro"})], "2027-1 lacks a text in the source language"),
        (
            [_record(questions=[{"section": SECTION, "texts": {"bb": "Está claro?"}}])],
            "2027-1 lacks a text in the source language",
        ),
        ([_record(scope="some")], "some"),
        ([_record(roles=["boss"])], "boss"),
        ([_record(id="../2027-1")], r"cycles\[0\]\.id"),
        ([_record(objection_days=0)], r"cycles\[0\]\.objection_days"),
        (
            [_record(), _record(id="2027-2", opens="2027-02-26T17:59:59Z")],
            "2027-1 and 2027-2 are open at once",
        ),
    ],
)
def test_cycle_that_makes_no_sense_is_refused(records: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _read(*records)
