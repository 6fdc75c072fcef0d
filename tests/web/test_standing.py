"""How each comment stands to the text published now, and where what came of it is found."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import Decision, State
from feedback_api.domain.errors import RetiredSection
from feedback_api.domain.event import BY_DEPLOYMENT, Event, EventKind
from feedback_api.domain.identity import CommitHash, EditorName, SectionId
from feedback_api.domain.publication import Published
from feedback_api.domain.section import SectionEntry, TranslationState
from feedback_api.services import Services
from feedback_api.web.routes import WebOptions, build_app
from tests.fakes.clockwork import START
from tests.fakes.comments import submitted, usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import (
    EARLIER_WORDING,
    OTHER,
    RETIRED,
    SECTION,
    SOURCE,
    WORDING,
    FixedText,
)
from tests.web.following import API, given_comment
from tests.web.reading import OpenClient, page_of, signed_in, text_of
from tests.web.small_site import lay_languages

COMMIT = "0123456789" * 4
LIST = f"/feedback/{SOURCE}/{SECTION}/comments"


class _WithoutSuccessor(FixedText):
    """The retired section has none."""

    def section(self, section: SectionId) -> SectionEntry:
        if section == RETIRED:
            raise RetiredSection(section=section, successor=None)
        return super().section(section)


class _Behind(FixedText):
    """The translation is behind its source."""

    def section(self, section: SectionId) -> SectionEntry:
        entry = super().section(section)
        other = replace(entry.languages[OTHER], state=TranslationState.BEHIND)
        return replace(entry, languages={**entry.languages, OTHER: other})


def _published(number: int, **fields: Any) -> Comment:
    """A public comment on an earlier wording, whose change is published."""
    decision = Decision(
        outcome=State.ACCEPTED,
        reason="Yes.",
        reason_language=SOURCE,
        by=EditorName("Ana"),
        at=START,
    )
    commit = CommitHash(COMMIT)
    event = Event(
        what=EventKind.PUBLISHED, at=START, by=BY_DEPLOYMENT, after=State.PUBLISHED, commit=commit
    )
    usual: dict[str, Any] = {
        "public": True,
        "wording": EARLIER_WORDING,
        "state": State.PUBLISHED,
        "decision": decision,
        "published": Published(commit=commit, at=START),
        "publication_turn": 1,
        "events": (submitted(START), event),
    }
    return usual_comment(number, **{**usual, **fields})


def _by_receipt(client: TestClient, store: MemoryStore, **fields: Any) -> dict[str, str]:
    """A comment as `_published`, with the fields that follow its receipt."""
    comment, receipt = given_comment(client, language=fields.pop("posted_in", SOURCE))
    made = store.comments[comment]
    changed = _published(1, id=made.id, receipt_hash=made.receipt_hash, **fields)
    store.comments[comment] = changed
    return {"receipt": receipt}


def _standings(client: TestClient, comment: str) -> tuple[str, str | None, bool]:
    shown = signed_in(client).get(f"/api/v1/comments/{comment}").json()
    return shown["standing"], shown["successor"], shown["on_current_wording"]


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"wording": WORDING}, ("current", None, True)),
        ({"wording": EARLIER_WORDING}, ("earlier", None, False)),
        ({"wording": EARLIER_WORDING, "section": RETIRED}, ("moved", SECTION, False)),
    ],
)
def test_editors_see_where_a_comment_stands(
    client: TestClient,
    store: MemoryStore,
    fields: dict[str, Any],
    standing: tuple[str, str | None, bool],
) -> None:
    comment = store.add(usual_comment(1, **fields))

    assert _standings(client, comment.id) == standing


def test_section_without_a_successor_is_retired(
    open_client: OpenClient, services: Services, store: MemoryStore
) -> None:
    comment = store.add(usual_comment(1, section=RETIRED, wording=EARLIER_WORDING))
    client = open_client(over=replace(services, text=_WithoutSuccessor()))

    assert _standings(client, comment.id) == ("retired", None, False)


def test_readers_see_where_a_public_comment_stands(client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, public=True))
    store.add(usual_comment(2, public=True, wording=EARLIER_WORDING))

    shown = client.get(f"/api/v1/sections/{SECTION}").json()["comments"]

    assert [one["standing"] for one in shown] == ["current", "earlier"]


@pytest.mark.parametrize(
    ("standing", "found"), [("current", 1), ("earlier", 2), ("moved", 3), ("retired", None)]
)
def test_board_is_filtered_by_standing(
    client: TestClient, store: MemoryStore, standing: str, found: int | None
) -> None:
    store.add(usual_comment(1))
    store.add(usual_comment(2, wording=EARLIER_WORDING))
    store.add(usual_comment(3, wording=EARLIER_WORDING, section=RETIRED))

    answer = signed_in(client).get("/api/v1/comments", params={"standing": standing}).json()

    expected = [] if found is None else [usual_comment(found).id]
    assert [one["id"] for one in answer["comments"]] == expected
    assert answer["total"] == len(expected)


def test_list_shows_then_and_now_of_an_earlier_wording(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, public=True, wording=EARLIER_WORDING))

    page = page_of(client.get(LIST))

    assert page.xpath("//li[@class='cop-comment']//details//del")
    assert page.xpath("//li[@class='cop-comment']//details//ins")


def test_list_of_a_retired_section_links_its_successor(
    client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, public=True, section=RETIRED, wording=EARLIER_WORDING))

    answer = client.get(f"/feedback/{SOURCE}/{RETIRED}/comments")

    assert "The section moved Its successor: 8 Acknowledging a complaint" in text_of(answer)
    assert page_of(answer).xpath("//li//a[@href='/aa/complaints/#complaints-acknowledge']")


def test_board_page_links_the_successor(client: TestClient, store: MemoryStore) -> None:
    comment = store.add(usual_comment(1, section=RETIRED, wording=EARLIER_WORDING))

    page = page_of(signed_in(client).get(f"/review/{comment.id}"))

    assert page.xpath("//dd//a[@href='/aa/complaints/#complaints-acknowledge']")


def test_receipt_tells_commit_and_date_and_shows_the_redline(
    client: TestClient, store: MemoryStore
) -> None:
    receipt = _by_receipt(client, store)

    answer = client.post("/feedback/receipt", data=receipt)

    assert f"Published in {COMMIT[:10]} on November 21, 2026" in text_of(answer)
    assert not page_of(answer).xpath("//a[code]")
    assert page_of(answer).xpath("//div[contains(@class, 'cop-redline')]//ins")
    assert page_of(answer).xpath("//p/a[text()='See how the section reads now']")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", "Publicado em 21 de novembro de 2026, 12:00 UTC, no commit 0123456789."),
        ("ru", "Опубликовано в 0123456789, 21 ноября 2026"),
    ],
)
def test_receipt_says_so_in_its_language(
    open_client: OpenClient, store: MemoryStore, other: str, said: str
) -> None:
    client = open_client(other=other)
    receipt = _by_receipt(client, store)

    answer = client.post(f"/feedback/receipt?language={OTHER}", data=receipt)

    assert said in text_of(answer)


def test_commit_leads_to_the_forge_where_a_setting_names_it(
    services: Services, store: MemoryStore, site: Any
) -> None:
    options = WebOptions(
        origin="http://testserver",
        site_origin="http://testserver",
        site=site,
        languages=lay_languages(site.parent, "pt"),
        commits="https://forge.example.org/code/commit/",
    )
    client = TestClient(build_app(services, options))
    store.add(_published(1))

    links = page_of(client.get(LIST)).xpath("//a[code]/@href")

    assert links == [f"https://forge.example.org/code/commit/{COMMIT}"]


def test_json_tells_commit_and_since_when(client: TestClient, store: MemoryStore) -> None:
    store.add(_published(1))
    headers = {"Authorization": f"Receipt {_by_receipt(client, store, public=False)['receipt']}"}

    (public,) = client.get(f"/api/v1/sections/{SECTION}").json()["comments"]
    own = client.get(API, headers=headers).json()
    reviewed = signed_in(client).get(f"/api/v1/comments/{usual_comment(1).id}").json()

    for shown in (public, own, reviewed):
        assert (shown["state"], shown["commit"]) == ("published", COMMIT)
        assert shown["published_at"] == "2026-11-21T12:00:00Z"
    assert own["events"][-1] | {"at": ""} == {
        "what": "published", "at": "", "by": "deployment", "before": None, "after": "published",
        "reason": None, "commit": COMMIT,
    }  # fmt: skip


def test_comment_on_a_translation_that_is_behind_says_so(
    open_client: OpenClient, services: Services, store: MemoryStore
) -> None:
    client = open_client(over=replace(services, text=_Behind()))
    wording = FixedText().section(SECTION).languages[OTHER].fingerprint
    behind, _ = given_comment(client, language=OTHER, wording=wording)
    current, _ = given_comment(client)
    earlier, _ = given_comment(client, wording=EARLIER_WORDING)

    editors = signed_in(client)
    told = [
        editors.get(f"/api/v1/comments/{one}").json()["translation_behind"]
        for one in (behind, current, earlier)
    ]

    assert told == [True, False, None]
    said = "The translation was behind the source text when this was written."
    assert said in text_of(editors.get(f"/review/{behind}"))
    assert said in text_of(editors.get(f"/review/sections/{SECTION}"))
    assert said not in text_of(editors.get(f"/review/{current}"))


@pytest.mark.parametrize(
    ("other", "said"),
    [("pt", "A seção mudou de lugar"), ("ru", "Раздел перенесён")],
)
def test_standing_is_told_in_the_readers_language(
    open_client: OpenClient, store: MemoryStore, other: str, said: str
) -> None:
    store.add(usual_comment(1, public=True, section=RETIRED, wording=EARLIER_WORDING))

    answer = open_client(other=other).get(f"/feedback/{OTHER}/{RETIRED}/comments")

    assert said in text_of(answer)


def test_feed_has_an_entry_of_the_publication_while_it_lasts(
    client: TestClient, store: MemoryStore
) -> None:
    comment = store.add(_published(1))
    address = f"/feedback/{SOURCE}/feed.atom"
    title = "Published · 8 Acknowledging a complaint"

    shown = client.get(address).text
    store.change(comment.id, lambda one: replace(one, state=State.ACCEPTED, published=None))

    assert shown.count(title) == 1
    assert title not in client.get(address).text
