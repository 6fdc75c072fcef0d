"""Answer templates: as JSON and on the board."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.services import Services
from feedback_api.services.templates import TEMPLATES_LIMIT, put_template
from tests.fakes.published import OTHER, SOURCE
from tests.web.reading import (
    EDITOR,
    PASSPHRASE,
    OpenClient,
    codes_of,
    form_values,
    page_of,
    signed_in,
    text_of,
)

TEMPLATES = "/api/v1/templates"
PAGE = "/review/templates"


@pytest.fixture
def program(client: TestClient) -> TestClient:
    answer = client.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


@pytest.fixture
def thanks(services: Services) -> AnswerTemplate:
    texts = {SOURCE: "Thank you.", OTHER: "Спасибо."}
    return put_template(None, "Thanks", texts, services=services)


def make_posted(**fields: Any) -> dict[str, Any]:
    return {"name": "Sorry", "texts": {SOURCE: "We are sorry.", OTHER: " "}, **fields}


def test_template_is_added_listed_changed_and_removed(program: TestClient) -> None:
    added = program.post(TEMPLATES, json=make_posted())
    changed = program.post(TEMPLATES, json=make_posted(name="So sorry", id=added.json()["id"]))
    listed = program.get(TEMPLATES).json()
    removed = program.post(f"{TEMPLATES}/{added.json()['id']}/remove")

    assert (added.status_code, changed.status_code, removed.status_code) == (201, 200, 204)
    assert added.json()["texts"] == {SOURCE: "We are sorry."}
    assert listed == {"templates": [{**added.json(), "name": "So sorry"}]}
    assert program.get(TEMPLATES).json() == {"templates": []}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"name": " "}, [("name", "required")]),
        ({"name": "a\nb", "texts": {}}, [("name", "single-line")]),
        ({"texts": {}}, [("texts", "required")]),
        ({"texts": {SOURCE: "\u200b"}}, [("texts", "required")]),
        (
            {"texts": {"xx": "a", SOURCE: "x" * 4_001}},
            [(f"texts.{SOURCE}", "too-long"), ("texts.xx", "unknown-language")],
        ),
        ({"texts": {OTHER: "a\u0000"}}, [(f"texts.{OTHER}", "forbidden-character")]),
        ({"texts": "all"}, [("texts", "wrong-type")]),
        ({"texts": {SOURCE: 1}}, [("texts", "wrong-type")]),
        ({"name": None, "more": 1}, [("more", "unknown-field"), ("name", "wrong-type")]),
    ],
)
def test_template_that_lacks_something_is_refused(
    program: TestClient, services: Services, fields: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    answer = program.post(TEMPLATES, json=make_posted(**fields))

    assert answer.status_code == 422
    assert sorted(codes_of(answer)) == sorted(found)
    assert services.templates.all() == ()


def test_unknown_template_is_neither_changed_nor_removed(
    program: TestClient, services: Services, thanks: AnswerTemplate
) -> None:
    changed = program.post(TEMPLATES, json=make_posted(id="nothing"))
    removed = program.post(f"{TEMPLATES}/nothing/remove", json={})

    assert (changed.status_code, changed.json()["code"]) == (404, "unknown-template")
    assert (removed.status_code, removed.json()["code"]) == (404, "unknown-template")
    assert services.templates.all() == (thanks,)


def test_there_is_an_end_of_templates(program: TestClient, services: Services) -> None:
    for number in range(TEMPLATES_LIMIT):
        put_template(None, f"Number {number}", {SOURCE: "x"}, services=services)

    answer = program.post(TEMPLATES, json=make_posted())

    assert codes_of(answer) == [("name", "too-many")]


def test_page_without_templates_offers_to_add_one(
    editor_client: TestClient, services: Services
) -> None:
    values = form_values(editor_client.get(PAGE), PAGE)

    answer = editor_client.post(
        PAGE, data=values | {"name": "Sorry", f"text-{OTHER}": "Простите.\r\nПравда."}
    )

    assert answer.status_code == 303
    (stored,) = services.templates.all()
    assert (stored.name, dict(stored.texts)) == ("Sorry", {OTHER: "Простите.\nПравда."})
    assert "The template is there" in text_of(editor_client.get(answer.headers["location"]))


def test_template_is_changed_by_its_form(
    editor_client: TestClient, services: Services, thanks: AnswerTemplate
) -> None:
    page = editor_client.get(PAGE)
    values = form_values(page, thanks.id)

    answer = editor_client.post(f"{PAGE}/{thanks.id}", data=values | {f"text-{OTHER}": ""})

    assert values[f"text-{OTHER}"] == "Спасибо."
    assert answer.status_code == 303
    (stored,) = services.templates.all()
    assert (stored.id, dict(stored.texts)) == (thanks.id, {SOURCE: "Thank you."})


def test_template_is_removed_by_its_form(
    editor_client: TestClient, services: Services, thanks: AnswerTemplate
) -> None:
    values = form_values(editor_client.get(PAGE), "/remove")

    first = editor_client.post(f"{PAGE}/{thanks.id}/remove", data=values)
    again = editor_client.post(f"{PAGE}/{thanks.id}/remove", data=values)

    assert (first.status_code, again.status_code) == (303, 404)
    assert services.templates.all() == ()
    assert "There is no such template" in text_of(again)


@pytest.mark.parametrize("at", ["new", "old"])
def test_form_with_faults_is_given_back_in_its_place(
    editor_client: TestClient, services: Services, thanks: AnswerTemplate, at: str
) -> None:
    address = PAGE if at == "new" else f"{PAGE}/{thanks.id}"
    prefix = "new" if at == "new" else thanks.id
    values = form_values(editor_client.get(PAGE), address)

    answer = editor_client.post(address, data=values | {"name": "", f"text-{OTHER}": "x" * 4_001})

    assert answer.status_code == 422
    page = page_of(answer)
    for name in ("name", f"text-{OTHER}"):
        assert page.get_element_by_id(f"{prefix}-{name}").get("aria-invalid") == "true"
    assert len(page.xpath("//*[@aria-invalid]")) == 2
    assert form_values(answer, address)[f"text-{OTHER}"] == "x" * 4_001
    assert services.templates.all() == (thanks,)


def test_form_without_a_text_is_told_so_at_the_source_s_field(
    editor_client: TestClient, services: Services
) -> None:
    values = form_values(editor_client.get(PAGE), PAGE)

    answer = editor_client.post(PAGE, data=values | {"name": "Empty"})

    assert answer.status_code == 422
    assert page_of(answer).xpath("//*[@aria-invalid]/@name") == [f"text-{SOURCE}"]


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}/ID", f"{PAGE}/ID/remove"])
@pytest.mark.parametrize("data", [{"csrf": ""}, {"name": "x"}, {"csrf": "right", "more": "1"}])
def test_form_that_is_not_ours_changes_nothing(
    editor_client: TestClient,
    services: Services,
    thanks: AnswerTemplate,
    address: str,
    data: dict[str, str],
) -> None:
    if data.get("csrf"):
        data = data | {"csrf": form_values(editor_client.get(PAGE), "/remove")["csrf"]}

    answer = editor_client.post(
        address.replace("ID", thanks.id),
        data={"name": "Changed", f"text-{SOURCE}": "x", **data},
        headers={"Accept": "text/html"},
    )

    assert answer.status_code in (403, 422)
    assert services.templates.all() == (thanks,)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("pt", ("Modelos de resposta", "Adicionar um modelo", "O modelo ainda não foi aceito")),
        ("ru", ("Шаблоны ответов", "Добавить шаблон", "Шаблон пока не принят")),
    ],
)
def test_page_speaks_the_editors_language(
    open_client: OpenClient, other: str, said: tuple[str, ...]
) -> None:
    client = signed_in(open_client(other=other))

    page = client.get(f"{PAGE}?interface=bb")
    refused = client.post(PAGE, data=form_values(page, PAGE))

    told = text_of(page) + text_of(refused)
    assert [text for text in said if text not in told] == []
