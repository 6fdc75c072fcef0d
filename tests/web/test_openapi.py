"""The API's description tells the truth and nothing but."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from feedback_api.domain.errors import FeedbackError, StartRefused
from feedback_api.web.api_table import API_TABLE
from feedback_api.web.error_texts import ERRORS
from feedback_api.web.operations import Operation
from feedback_api.web.problem import status_of_kind
from tests.fakes.comments import usual_comment
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import PAGE, SECTION
from tests.web.reading import COMMENTS, page_of, posted


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return described


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def test_every_operation_of_the_table_is_described_once(document: dict[str, Any]) -> None:
    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }

    assert described == {(row.method, row.path) for row in API_TABLE}
    assert len(described) == len(API_TABLE)


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    wanted = set(_references(document))

    assert wanted <= {f"#/components/schemas/{name}" for name in schemas}
    assert wanted


def test_structure_is_openapi_3_1(document: dict[str, Any]) -> None:
    operations = [one for item in document["paths"].values() for one in item.values()]

    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(document["info"])
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    schemes = set(document["components"]["securitySchemes"])
    for operation in operations:
        assert operation["responses"]
        assert all("description" in answer for answer in operation["responses"].values())
        assert {name for way in operation.get("security", []) for name in way} <= schemes
        for parameter in operation.get("parameters", []):
            assert parameter["in"] in {"path", "query", "header"}
            assert "schema" in parameter


def test_every_path_parameter_is_described(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            parameters = operation.get("parameters", [])
            named = {one["name"] for one in parameters if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_every_schema_is_a_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/v1/sections/{section}", f"/api/v1/sections/{SECTION}"),
        ("/api/v1/pages/{page}/counts", f"/api/v1/pages/{PAGE}/counts"),
        ("/api/v1/comments", COMMENTS),
        ("/api/v1/comments/{comment}", f"{COMMENTS}/00000000-0000-4000-8000-000000000001"),
        ("/api/v1/session", "/api/v1/session"),
        ("/healthz", "/healthz"),
        ("/readyz", "/readyz"),
    ],
)
def test_answers_are_as_described(
    editor_client: TestClient, store: MemoryStore, path: str, address: str
) -> None:
    store.add(usual_comment(1, public=True))
    document = editor_client.get("/api/v1/openapi.json").json()
    described = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]

    answer = editor_client.get(address)

    schema = {**described["schema"], "components": document["components"]}
    jsonschema.validate(answer.json(), schema)


def test_problem_is_as_described(client: TestClient, document: dict[str, Any]) -> None:
    answer = client.post(COMMENTS, json=posted(role="boss"))

    schema = document["components"]["schemas"]["ProblemShown"]
    jsonschema.validate(answer.json(), {**schema, "components": document["components"]})


@pytest.mark.parametrize("row", API_TABLE, ids=lambda row: f"{row.method} {row.path}")
def test_every_error_of_an_operation_is_described_by_its_code(
    document: dict[str, Any], row: Operation
) -> None:
    answers = document["paths"][row.path][row.method.lower()]["responses"]

    for error in row.errors:
        assert error.code in answers[str(status_of_kind(error))]["description"].split(", ")


def _kinds_of(root: type[FeedbackError]) -> Iterator[type[FeedbackError]]:
    for kind in root.__subclasses__():
        if kind is not StartRefused:
            yield kind
            yield from _kinds_of(kind)


def test_every_error_has_a_status_and_a_text() -> None:
    kinds = list(_kinds_of(FeedbackError))

    assert {kind.code for kind in kinds} == set(ERRORS)
    assert all(400 <= status_of_kind(kind) < 600 for kind in kinds)


def test_page_shows_every_operation_and_code(client: TestClient) -> None:
    page = page_of(client.get("/feedback/api"))

    shown = {heading.text_content() for heading in page.iter("h3")}
    assert {f"{row.method} {row.path}" for row in API_TABLE} <= shown
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    assert set(ERRORS) <= ids
    anchors = {link.get("href")[1:] for link in page.iter("a") if link.get("href")[:1] == "#"}
    assert anchors <= ids
