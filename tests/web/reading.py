"""What tests read in pages, and what they usually post."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from httpx2 import Response
from lxml import html
from lxml.html import FormElement, HtmlElement
from starlette.testclient import TestClient

from tests.fakes.published import SECTION, SOURCE, WORDING

OpenClient = Callable[..., TestClient]

ROOT = Path(__file__).resolve().parents[2]
EDITOR = "Ana"
PASSPHRASE = "correct horse battery"
FORM = f"/feedback/{SOURCE}/{SECTION}"
COMMENTS = "/api/v1/comments"


def posted(**fields: Any) -> dict[str, Any]:
    """A comment as a JSON client posts it."""
    usual = {
        "section": SECTION,
        "language": SOURCE,
        "wording": WORDING,
        "role": "customer",
        "kind": "problem",
        "about": "rule",
        "body": "Nobody answered me for a week.",
        "visibility": "public",
    }
    return {**usual, **fields}


def entered(**fields: str) -> dict[str, str]:
    """A comment as a browser posts the form."""
    names = ("wording", "role", "kind", "about", "body", "visibility")
    usual = {name: posted()[name] for name in names}
    return {**usual, "suggestion": "", "name": "", "email": "", "key": "first", **fields}


def page_of(answer: Response) -> HtmlElement:
    return html.document_fromstring(answer.text)


def form_of(answer: Response, action: str = "") -> FormElement:
    """The form that posts to a path ending with `action`; the first one without it."""
    forms = page_of(answer).forms
    return next(form for form in forms if (form.action or "").partition("?")[0].endswith(action))


def form_values(answer: Response, action: str = "") -> dict[str, str]:
    """What a browser would post if nobody typed anything."""
    form = form_of(answer, action)
    values = {name: value or "" for name, value in form.form_values()}
    # HTML, 13.2.6.4.7: a line end right after the tag is none of a textarea's; lxml does not know.
    areas = {area.get("name") for area in form.iter("textarea")}
    return {
        name: value.removeprefix("\n") if name in areas else value for name, value in values.items()
    }


def text_of(answer: Response) -> str:
    """The page as a reader sees it, blanks made one."""
    return " ".join(page_of(answer).text_content().split())


def codes_of(answer: Response) -> list[tuple[str, str]]:
    """The faults of a problem, as (field, code)."""
    return [(fault["field"], fault["code"]) for fault in answer.json()["faults"]]


def signed_in(client: TestClient, name: str = EDITOR) -> TestClient:
    """The same client with a session of that account, by way of the form."""
    shown = client.get("/review/sign-in")
    given = {"name": name, "passphrase": PASSPHRASE}
    assert client.post("/review/sign-in", data=form_values(shown) | given).status_code == 303
    return client
