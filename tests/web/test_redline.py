"""A wording then and now: the comparison, and where it is shown."""

import random
import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from feedback_api.domain.identity import Fingerprint, LanguageCode, SectionId
from feedback_api.web.messages import read_messages
from feedback_api.web.pages import environment
from feedback_api.web.redline import Change, Line, compare, redline_since
from tests.fakes.comments import usual_comment
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
from tests.web.following import API, authorised, follow, given_comment
from tests.web.reading import ROOT, OpenClient, page_of, text_of

LONGEST = 8_000
MOST_SECONDS = 1.0


def _marked(line: Line) -> str:
    marks = {Change.KEPT: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
    return "".join(marks[run.change].format(run.text) for run in line)


@pytest.mark.parametrize(
    ("then", "now", "lines"),
    [
        ("Within 3 working days.", "Within 2 working days.", ["Within [-3 -][+2 +]working days."]),
        ("Same.", "Same.", ["Same."]),
        ("Old rule.\n\nKept.", "Kept.\n\nNew one.", ["[-Old rule.-]", "Kept.", "[+New one.+]"]),
        ("The officer answers.", "", ["[-The officer answers.-]"]),
        ("", "The officer answers.", ["[+The officer answers.+]"]),
        ("", "", []),
        (
            "Ответ приходит за пять дней, не позже.",
            "Ответ приходит за три дня, не позже.",
            ["Ответ приходит за [-пять дней-][+три дня+], не позже."],
        ),
        (
            "– Call back.\n– Write.",
            "– Call back the same day.\n– Write.",
            ["– Call back [+the same day+].", "– Write."],
        ),
        ("Entirely different.", "Nothing in common here", ["[-Entirely different.-]",
         "[+Nothing in common here+]"]),
        ("a, b", "c, d", ["[-a, b-]", "[+c, d+]"]),
    ],
)  # fmt: skip
def test_words_are_marked_in_their_lines(then: str, now: str, lines: list[str]) -> None:
    assert [_marked(line) for line in compare(then, now)] == lines


@settings(max_examples=300, deadline=None)
@given(*[st.text(alphabet="ab ,.\nя", max_size=60)] * 2)
def test_both_texts_can_be_read_out_of_it(then: str, now: str) -> None:
    lines = compare(then, now)

    assert _read(lines, without=Change.ADDED) == _solid(then.splitlines())
    assert _read(lines, without=Change.REMOVED) == _solid(now.splitlines())


def _read(lines: Iterable[Line], *, without: Change) -> list[str]:
    return _solid("".join(run.text for run in line if run.change is not without) for line in lines)


def _solid(lines: Iterable[str]) -> list[str]:
    """Lines without white space, which a redline does not compare."""
    return [solid for line in lines if (solid := "".join(line.split()))]


def _worst_cases() -> list[tuple[str, str]]:
    chance = random.Random(1)

    def words(letters: str, between: str) -> str:
        return between.join(chance.choice(letters) for _ in range(LONGEST // 2))

    return [
        (words("ab", " "), words("ab", " ")),
        (words("ab", "\n"), words("abc", "\n")),
        ("a" * LONGEST, "b" * LONGEST),
        ("?!" * (LONGEST // 2), "!?" * (LONGEST // 2)),
        (" ".join(map(str, range(1_700))), " ".join(map(str, reversed(range(1_700))))),
        (" " * LONGEST, "\t" * LONGEST),
    ]


@pytest.mark.parametrize("number", range(len(_worst_cases())))
def test_longest_texts_are_compared_in_bounded_time(number: int) -> None:
    then, now = _worst_cases()[number]

    began = time.perf_counter()
    compare(then, now)

    assert time.perf_counter() - began < MOST_SECONDS


def test_only_an_earlier_wording_of_the_same_language_has_a_redline() -> None:
    text = FixedText()

    def has_redline(section: SectionId, wording: Fingerprint) -> bool:
        return redline_since(text.wording(section, SOURCE, wording), text) is not None

    assert has_redline(SECTION, EARLIER_WORDING)
    assert not has_redline(SECTION, WORDING)
    assert not has_redline(RETIRED, EARLIER_WORDING)


def _changes(page: HtmlElement) -> list[tuple[str, str]]:
    """What is crossed out and what is underlined, words for screen readers included."""
    (shown,) = page.find_class("cop-redline")
    return [
        (change.tag, " ".join(change.text_content().split())) for change in shown.iter("ins", "del")
    ]


def test_receipt_shows_what_became_of_the_section(client: TestClient) -> None:
    _, receipt = given_comment(client, wording=EARLIER_WORDING)

    answer = follow(client, receipt)
    shown = client.get(API, headers=authorised(receipt)).json()["redline"]

    changes = _changes(page_of(answer))
    assert ("del", "[removed: Earlier text.]") in changes
    assert ("ins", "[added: Acknowledging a complaint]") in changes
    hidden = page_of(answer).find_class("cop-redline")[0].find_class("cop-hidden")
    assert {part.get("lang") for part in hidden if part.get("lang")} == {SOURCE}
    assert {"change": "removed", "text": "Earlier text."} in shown["lines"][0]
    assert shown["title"][0] == {"change": "removed", "text": "As it was"}


def test_receipt_on_the_present_wording_shows_no_redline(client: TestClient) -> None:
    _, receipt = given_comment(client)

    assert not page_of(follow(client, receipt)).find_class("cop-redline")
    assert client.get(API, headers=authorised(receipt)).json()["redline"] is None


def test_receipt_of_a_retired_section_says_so(client: TestClient, store: MemoryStore) -> None:
    _, receipt = given_comment(client, section=RETIRED, wording=EARLIER_WORDING)

    answer = follow(client, receipt)

    assert "This section is no longer part of the code" in text_of(answer)
    assert not page_of(answer).find_class("cop-redline")


def test_board_shows_the_same(editor_client: TestClient, store: MemoryStore) -> None:
    comment = store.add(usual_comment(1, wording=EARLIER_WORDING))

    page = page_of(editor_client.get(f"/review/{comment.id}"))

    assert ("del", "[removed: Earlier text.]") in _changes(page)


def test_markup_in_a_wording_stays_text() -> None:
    speaking = environment(read_messages(ROOT / "languages")[LanguageCode("en")])
    template = speaking.from_string("{% import 'redline.html' as r %}{{ r.runs(line, 'aa') }}")

    (line,) = compare("Say <b>old</b> words now.", "Say <b>new</b> words now.")
    shown = template.render(line=line)

    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("other", "removed", "added"),
    [("pt", "[retirado:", "[acrescentado:"), ("ru", "[удалено:", "[добавлено:")],
)
def test_changes_are_told_in_the_language_chosen(
    open_client: OpenClient, other: str, removed: str, added: str
) -> None:
    client = open_client(other=other)
    _, receipt = given_comment(client, wording=EARLIER_WORDING)

    page = page_of(follow(client, receipt, OTHER))

    told = " ".join(text for _, text in _changes(page))
    assert removed in told
    assert added in told
