"""Looks at every page that shows what others wrote, and notes whatever acts there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Dialog, Page, Request

from feedback_api.web.language_choice import choice_parameter
from feedback_api.web.page_table import PAGE_TABLE
from tests.browser.tab import tools
from tests.fakes.hostile_markup import HOSTILE_LINES
from tests.system.cycle_play import Play, Said

_ACTING = """() => [...document.querySelectorAll('*')].filter((element) =>
    element.classList.contains('xss') || element.id === 'xss' || element.localName === 'base'
    || ['iframe', 'object', 'embed'].includes(element.localName)
    || [...element.attributes].some((attribute) => /^on/i.test(attribute.name)
        || /^\\s*(javascript|data|vbscript):/i.test(attribute.value)
            && ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(attribute.name)
        || /evil\\.invalid/.test(attribute.value) && element.localName !== 'input'
            && !element.matches('option, textarea, button')
    )).map((element) => element.outerHTML.slice(0, 200))"""


@dataclass(slots=True, kw_only=True)
class Watched:
    """A page on which nothing may act: `acted` says what did, `shown` which texts were there."""

    page: Page
    origin: str
    pages: int = 0
    acted: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def look_at(self, address: str) -> None:
        answer = self.page.goto(self.origin + address)
        assert answer is not None
        assert answer.status in (200, 404, 410), (address, answer.status)
        self.check()

    def check(self) -> None:
        self.pages += 1
        self.acted.extend(f"{self.page.url}: {node}" for node in self.page.evaluate(_ACTING))
        text = self.page.locator("body").inner_text()
        self.shown.update(line for line in HOSTILE_LINES if line in text)


def watched_page(play: Play, chromium: Browser) -> Watched:
    """A new profile; dialogs and requests to anybody else are noted."""
    watched = Watched(page=chromium.new_page(), origin=play.origin)

    def dismiss(dialog: Dialog) -> None:
        watched.acted.append(f"{watched.page.url}: a dialog, {dialog.message}")
        dialog.dismiss()

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((play.origin + "/", "data:", "blob:")):
            watched.acted.append(f"{watched.page.url}: asked for {request.url}")

    watched.page.on("dialog", dismiss)
    watched.page.on("request", note_foreign)
    return watched


def addresses_of_readers(play: Play, language: str) -> Iterator[str]:
    """Pages of the site and of the service on which readers find what others wrote."""
    sections = sorted({one.fields["section"] for one in play.shown()})
    yield f"/{language}/cycles/"
    yield f"/{language}/cycles/{play.cycle}/"
    yield f"/{language}/print/"
    for section in sections:
        yield f"/feedback/{language}/{section}/comments"
        yield f"/feedback/{language}/{section}"
        yield f"/{language}/history/{section}/"


def addresses_of_editors(play: Play, language: str) -> Iterator[str]:
    """Every page of the board that needs no comment, and its list in parts."""
    templates = play.as_editor("/api/v1/templates")["templates"]
    names = {
        "cycle": play.cycle,
        "section": play.shown()[0].fields["section"],
        "template": templates[0]["id"],
    }
    for operation in PAGE_TABLE:
        named = set(re.findall(r"{(\w+)}", operation.path)) <= names.keys()
        if operation.method == "GET" and operation.path.startswith("/review") and named:
            path = operation.path.format(**names)
            yield f"{path}?{choice_parameter(path)}={language}"
    for offset in range(0, 300, 50):
        yield f"/review?{choice_parameter('/review')}={language}&offset={offset}"


def comment_page(said: Said, language: str) -> str:
    """Where an editor reads and decides a comment."""
    path = f"/review/{said.id}"
    return f"{path}?{choice_parameter(path)}={language}"


def open_comments_in_place(watched: Watched, play: Play, language: str) -> None:
    """The list of comments under a section, put there by the site's script."""
    said = play.shown()[0]
    sections = play.public("/sections.json")["sections"]
    url = next(one for one in sections if one["id"] == said.fields["section"])["languages"][
        language
    ]["url"]
    watched.page.goto(play.origin + url)
    watched.page.wait_for_load_state("networkidle")
    tools(watched.page, said.fields["section"]).locator(".cop-count").click()
    watched.page.wait_for_selector(".cop-comments")
    watched.check()


def show_receipt(watched: Watched, said: Said, language: str) -> None:
    """A commenter comes back, and looks at each step that the page of the receipt offers."""
    watched.page.goto(
        f"{watched.origin}/feedback/receipt?{choice_parameter('/feedback/receipt')}={language}"
    )
    watched.page.fill('[name="receipt"]', said.receipt)
    watched.page.locator('main form button[type="submit"]').first.click()
    watched.page.wait_for_load_state("domcontentloaded")
    watched.check()
