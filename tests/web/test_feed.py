"""The Atom feed: what became public and what was decided, and nothing of anything else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from httpx2 import Response
from lxml.etree import _Element as Element
from lxml.etree import fromstring
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment, Visibility
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.event import Event, EventKind
from feedback_api.domain.identity import WAITING, EditorName, PageId
from feedback_api.domain.remarks import Erasure
from feedback_api.services import Services
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id, submitted, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import EARLIER_WORDING, OTHER, PAGE, RETIRED, SECTION, SOURCE
from tests.web.reading import EDITOR, OpenClient, codes_of, page_of

FEED = f"/feedback/{SOURCE}/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SECRET = "not for every reader"
OPENS = START + timedelta(days=10)


def test_feed_shows_a_public_comment_as_an_entry(client: TestClient, store: MemoryStore) -> None:
    store.add(_public(1, suggestion="Within 5 days."))

    answer = client.get(FEED)

    (entry,) = _entries(answer)
    assert answer.headers["content-type"] == "application/atom+xml"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert _text(entry, "id") == f"urn:uuid:{comment_id(1)}"
    assert _text(entry, "title") == "Problem · 8 Acknowledging a complaint"
    assert _text(entry, "content") == "Comment 1.\n\nSuggested wording:\nWithin 5 days."
    assert _text(entry, "published") == "2026-11-21T13:00:00Z"
    assert _text(entry, "updated") == "2026-11-21T13:00:00Z"
    shown = f"http://testserver/feedback/{SOURCE}/{SECTION}/comments#comment-{comment_id(1)}"
    assert _links(entry) == {"alternate": shown}


def test_entry_links_to_where_the_page_shows_the_comment(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(_public(1))
    there, _, anchor = _links(_entries(client.get(FEED))[0])["alternate"].partition("#")

    shown = page_of(client.get(there)).get_element_by_id(anchor)

    assert "Comment 1." in shown.text_content()


def test_decision_is_an_entry_of_its_own_that_names_no_editor(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(_public(1, decision=_decision()))

    answer = client.get(FEED)

    decided, said = _entries(answer)
    assert _text(decided, "title") == "Declined · 8 Acknowledging a complaint"
    assert _text(decided, "content") == "Five days are needed."
    assert _text(decided, "updated") == "2026-11-21T14:00:00Z"
    assert _text(said, "updated") == "2026-11-21T13:00:00Z"
    reply = decided.find("{http://purl.org/syndication/thread/1.0}in-reply-to")
    assert reply is not None
    assert reply.attrib["ref"] == _text(said, "id")
    assert EDITOR not in answer.text
    assert _moments(answer) == ["2026-11-21T14:00:00Z"]


def test_changed_decision_updates_its_entry_and_keeps_its_id(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(_public(1, decision=_decision()))
    before = _ids(client.get(FEED))
    again = _decision(State.ACCEPTED, at=5)

    store.change(comment_id(1), lambda one: replace(one, state=again.outcome, decision=again))

    decided = _entries(client.get(FEED))[0]
    assert (_text(decided, "id"), _text(decided, "updated")) == (before[0], "2026-11-21T17:00:00Z")
    assert "Accepted" in _text(decided, "title")


def test_second_decision_after_an_objection_is_a_new_entry(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(_public(1, decision=_decision()))
    first = _ids(client.get(FEED))[0]
    after = _decision(State.ACCEPTED, at=5)

    store.change(
        comment_id(1),
        lambda one: replace(
            one, decision=after, state=after.outcome, earlier_decisions=(_decision(),)
        ),
    )

    ids = _ids(client.get(FEED))
    assert ids[1] == first
    assert len(set(ids)) == 3


def test_decision_taken_back_leaves_the_feed(client: TestClient, store: MemoryStore) -> None:
    store.add(_public(1, decision=_decision()))
    assert len(_ids(client.get(FEED))) == 2

    store.change(comment_id(1), lambda one: replace(one, state=State.IN_REVIEW, decision=None))

    assert _ids(client.get(FEED)) == [f"urn:uuid:{comment_id(1)}"]


@pytest.mark.parametrize(
    "hidden",
    [
        {"public": False},
        {"state": State.WITHDRAWN},
        {"visibility": Visibility.REVIEWERS},
        {"erased": Erasure(at=START, by=EDITOR)},
    ],
    ids=["hidden-again", "withdrawn", "reviewers-only", "erased"],
)
def test_comment_no_longer_public_is_gone_at_once_with_its_decision(
    client: TestClient, store: MemoryStore, hidden: dict[str, Any]
) -> None:
    empty = client.get(FEED)
    store.add(_public(1, body=SECRET, decision=_decision(reason=SECRET)))
    assert SECRET in client.get(FEED).text

    store.change(comment_id(1), lambda one: replace(one, **hidden))

    assert client.get(FEED).content == empty.content


def test_etag_changes_with_the_visible_feed_and_with_nothing_else(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(_public(1))
    etag = client.get(FEED).headers["etag"]

    store.add(usual_comment(2, body=SECRET))
    store.change(comment_id(2), lambda one: replace(one, state=State.IN_REVIEW))
    store.change(comment_id(1), lambda one: replace(one, assignee=EditorName(EDITOR)))

    unchanged = client.get(FEED, headers={"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    store.change(comment_id(2), lambda one: replace(one, public=True))
    assert client.get(FEED, headers={"if-none-match": etag}).status_code == 200


def test_feed_tells_nothing_of_what_is_internal_or_personal(
    client: TestClient, store: MemoryStore
) -> None:
    noted = Event(what=EventKind.NOTED, at=START + timedelta(hours=9), by=EDITOR)
    store.add(_public(1, name=SECRET, email="me@example.org", prepared=_decision(reason=SECRET)))
    before = client.get(FEED)

    store.change(comment_id(1), lambda one: replace(one, events=(*one.events, noted)))

    answer = client.get(FEED)
    assert answer.content == before.content
    assert not [word for word in (SECRET, EDITOR, "me@example.org") if word in answer.text]


@pytest.mark.parametrize("is_public", [True, False])
def test_duplicate_tells_of_its_original_only_while_that_is_public(
    client: TestClient, store: MemoryStore, is_public: bool
) -> None:
    store.add(usual_comment(1, body=SECRET, public=is_public))
    merged = _decision(State.DUPLICATE, duplicate_of=comment_id(1))
    store.add(_public(2, decision=merged))

    answer = client.get(FEED)

    assert (comment_id(1) in answer.text) is is_public
    told = [entry for entry in _entries(answer) if "Duplicate" in _text(entry, "title")]
    assert ["related" in _links(entry) for entry in told] == ([True] if is_public else [])


def test_each_entry_says_its_own_language(client: TestClient, store: MemoryStore) -> None:
    reason = _decision(reason_language=SOURCE)
    store.add(_public(1, language=OTHER, decision=reason))

    decided, said = _entries(client.get(FEED))

    assert (decided.attrib[LANG], said.attrib[LANG]) == ("aa", "bb")
    title = said.find(f"{ATOM}title")
    assert title is not None
    assert title.attrib[LANG] == "aa"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("?cycle=&page=&language=", [4, 3, 2, 1]),
        (f"?language={OTHER}", [2]),
        (f"?page={PAGE}", [4, 3, 2, 1]),
        ("?cycle=2027-1", [3, 2, 1]),
        (f"?cycle=2027-1&language={SOURCE}&page={PAGE}", [3, 1]),
    ],
)
def test_filters_let_through_what_they_name(
    client: TestClient, store: MemoryStore, services: Services, query: str, numbers: list[int]
) -> None:
    cycle = usual_cycle("2027-1", opens=START - timedelta(days=1))
    _cycles(services).cycles = (cycle, usual_cycle("2027-2", opens=START + timedelta(days=60)))
    store.add(_public(1, at=1, cycle=cycle.id))
    store.add(_public(2, at=2, cycle=cycle.id, language=OTHER))
    store.add(_public(3, at=3, cycle=WAITING, agenda=cycle.id))
    store.add(_public(4, at=4, cycle=WAITING))

    assert _ids(client.get(FEED + query)) == [f"urn:uuid:{comment_id(n)}" for n in numbers]


def test_comment_that_waits_joins_the_feed_of_the_cycle_when_that_opens(
    client: TestClient, store: MemoryStore, services: Services
) -> None:
    cycles = _cycles(services)
    cycles.cycles = (usual_cycle("2027-1", opens=OPENS),)
    store.add(_public(1, cycle=WAITING))
    assert _ids(client.get(f"{FEED}?cycle=2027-1")) == []

    cycles.cycles = (usual_cycle("2027-1", opens=START + timedelta(seconds=1)),)

    assert len(_ids(client.get(f"{FEED}?cycle=2027-1"))) == 1


def test_decision_is_in_the_feed_of_the_cycle_that_took_it(
    client: TestClient, store: MemoryStore, services: Services
) -> None:
    first, second = usual_cycle("2027-1"), usual_cycle("2027-2", opens=START + timedelta(days=60))
    _cycles(services).cycles = (first, second)
    deferred = _decision(State.DEFERRED, cycle=first.id, deferred_to=second.id)
    accepted = _decision(State.ACCEPTED, at=4, cycle=second.id)
    store.add(
        _public(
            1,
            decision=accepted,
            cycle=first.id,
            agenda=second.id,
            earlier_decisions=(deferred,),
        )
    )

    titles = {
        cycle.id: [_text(one, "title").split(" · ")[0] for one in _entries(client.get(url))]
        for cycle in (first, second)
        for url in (f"{FEED}?cycle={cycle.id}",)
    }

    assert titles == {"2027-1": ["Deferred", "Problem"], "2027-2": ["Accepted", "Problem"]}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?cycle=1999-1", "unknown-cycle"),
        ("?cycle=waiting", "unknown-cycle"),
        ("?page=nothing", "unknown-page"),
        ("?language=zz", "unknown-language"),
    ],
)
def test_unknown_value_is_a_problem_or_a_page_as_the_reader_likes(
    client: TestClient, query: str, code: str
) -> None:
    told, shown = (
        client.get(FEED + query),
        client.get(FEED + query, headers={"accept": "text/html, */*;q=0.8"}),
    )

    assert (told.status_code, told.json()["code"]) == (404, code)
    assert told.headers["content-type"] == "application/problem+json"
    assert shown.status_code == 404
    assert shown.headers["content-type"].startswith("text/html")


def test_feed_in_an_unknown_language_is_not_found(client: TestClient) -> None:
    answer = client.get("/feedback/zz/feed.atom")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-language")


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("?page=a&page=b", [("page", "duplicate-field")]),
        ("?limit=5", [("limit", "unknown-field")]),
        ("?offset=-1&state=x", [("state", "unknown-field"), ("offset", "out-of-range")]),
    ],
)
def test_parameters_repeated_unknown_or_impossible_are_refused(
    client: TestClient, query: str, faults: list[tuple[str, str]]
) -> None:
    answer = client.get(FEED + query)

    assert answer.status_code == 422
    assert codes_of(answer) == faults


def test_filter_by_language_changes_no_reader_s_language(client: TestClient) -> None:
    asked = f"{FEED}?language={OTHER}&page=nothing"

    answer = client.get(asked, headers={"accept": "text/html, */*"})

    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_parts_of_a_long_feed_link_to_each_other(client: TestClient, store: MemoryStore) -> None:
    for number in range(1, 251):
        store.add(_public(number, at=number))
    url, ids, seen = FEED, [], []

    while url:
        answer = client.get(url)
        links = _links(fromstring(answer.content))
        assert links["self"] == str(answer.url)
        ids.extend(_ids(answer))
        seen.append(sorted(links))
        url = links.get("next", "")

    assert ids == [f"urn:uuid:{comment_id(number)}" for number in range(250, 0, -1)]
    assert [("previous" in rels, "first" in rels, "last" in rels) for rels in seen] == [
        (False, True, True),
        (True, True, True),
        (True, True, True),
    ]
    assert (
        len({_text(fromstring(client.get(u).content), "id") for u in (FEED, f"{FEED}?offset=100")})
        == 1
    )


def test_feed_holds_any_text_as_text(client: TestClient, store: MemoryStore) -> None:
    hostile = "<script>alert(1)</script> ]]> & &amp; \x0b \ufffe \ud800 тест\r\nend"
    store.add(_public(1, body=hostile, language=OTHER))

    (entry,) = _entries(client.get(FEED))

    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.attrib["type"] == "text"
    assert content.text == "<script>alert(1)</script> ]]> & &amp; \ufffd \ufffd \ufffd тест\nend"
    assert len(content) == 0


def test_comment_on_a_retired_section_keeps_its_title(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(_public(1, section=RETIRED, wording=EARLIER_WORDING))
    store.add(_public(2, page=PageId("gone")))

    titles = [_text(entry, "title") for entry in _entries(client.get(FEED))]

    assert titles == ["Problem · 8 Acknowledging a complaint", "Problem · As it was"]


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        (
            "pt",
            [
                "Comentários e decisões",
                "O que os leitores disseram do código e o que os editores decidiram, "
                "do mais novo ao mais antigo.",
                "Recusado",
                "Problema",
                "Cliente",
                "Os editores",
                "Redação sugerida:",
            ],
        ),
        (
            "ru",
            [
                "Комментарии и решения",
                "Что читатели сказали о кодексе и что решили редакторы, сначала новое.",
                "Отклонён",
                "Проблема",
                "Клиент",
                "Редакторы",
            ],
        ),
    ],
)
def test_words_of_the_feed_are_in_the_language_of_its_url(
    open_client: OpenClient, store: MemoryStore, spoken: str, words: list[str]
) -> None:
    store.add(_public(1, language=OTHER, suggestion="…", decision=_decision()))

    answer = open_client(other=spoken).get(f"/feedback/{OTHER}/feed.atom")

    assert [word for word in words if word not in answer.text] == []


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        ("pt", "Acompanhar esta página em um leitor de feeds (Atom)"),
        ("ru", "Следить за этой страницей в программе чтения лент (Atom)"),
    ],
)
def test_list_of_comments_links_to_the_feed_of_its_page(
    open_client: OpenClient, spoken: str, words: str
) -> None:
    client = open_client(other=spoken)

    page = page_of(client.get(f"/feedback/{OTHER}/{SECTION}/comments"))

    (link,) = page.xpath('/html/head/link[@rel="alternate"][@type="application/atom+xml"]')
    (seen,) = [one for one in page.iter("a") if one.text_content() == words]
    assert link.get("href") == seen.get("href") == f"/feedback/{OTHER}/feed.atom?page={PAGE}"
    assert client.get(str(link.get("href"))).status_code == 200


def test_feed_reader_understands_the_feed(
    client: TestClient, store: MemoryStore, services: Services
) -> None:
    _cycles(services).cycles = (usual_cycle("2027-1"),)
    store.add(_public(1, cycle="2027-1", decision=_decision(cycle="2027-1")))

    feed = feedparser.parse(client.get(f"{FEED}?cycle=2027-1&page={PAGE}").content)

    assert (feed.bozo, feed.version) == (False, "atom10")
    assert feed.feed.title == (
        "Code of practice · Comments and decisions · Review 2027-1 · 8 Acknowledging a complaint"
    )
    assert feed.feed.link == "http://testserver/aa/cycles/2027-1/"
    assert feed.feed.author == "The editors"
    assert [entry.author for entry in feed.entries] == ["The editors", "Customer (as stated)"]
    assert [[tag.term for tag in entry.tags] for entry in feed.entries] == [
        ["declined"],
        ["problem", "customer"],
    ]


def test_feed_of_a_service_elsewhere_than_the_site_has_absolute_links_to_both(
    open_client: OpenClient, store: MemoryStore
) -> None:
    store.add(_public(1))
    client = open_client(origin="https://feedback.example.org", site_origin="https://example.org")

    answer = client.get(f"{FEED}?page={PAGE}")

    assert _links(fromstring(answer.content)) == {
        "alternate": "https://example.org/aa/complaints/#complaints-acknowledge",
        "self": f"https://feedback.example.org{FEED}?page={PAGE}",
    }


def _public(
    number: int, *, at: int = 1, decision: Decision | None = None, **fields: Any
) -> Comment:
    """Made public `at` hours after the start; decided if there is a decision."""
    shown = Event(what=EventKind.MADE_PUBLIC, at=START + timedelta(hours=at), by=EDITOR)
    decided = {"state": decision.outcome, "decision": decision} if decision else {}
    usual = {"public": True, "events": (submitted(START), shown)}
    return usual_comment(number, **{**usual, **decided, **fields})


def _decision(outcome: State = State.DECLINED, *, at: int = 2, **fields: Any) -> Decision:
    usual: dict[str, Any] = {
        "outcome": outcome,
        "reason": "Five days are needed.",
        "reason_language": SOURCE,
        "by": EditorName(EDITOR),
        "at": START + timedelta(hours=at),
    }
    return Decision(**{**usual, **fields})


def _cycles(services: Services) -> FixedCycles:
    assert isinstance(services.cycles, FixedCycles)
    return services.cycles


def _entries(answer: Response) -> list[Element]:
    assert answer.status_code == 200, answer.text
    found: list[Element] = fromstring(answer.content).findall(f"{ATOM}entry")
    return found


def _ids(answer: Response) -> list[str]:
    return [_text(entry, "id") for entry in _entries(answer)]


def _moments(answer: Response) -> list[str]:
    """When the feed itself was updated."""
    return [one.text or "" for one in fromstring(answer.content).findall(f"{ATOM}updated")]


def _text(element: Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def _links(element: Element) -> dict[str, str]:
    links = element.findall(f"{ATOM}link")
    return {str(link.attrib["rel"]): str(link.attrib["href"]) for link in links}
