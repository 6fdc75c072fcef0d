"""The real index of the real text, asked in a real browser under the site's own policy."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from practice.build_settings import BuildSettings
from practice.languages import LanguageCode
from practice.search_words import SearchWords, read_search_words
from practice.site_build import build_site
from practice.text import Section, read_code

from .conftest import BUILT_AT, REPOSITORY

ASK = """async ([folder, query]) => {
    const pagefind = await import(folder + "pagefind.js")
    await pagefind.init()
    const found = await pagefind.search(query)
    const pages = await Promise.all(found.results.map((result) => result.data()))
    return pages.flatMap((page) => page.sub_results.map((section) => [section.url, section.title]))
}"""
QUERIES = {
    "en": [
        ("acknowledging complaints", "complaints-acknowledge"),
        ("acknowledged", "complaints-acknowledge"),
        ("gift", "ethics-conflicts"),
        ("escalating", "service-delivery-escalation"),
        ("recordings", "customer-rights-data"),
        ("abusive contact", "conduct-abuse"),
        ("anonymously", "faq-anonymous"),
        ("exceptions", "review-exceptions"),
    ],
    "pt": [
        ("confirmacao de recebimento", "complaints-acknowledge"),
        ("confirmações", "complaints-acknowledge"),
        ("presente", "ethics-conflicts"),
        ("escalonar", "service-delivery-escalation"),
        ("gravacao", "customer-rights-data"),
        ("gravações", "customer-rights-data"),
        ("gravacoes", "customer-rights-data"),
        ("reclamacoes", "complaints-what"),
        ("anonimo", "faq-anonymous"),
        ("excecao", "review-exceptions"),
        ("exceções", "review-exceptions"),
    ],
    "ru": [
        ("подтверждения", "complaints-acknowledge"),
        ("жалобами", "complaints-what"),
        ("подарок", "ethics-conflicts"),
        ("подарков", "ethics-conflicts"),
        ("эскалацию", "service-delivery-escalation"),
        ("прием запросов", "service-delivery-taking"),
        ("приема", "service-delivery-taking"),
        ("приёма", "service-delivery-taking"),
        ("обучению", "training-induction"),
        ("анонимно", "faq-anonymous"),
        ("исключений", "review-exceptions"),
        ("проверок", "training-checking"),
    ],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("searched") / "site"
    build_site(REPOSITORY, site=site, settings=BuildSettings(), now=BUILT_AT)
    return site


@pytest.fixture(scope="module")
def browser_page(chromium: Browser, site: Path) -> Iterator[Page]:
    """A page on the served site; any complaint of the browser about the policy fails the test."""
    policy = json.loads((site / "csp.json").read_text(encoding="utf-8"))["policy"]

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

    handler = functools.partial(Handler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/404.html")
    yield page
    page.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("language", QUERIES)
def test_inflected_and_unaccented_words_find_their_section(
    browser_page: Page, language: str
) -> None:
    refused: list[str] = []
    browser_page.on("console", lambda message: refused.append(message.text))

    missed = [
        (query, target)
        for query, target in QUERIES[language]
        if target not in _targets(browser_page, language, query)
    ]

    assert missed == []
    assert refused == []


def test_results_name_the_section_with_its_number(browser_page: Page) -> None:
    found = browser_page.evaluate(ASK, ["/pt/pagefind/", "escalonamento"])

    numbers = {str(section.id): section.number for section in _pt_sections()}
    title = next(title for url, title in found if url.endswith("#service-delivery-escalation"))
    assert title == f"{numbers['service-delivery-escalation']} Escalonamento"


def test_the_tools_of_a_section_are_not_searched(browser_page: Page) -> None:
    assert _targets(browser_page, "pt", "copiar link") == []


def _targets(page: Page, language: str, query: str) -> list[str]:
    """The ids of the sections that are found."""
    found = page.evaluate(ASK, [f"/{language}/pagefind/", query])
    return [url.partition("#")[2] for url, _ in found]


def _pt_sections() -> list[Section]:
    return list(read_code(REPOSITORY).sections(LanguageCode("pt")))


def test_a_word_gets_the_forms_that_stemming_misses() -> None:
    words = SearchWords(words={"ão": ["ões"]}, stems={}, stemmer="portuguese")

    assert words.more_forms("A gravação da reclamação.") == ["gravações", "reclamações"]


def test_a_stem_gets_the_stems_of_other_forms() -> None:
    words = SearchWords(words={}, stems={"к": ["ок"], "ок": ["к"]}, stemmer="russian")

    assert words.more_forms("Проверка подарков, подарок.") == ["проверок"]


def test_a_language_without_endings_adds_nothing() -> None:
    code = read_code(REPOSITORY)

    assert read_search_words(REPOSITORY, code.source).more_forms("complaints") == []
