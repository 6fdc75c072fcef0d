"""dispositions.json: what the service writes is what the schema says, and tells of nobody."""

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from feedback_api.domain.comment import Visibility
from feedback_api.domain.cycle import Cycle, CycleQuestion
from feedback_api.domain.decision import State
from feedback_api.services import Services
from feedback_api.services.closing import close_cycle, dispositions, summarise
from feedback_api.services.follow import object_to
from feedback_api.services.support import second
from feedback_api.web.dispositions_document import dispositions_document
from tests.fakes.memory_cycles import usual_cycle
from tests.fakes.published import EARLIER_WORDING, RETIRED, SECTION, SOURCE, UNTRANSLATED, WORDING
from tests.web.reading import ROOT
from tests.web.reviewed_cycle import ANA, RUI, decided, lay_cycles, said_in, set_clock, shown

SCHEMA = json.loads((ROOT / "feedback_api" / "dispositions.schema.json").read_bytes())


@pytest.fixture
def cycle(services: Services) -> Cycle:
    """A cycle that is over and not closed."""
    question = CycleQuestion(section=UNTRANSLATED, texts={SOURCE: "Is it fair?"})
    made = usual_cycle(questions=(question,))
    lay_cycles(services, made)
    set_clock(services, made.closes + timedelta(days=1))
    return made


def _written(cycle: Cycle, services: Services, *, everything: bool = False) -> dict[str, Any]:
    """The document, which the schema must always allow."""
    encoded = dispositions_document(
        dispositions(cycle.id, everything=everything, services=services)
    )
    document: dict[str, Any] = json.loads(encoded)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_document_of_a_whole_cycle(cycle: Cycle, services: Services) -> None:
    mine = said_in(
        cycle,
        services,
        name="Maria",
        email="maria@example.org",
        suggestion="Within one day.",
        body="Two days\nare long.",
    )
    shown(mine.comment.id, services)
    second(mine.comment.id, "a browser", services=services)
    decided(mine.comment.id, services)
    summarise(cycle.id, SECTION, SOURCE, "Many asked.", editor=ANA, services=services)
    close_cycle(cycle.id, editor=ANA, services=services)
    object_to(mine.receipt, "No!", services=services)
    decided(mine.comment.id, services, editor=RUI, outcome=State.ACCEPTED, reason="Yes.")
    close_cycle(cycle.id, editor=RUI, services=services)

    document = _written(cycle, services)

    first = {
        "outcome": "declined",
        "reason": "It stays.",
        "reason_language": SOURCE,
        "decided_on": "2027-01-01",
        "duplicate_of": None,
        "deferred_to": None,
    }
    assert {name: document[name] for name in ("schema", "cycle", "sections")} == {
        "schema": 1,
        "cycle": "2027-1",
        "sections": [
            {
                "section": SECTION,
                "page": "complaints",
                "number": "8",
                "asked": [],
                "summaries": {SOURCE: "Many asked."},
                "comments": [
                    {
                        "id": mine.comment.id,
                        "language": SOURCE,
                        "role": "customer",
                        "role_verified": False,
                        "kind": "problem",
                        "about": "rule",
                        "body": "Two days\nare long.",
                        "suggestion": "Within one day.",
                        "wording": WORDING,
                        "collected": False,
                        "support": 1,
                        "submitted_on": "2026-12-02",
                        "objected": True,
                        "decision": {**first, "outcome": "accepted", "reason": "Yes."},
                        "earlier_decisions": [first],
                        "commit": None,
                    }
                ],
            },
            {
                "section": UNTRANSLATED,
                "page": "complaints",
                "number": "8",
                "asked": [{SOURCE: "Is it fair?"}],
                "summaries": {},
                "comments": [],
            },
        ],
    }
    assert document["closed_at"][:10] == "2027-01-01"
    assert len(document["closed_again_at"]) == 1
    assert document["figures"]["comments"] is None


@pytest.mark.parametrize("everything", [False, True])
def test_document_names_nobody(cycle: Cycle, services: Services, everything: bool) -> None:
    mine = said_in(cycle, services, name="Maria", email="maria@example.org")
    shown(mine.comment.id, services)
    decided(mine.comment.id, services, editor=RUI)
    close_cycle(cycle.id, editor=RUI, services=services)

    told = json.dumps(_written(cycle, services, everything=everything))

    assert mine.comment.id in told
    for personal in ("Maria", "maria@example.org", RUI, mine.receipt, mine.comment.receipt_hash):
        assert personal not in told


def test_document_for_readers_is_the_same_whatever_they_may_not_know(
    cycle: Cycle, services: Services
) -> None:
    mine = said_in(cycle, services).comment
    shown(mine.id, services)
    decided(mine.id, services)
    before = _written(cycle, services)

    secret = said_in(cycle, services, visibility=Visibility.REVIEWERS, body="Secret.").comment
    hidden = said_in(cycle, services, body="Hidden.").comment
    decided(secret.id, services, outcome=State.ACCEPTED, reason="A secret reason.")
    decided(hidden.id, services, outcome=State.DUPLICATE, duplicate_of=mine.id)
    retired = said_in(cycle, services, section=RETIRED, wording=EARLIER_WORDING).comment
    decided(retired.id, services)
    summarise(cycle.id, RETIRED, SOURCE, "A secret summary.", editor=ANA, services=services)

    assert _written(cycle, services) == before
    assert len(json.dumps(_written(cycle, services, everything=True))) > len(json.dumps(before))


def test_document_of_a_comment_merged_into_a_hidden_one_tells_of_no_other(
    cycle: Cycle, services: Services
) -> None:
    secret = said_in(cycle, services, visibility=Visibility.REVIEWERS).comment
    mine = said_in(cycle, services).comment
    shown(mine.id, services)
    decided(secret.id, services, outcome=State.ANSWERED, reason="To you alone.")
    decided(
        mine.id, services, outcome=State.DUPLICATE, duplicate_of=secret.id, reason="Said before."
    )

    (section, *_) = _written(cycle, services)["sections"]

    (comment,) = section["comments"]
    assert comment["decision"]["outcome"] == "answered"
    assert comment["decision"]["duplicate_of"] is None
    assert secret.id not in json.dumps(section)


def test_document_of_a_cycle_that_is_not_closed_says_so(cycle: Cycle, services: Services) -> None:
    deferred = said_in(cycle, services).comment
    open_one = said_in(cycle, services).comment
    for comment in (deferred, open_one):
        shown(comment.id, services)
    decided(deferred.id, services, outcome=State.DEFERRED)

    document = _written(cycle, services)

    assert (document["closed_at"], document["closed_again_at"]) == (None, [])
    decisions = {one["id"]: one["decision"] for one in document["sections"][0]["comments"]}
    assert decisions[open_one.id] is None
    assert decisions[deferred.id]["deferred_to"] is None


def test_document_holds_a_section_that_is_no_longer_there(cycle: Cycle, services: Services) -> None:
    mine = said_in(cycle, services, section=RETIRED, wording=EARLIER_WORDING).comment
    shown(mine.id, services)

    *_, section = _written(cycle, services)["sections"]

    assert (section["section"], section["page"], section["number"]) == (RETIRED, "complaints", "")
