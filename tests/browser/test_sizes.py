"""What a reader's browser fetches for the comments, in bytes as they come over the wire."""

from __future__ import annotations

from playwright.sync_api import Request

from tests.browser.tab import Tab, tools

SECTION = "complaints-answer"
FIRST_SCRIPT_BYTES = 1800
FORM_AND_LIST_BYTES = 6000


def test_the_scripts_of_a_page_are_small_and_counts_are_asked_for_once(tab: Tab) -> None:
    fetched: list[Request] = []
    tab.page.on("requestfinished", lambda request: fetched.append(request))

    page = tab.open("/pt/complaints/")
    tab.settle()
    first = [request for request in fetched if request.resource_type == "script"]
    before = len(fetched)
    tools(page, SECTION).locator(".cop-comment-link").click()
    page.wait_for_selector(".cop-panel form.cop-form")
    tab.settle()

    later = [one for one in fetched[before:] if one.resource_type in ("script", "stylesheet")]
    assert len([one for one in fetched if one.url.endswith("/counts")]) == 1
    assert [_name(one) for one in first] == ["practice.js"]
    assert sorted(map(_name, later)) == ["comments.css", "comments.js"]
    assert {_encoding(one) for one in (*first, *later)} == {"br"}
    assert sum(map(_bytes, first)) <= FIRST_SCRIPT_BYTES
    assert sum(map(_bytes, (*first, *later))) <= FORM_AND_LIST_BYTES


def _name(request: Request) -> str:
    """Without the hash of the content."""
    stem, _, suffix = request.url.rpartition("/")[2].split(".")
    return f"{stem}.{suffix}"


def _encoding(request: Request) -> str:
    response = request.response()
    return response.headers.get("content-encoding", "") if response else ""


def _bytes(request: Request) -> int:
    size: int = request.sizes()["responseBodySize"]
    return size
