"""A section on the board: every language's comments under its own wording."""

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Visibility
from feedback_api.domain.decision import State
from feedback_api.services import Services
from feedback_api.services.support import second
from feedback_api.services.triage import set_gloss
from tests.fakes.comments import usual_comment
from tests.fakes.memory_cycles import usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import EARLIER_WORDING, OTHER, RETIRED, SECTION, SOURCE, UNTRANSLATED
from tests.web.reading import OpenClient, page_of, signed_in, text_of
from tests.web.reviewed_cycle import ANA, prepared, said_in, shown

PAGE = f"/review/sections/{SECTION}"
OTHER_WORDING = "00000000000000bb"
CYCLE = usual_cycle()


def _columns(client: TestClient, address: str = PAGE) -> list[str]:
    """What each column says, blanks made one."""
    page = page_of(client.get(address))
    columns = page.xpath("//*[contains(@class, 'cop-columns')]/section")
    return [" ".join(column.text_content().split()) for column in columns]


def test_each_language_has_its_wording_and_its_comments(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, body="In the first."))
    store.add(usual_comment(2, body="На втором.", language=OTHER, wording=OTHER_WORDING))
    store.add(usual_comment(3, body="Elsewhere.", section=UNTRANSLATED))

    answer = editor_client.get(PAGE)

    first, second_column = _columns(editor_client)
    assert first.startswith("Aa Source text 8 Acknowledging a complaint")
    assert "In the first." in first
    assert second_column.startswith("Bb Translation current 8 Acknowledging a complaint")
    assert "На втором." in second_column
    assert "In the first." not in second_column
    assert "Elsewhere." not in text_of(answer)
    assert "2 comments in all languages." in text_of(answer)


def test_comments_and_wordings_are_marked_with_their_language(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, body="На втором.", language=OTHER, wording=OTHER_WORDING))

    page = page_of(editor_client.get(PAGE))

    assert page.xpath("//p[contains(text(), 'На втором.')]/@lang") == [OTHER]
    assert page.xpath("//blockquote/@lang") == [SOURCE, OTHER]


def test_missing_translation_shows_the_source_as_such(editor_client: TestClient) -> None:
    _, column = _columns(editor_client, f"/review/sections/{UNTRANSLATED}")

    assert "Not translated yet: this is the source text" in column


def test_editors_see_gloss_state_support_and_what_is_prepared(
    editor_client: TestClient, services: Services
) -> None:
    mine = said_in(CYCLE, services, suggestion="Better so.").comment
    shown(mine.id, services)
    second(mine.id, "a browser", services=services)
    set_gloss(mine.id, "In one line.", SOURCE, editor=ANA, expected_version=2, services=services)
    prepared(mine.id, services, outcome=State.ACCEPTED)
    said_in(CYCLE, services, body="For you alone.", visibility=Visibility.REVIEWERS)

    column, _ = _columns(editor_client)

    assert "Received Prepared: Accepted Readers Support: 1" in column
    assert "In short: In one line." in column
    assert "Suggested wording: Better so." in column
    assert "Received Only the editors For you alone." in column
    links = page_of(editor_client.get(PAGE)).xpath("//a[@data-row]/@href")
    assert f"/review/{mine.id}" in links


def test_comment_on_an_earlier_wording_says_so(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, wording=EARLIER_WORDING))

    column, _ = _columns(editor_client)

    assert "On an earlier wording" in column


def test_retired_section_keeps_its_comments_and_names_its_successor(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, section=RETIRED, wording=EARLIER_WORDING, body="Still here."))

    answer = editor_client.get(f"/review/sections/{RETIRED}")

    said = text_of(answer)
    assert "All comments on “As it was”" in said
    assert "This section is no longer part of the code." in said
    assert page_of(answer).xpath(f"//a[@href='{PAGE}']")
    first, other = _columns(editor_client, f"/review/sections/{RETIRED}")
    assert "Earlier text." in first
    assert "Still here." in first
    assert "No wording of it is known in this language." in other


def test_retired_section_without_comments_is_a_page(editor_client: TestClient) -> None:
    answer = editor_client.get(f"/review/sections/{RETIRED}")

    assert answer.status_code == 200
    assert "Nobody has commented on this section." in text_of(answer)


def test_comments_in_a_language_that_is_gone_are_not_lost(
    editor_client: TestClient, store: MemoryStore
) -> None:
    store.add(usual_comment(1, body="Mais cedo.", language="cc"))

    *_, gone = _columns(editor_client)

    assert gone.startswith("cc No wording of it is known in this language. 1 comment")
    assert "Mais cedo." in gone


def test_long_lists_are_parted_alike_in_every_language(
    editor_client: TestClient, store: MemoryStore
) -> None:
    for number in range(1, 61):
        store.add(usual_comment(number))
    store.add(usual_comment(61, language=OTHER, wording=OTHER_WORDING, body="На втором."))

    first = editor_client.get(PAGE)
    (later,) = page_of(first).xpath("//a[@rel='next']/@href")
    rest = editor_client.get(later)

    assert len(page_of(first).xpath("//a[@data-row]")) == 51
    assert len(page_of(rest).xpath("//a[@data-row]")) == 10
    assert "60 comments" in text_of(rest)
    assert not page_of(rest).xpath("//a[@rel='next']")
    (earlier,) = page_of(rest).xpath("//a[@rel='prev']/@href")
    assert len(page_of(editor_client.get(earlier)).xpath("//a[@data-row]")) == 51


@pytest.mark.parametrize("query", ["offset=-1", "offset=x", "offset=1&offset=2", "more=1", "%ff"])
def test_query_that_cannot_be_is_refused(editor_client: TestClient, query: str) -> None:
    answer = editor_client.get(f"{PAGE}?{query}", headers={"Accept": "text/html"})

    assert 400 <= answer.status_code < 500
    assert page_of(answer).xpath("//h1")


def test_strangers_learn_nothing(client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, body="Not for strangers."))

    there = client.get(PAGE, headers={"Accept": "text/html"})
    nowhere = client.get("/review/sections/nothing", headers={"Accept": "text/html"})

    assert there.status_code == nowhere.status_code
    assert "strangers" not in there.text


def test_unknown_section_is_a_page_that_is_not_there(editor_client: TestClient) -> None:
    answer = editor_client.get("/review/sections/nothing", headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert "There is no such section" in text_of(answer)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", ("1 comentário em todos os idiomas. Abra-o para decidir.", "Em resumo:")),
        ("ru", ("1 комментарий на всех языках. Откройте его, чтобы принять решение.", "Коротко:")),
    ],
)
def test_page_speaks_the_editors_language(
    open_client: OpenClient, services: Services, other: str, said: tuple[str, ...]
) -> None:
    mine = said_in(CYCLE, services).comment
    set_gloss(mine.id, "In one line.", SOURCE, editor=ANA, expected_version=1, services=services)

    told = text_of(signed_in(open_client(other=other)).get(f"{PAGE}?interface=bb"))

    assert [text for text in said if text not in told] == []
