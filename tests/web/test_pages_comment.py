"""The form, the receipt shown once, and the comments of a section."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import StoreFull
from feedback_api.services import Services
from tests.fakes.comments import usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import (
    EARLIER_WORDING,
    MARKDOWN,
    OTHER,
    RETIRED,
    SECTION,
    SOURCE,
    TEXT,
    UNTRANSLATED,
    WORDING,
)
from tests.web.reading import FORM, OpenClient, entered, form_of, form_values, page_of, text_of

MARKUP = '<img src=x onerror="alert(1)">{{ 7 * 7 }}</textarea><script>alert(2)</script>'
TURNED = "a \u202e txet \u2066 b"


def test_form_quotes_the_present_wording_and_prefills_it(client: TestClient) -> None:
    answer = client.get(FORM)

    assert answer.status_code == 200
    assert TEXT in text_of(answer)
    values = form_values(answer, FORM)
    assert values["wording"] == WORDING
    assert values["suggestion"] == MARKDOWN
    assert (values["about"], values["visibility"]) == ("rule", "public")
    assert values["key"] != form_values(client.get(FORM), FORM)["key"]


def test_form_posted_as_it_is_filled_stores_a_comment_without_a_suggestion(
    client: TestClient, store: MemoryStore
) -> None:
    values = form_values(client.get(FORM), FORM)

    answer = client.post(FORM, data={**values, "role": "staff", "kind": "praise", "body": "Good."})

    assert answer.status_code == 201
    (comment,) = store.comments.values()
    assert (comment.body, comment.suggestion, comment.wording) == ("Good.", None, WORDING)
    receipt = page_of(answer).find_class("cop-receipt")[0].text_content()
    assert len(receipt.replace("-", "")) == 20
    assert answer.headers["cache-control"] == "no-store"
    assert form_of(answer, "/file").form_values() == [("receipt", receipt)]


def test_form_sent_twice_stores_once_and_shows_the_same_receipt(
    client: TestClient, store: MemoryStore
) -> None:
    first = client.post(FORM, data=entered())
    second = client.post(FORM, data=entered())

    assert (second.status_code, second.text) == (201, first.text)
    assert len(store.comments) == 1


def test_form_with_a_used_key_and_another_text_can_be_sent_again_as_it_is_given_back(
    client: TestClient, store: MemoryStore
) -> None:
    client.post(FORM, data=entered())

    refused = client.post(FORM, data=entered(body="Another text."))
    again = client.post(FORM, data=form_values(refused, FORM))

    assert (refused.status_code, again.status_code) == (422, 201)
    assert [comment.body for comment in store.comments.values()][-1] == "Another text."


def test_form_about_an_earlier_wording_says_so_and_keeps_it(
    client: TestClient, store: MemoryStore
) -> None:
    answer = client.get(f"{FORM}?wording={EARLIER_WORDING}")
    values = form_values(answer, FORM)
    client.post(FORM, data={**values, "role": "staff", "kind": "problem", "body": "Late."})

    assert answer.status_code == 200
    assert "Earlier text." in text_of(answer)
    assert "has changed since you opened it" in text_of(answer)
    assert form_of(answer, FORM) is not None
    (comment,) = store.comments.values()
    assert comment.wording == EARLIER_WORDING


def test_form_about_a_retired_section_stays_open_for_the_wording_that_was_read(
    client: TestClient, store: MemoryStore
) -> None:
    address = f"/feedback/{SOURCE}/{RETIRED}"
    values = form_values(client.get(f"{address}?wording={EARLIER_WORDING}"), address)

    answer = client.post(address, data={**values, "role": "staff", "kind": "praise", "body": "!"})

    assert answer.status_code == 201
    (comment,) = store.comments.values()
    assert comment.section == RETIRED


def test_retired_section_leads_to_its_successor(client: TestClient) -> None:
    answer = client.get(f"/feedback/{OTHER}/{RETIRED}", headers={"Accept": "text/html"})

    assert answer.status_code == 410
    links = [link.get("href") for link in page_of(answer).iter("a")]
    assert f"/feedback/{OTHER}/{SECTION}" in links


def test_unknown_wording_is_told_and_the_present_one_offered(
    client: TestClient, store: MemoryStore
) -> None:
    shown = client.get(f"{FORM}?wording=ffffffffffffffff")
    refused = client.post(FORM, data=entered(wording="ffffffffffffffff", body="Kept."))
    mended = client.post(FORM, data=form_values(refused, FORM))

    assert (shown.status_code, refused.status_code) == (422, 422)
    for answer in (shown, refused):
        assert "The wording you came from is not known here" in text_of(answer)
        assert form_values(answer, FORM)["wording"] == WORDING
    assert form_values(refused, FORM)["body"] == "Kept."
    assert mended.status_code == 201
    assert len(store.comments) == 1


def test_missing_translation_quotes_the_source_in_its_own_language(client: TestClient) -> None:
    answer = client.get(f"/feedback/{OTHER}/{UNTRANSLATED}")

    quote = page_of(answer).find_class("cop-quote")[0]
    assert quote.get("lang") == SOURCE
    assert page_of(answer).get("lang") == OTHER


def test_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_each_field(
    client: TestClient, store: MemoryStore
) -> None:
    typed = entered(body=" ", name="a" * 101, email="nobody", suggestion="\n\n  kept", role="boss")
    del typed["kind"]

    answer = client.post(FORM, data=typed)

    assert answer.status_code == 422
    page = page_of(answer)
    values = form_values(answer, FORM)
    assert (values["name"], values["email"]) == (typed["name"], "nobody")
    assert values["suggestion"] == "\n\n  kept"
    (summary,) = page.find_class("cop-notice--warning")
    assert summary.get("role") == "alert"
    linked = {link.get("href") for link in summary.iter("a")}
    assert linked == {f"#{SECTION}-{name}" for name in ("role", "kind", "body", "name", "email")}
    for anchor in linked:
        control = page.get_element_by_id(anchor[1:])
        assert control.get("aria-invalid") == "true"
        described = control.get("aria-describedby").split()
        assert page.get_element_by_id(described[-1]).get("class") == "cop-fault"
    assert not store.comments


def test_unforeseen_fields_are_named_in_the_summary(client: TestClient) -> None:
    answer = client.post(FORM, data=entered(**{"state": "accepted", "<b>": "x"}))

    assert answer.status_code == 422
    summary = page_of(answer).find_class("cop-notice--warning")[0].text_content()
    assert "state" in summary
    assert "<b>" in summary


def test_part_is_the_form_alone_with_absolute_addresses_for_another_origin(
    open_client: OpenClient,
) -> None:
    client = open_client(origin="https://api.example.org", site_origin="https://code.example.org")

    answer = client.get(f"{FORM}?part=1")

    assert "<html" not in answer.text
    assert 'action="https://api.example.org/feedback/' in answer.text
    assert "data-focus" in answer.text


def test_part_posts_answer_parts(client: TestClient) -> None:
    sent = client.post(f"{FORM}?part=1", data=entered(), headers={"Accept": "*/*"})
    refused = client.post(f"{FORM}?part=1", data=entered(body=""), headers={"Accept": "*/*"})

    assert (sent.status_code, refused.status_code) == (201, 422)
    for answer in (sent, refused):
        assert answer.headers["content-type"].startswith("text/html")
        assert "<html" not in answer.text
    assert "cop-receipt" in sent.text
    assert "cop-form" in refused.text


class _FullStore(MemoryStore):
    """A store whose disk is full."""

    def add(self, comment: Comment) -> Comment:
        raise StoreFull


def test_full_disk_gives_the_form_back_with_its_key(
    services: Services, open_client: OpenClient
) -> None:
    client = open_client(over=replace(services, comments=_FullStore()))

    answer = client.post(FORM, data=entered(body="Kept."))

    assert answer.status_code == 507
    values = form_values(answer, FORM)
    assert (values["body"], values["key"]) == ("Kept.", "first")
    assert "no space left" in text_of(answer)


@pytest.mark.parametrize("text", [MARKUP, TURNED])
def test_comment_is_text_wherever_it_is_shown(
    editor_client: TestClient, store: MemoryStore, text: str
) -> None:
    name = text[:90] if text == MARKUP else ""
    answer = editor_client.post(FORM, data=entered(body=text, suggestion=text, name=name))
    (comment,) = store.comments.values()
    receipt = page_of(answer).find_class("cop-receipt")[0].text_content()
    shown = [
        editor_client.post("/feedback/receipt", data={"receipt": receipt}),
        editor_client.get("/review"),
        editor_client.get(f"/review/{comment.id}"),
        editor_client.post(FORM, data=entered(body=text, email=text)),
    ]

    for page in map(page_of, shown):
        assert not page.xpath("//img | //script[not(@src)]")
        assert "49" not in page.text_content()
    for answer in shown[:3]:
        holders = page_of(answer).xpath(
            "//*[@dir='auto' or self::bdi][contains(., $said)]", said=text[:20]
        )
        assert holders


def test_comments_of_a_section_keep_their_language(client: TestClient, store: MemoryStore) -> None:
    store.add(usual_comment(1, public=True, body="In the source language."))
    store.add(
        usual_comment(
            2, public=True, body="In the other.", language=OTHER, wording="00000000000000bb"
        )
    )
    store.add(usual_comment(3, body="Not let through."))

    answer = client.get(f"/feedback/{OTHER}/{SECTION}/comments")

    page = page_of(answer)
    quoted = {quote.get("lang"): quote.text_content() for quote in page.find_class("cop-quote")}
    assert quoted == {SOURCE: "In the source language.", OTHER: "In the other."}
    assert "Not let through." not in answer.text


@pytest.mark.parametrize(
    ("other", "title", "button"),
    [
        ("pt", "Comentar “8 Acknowledging a complaint”", "Enviar o comentário"),
        ("ru", "Комментировать «8 Acknowledging a complaint»", "Отправить комментарий"),
    ],
)
def test_form_speaks_the_language_of_its_address(
    open_client: OpenClient, other: str, title: str, button: str
) -> None:
    client = open_client(other=other)

    page = page_of(client.get(f"/feedback/{OTHER}/{SECTION}"))

    assert page.xpath("//h1")[0].text_content() == title
    assert page.xpath("//form//button[@type='submit']")[0].text_content() == button


def test_every_form_page_has_one_heading_labels_and_a_next_step(client: TestClient) -> None:
    page = page_of(client.get(FORM))

    assert len(page.xpath("//h1")) == 1
    assert len(page.find_class("cop-next")) == 1
    for control in page.xpath("//form//input[not(@type='hidden' or @type='radio')] | //textarea"):
        assert page.xpath(f"//label[@for='{control.get('id')}']")
    for group in page.xpath("//fieldset"):
        assert group.xpath("./legend")
