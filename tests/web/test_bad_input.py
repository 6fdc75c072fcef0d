"""Bad input to every route is a 4xx in the one error shape, and nothing is stored.

Each case is tried alone; after it the lists still answer 200 and the store is as it was.
"""

import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.identity import CycleId
from feedback_api.services import Services
from feedback_api.services.editors import add_editor
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.argon2_passphrases import Argon2Passphrases
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.secret_file import KeyedHashes
from feedback_api.storage.tinydb_store import TinydbStore
from feedback_api.web.api_table import API_TABLE
from feedback_api.web.operations import Operation
from feedback_api.web.page_table import PAGE_TABLE
from feedback_api.web.routes import WebOptions, build_app
from feedback_api.web.security import BODY_LIMIT, UPLOAD_LIMIT
from tests.fakes.clockwork import StandingClock
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.published import PAGE, SECTION, SOURCE, WORDING
from tests.web.reading import (
    COMMENTS,
    EDITOR,
    FORM,
    PASSPHRASE,
    OpenClient,
    entered,
    posted,
    signed_in,
    text_of,
)
from tests.web.small_site import lay_languages, lay_site

ORIGIN = "http://testserver"
NUMBER = 900


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
IN_PATH = {
    "section": SECTION,
    "page": PAGE,
    "lang": SOURCE,
    "comment": comment_id(NUMBER),
    "name": "pages.js",
    "cycle": "2027-1",
    "template": "thanks",
    "format": "ods",
    "language": SOURCE,
    "fingerprint": WORDING,
    "invitation": "000000-000000-00001Y",
}
EVERY_CASE = bool(os.environ.get("EVERY_CASE"))
"""The long form: every fault at every address; else a third of them, of each fault some."""


def _is_tried(address: str, fault: str) -> bool:
    """The same third on every day."""
    return EVERY_CASE or zlib.crc32(f"{address} {fault}".encode()) % 3 == 0


ROWS = [*API_TABLE, *PAGE_TABLE]
POSTS = [row for row in ROWS if row.method == "POST"]
JSON_POSTS = [row for row in POSTS if row.body is not None]
FORM_POSTS = [row.path for row in POSTS if row.body is None]
_LINKS = ("/feedback/email/", "/feedback/my-data/")
_ENDED = "/review/sign-in/ended"
READING_POSTS = [row for row in POSTS if not row.path.startswith((*_LINKS, _ENDED))]
"""A link in a mail says all there is to say: what a mail program posts to it is not read.

Nor is what a provider of sign-in posts, where none is set up; see tests/oidc.
"""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X")
OTHER_METHODS = [
    (path, method)
    for path in dict.fromkeys(row.path for row in ROWS)
    for method in METHODS
    if method not in {row.method for row in ROWS if row.path == path}
    if _is_tried(path, method)
]
DEEP = b"[" * 100_000 + b"]" * 100_000

BROKEN_JSON = {
    "empty": b"",
    "not json": b"{",
    "trailing": b"{} {}",
    "NaN": b'{"body": NaN}',
    "Infinity": b'{"version": -Infinity}',
    "huge number": b'{"version": ' + b"9" * 5_000 + b"}",
    "huge exponent": b'{"version": 1e999}',
    "null": b"null",
    "array": b"[]",
    "text": b'"text"',
    "number": b"1",
    "100,000 levels": DEEP,
    "100,000 levels in a field": b'{"body": ' + DEEP + b"}",
    "100,000 open objects": b'{"a":' * 50_000,
    "duplicate names": b'{"body": "a", "body": "b"}',
    "not UTF-8": b'{"body": "\xff\xfe"}',
    "UTF-16": '{"body": "a"}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "raw control character": b'{"body": "a\x00b"}',
    "surrogate as a name": b'{"\\ud800": 1}',
    "surrogates everywhere": json.dumps({**posted(), "body": "\ud800", "role": "\udfff"}).encode(),
    "10,000 unknown names": json.dumps({f"n{n}": n for n in range(10_000)}).encode(),
    "a form": b"body=a&role=staff",
}
BROKEN_FORMS = {
    "not UTF-8": b"body=%FF%FE",
    "raw not UTF-8": b"body=\xff\xfe",
    "surrogate": b"body=%ED%A0%80",
    "twice": b"body=a&body=b",
    "too many fields": b"&".join(b"f%d=1" % n for n in range(1_000)),
    "json": b'{"body": "a"}',
    "unknown field": b"state=accepted&public=true&receipt_hash=x",
    "empty": b"",
}
WRONG_FIELDS: dict[str, dict[str, object]] = {
    "a number for a text": {"body": 1},
    "a list for a text": {"body": ["a"]},
    "null for a text": {"body": None},
    "a truth for a word": {"role": True},
    "an unknown word": {"kind": "rant"},
    "a word in another case": {"role": "STAFF"},
    "unknown section": {"section": "nothing"},
    "no section": {"section": ""},
    "a path for a section": {"section": "../../etc/passwd"},
    "unknown language": {"language": "xx"},
    "unknown wording": {"wording": "ffffffffffffffff"},
    "a wording of no form": {"wording": "<script>"},
    "another language's wording": {"language": "bb"},
    "forged state": {"state": "accepted"},
    "forged public": {"public": True},
    "forged receipt": {"receipt_hash": "x"},
    "forged id": {"id": comment_id(NUMBER)},
    "forged editor": {"decision": {"outcome": "accepted"}},
    "blank": {"body": " \n\t "},
    "invisible": {"body": "\u200b\u2060\ufeff"},
    "too long": {"body": "x" * 4_001},
    "suggestion too long": {"suggestion": "x" * 8_001},
    "name too long": {"name": "x" * 101},
    "e-mail too long": {"email": "x" * 250 + "@example.org"},
    "no e-mail": {"email": "nobody"},
    "a header in the e-mail": {"email": "a@example.org\nBcc: b@example.org"},
    "two lines of a name": {"name": "a\nb"},
    "NUL": {"body": "a\u0000b"},
    "escape character": {"body": "a\u001bb"},
    "lone high surrogate": {"body": "a\ud800b"},
    "lone low surrogate": {"suggestion": "a\udc00b"},
    "surrogate in a word": {"role": "\ud800"},
    "surrogate in a section": {"section": "\ud800"},
    "no character": {"body": "a\uffffb"},
}
WRONG_ENTRIES = {
    name: wrong
    for name, wrong in WRONG_FIELDS.items()
    if not {"section", "language"} & set(wrong)
    and all(isinstance(value, str) and _is_text(value) for value in wrong.values())
}
WRONG_QUERIES = {
    "negative": "offset=-1",
    "huge": "offset=99999999999999999999999999",
    "beyond the limit": "offset=1000001",
    "no number": "offset=first",
    "a fraction": "offset=1.5",
    "nothing at once": "limit=0",
    "too many at once": "limit=201",
    "unknown state": "state=lost",
    "unknown role": "role=boss",
    "unknown language": "comment_language=xx&language=xx",
    "unknown section": "section=nothing",
    "too long a search": "text=" + "x" * 201,
    "unknown filter": "colour=red",
    "twice": "state=accepted&state=declined",
    "not UTF-8": "text=%FF",
}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Everything that really stores, hashes or compares is the real thing."""
    folder = tmp_path_factory.mktemp("data")
    store = TinydbStore(folder, OperatingSystemFiles())
    place = DocumentsFolder(folder, OperatingSystemFiles())
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    made = replace(
        fake_services(),
        comments=store,
        reads=store.index,
        editors=KeptEditors(place),
        cycles=FixedCycles(usual_cycle(IN_PATH["cycle"])),
        records=KeptCycles(place),
        templates=KeptTemplates(place),
        clock=StandingClock(),
        secrets=KeyedHashes("x" * 40),
        passphrases=Argon2Passphrases(quick),
    )
    add_editor(EDITOR, PASSPHRASE, services=made)
    store.add(usual_comment(NUMBER, public=True))
    thanks = AnswerTemplate(id=IN_PATH["template"], name="Thanks", texts={SOURCE: "Thank you."})
    made.templates.put(thanks)
    yield made
    store.close()


@pytest.fixture(scope="module")
def app(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    """One for all cases: none of them may leave a trace."""
    folder = tmp_path_factory.mktemp("bad-input")
    options = WebOptions(
        origin=ORIGIN,
        site_origin=ORIGIN,
        site=lay_site(folder),
        languages=lay_languages(folder, "pt"),
    )
    return build_app(services, options)


@pytest.fixture(scope="module")
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def editor_client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as opened:
        signed_in(opened)
        opened.headers["X-CSRF-Token"] = opened.get("/api/v1/session").json()["csrf"]
        yield opened


@pytest.fixture(autouse=True)
def nothing_is_stored_and_lists_still_answer(
    services: Services, editor_client: TestClient
) -> Iterator[None]:
    before = _stored(services)
    yield
    assert _stored(services) == before
    for address in (f"/api/v1/sections/{SECTION}", f"{FORM}/comments", COMMENTS, "/review"):
        assert editor_client.get(address).status_code == 200


def _stored(services: Services) -> tuple[object, ...]:
    return (
        services.reads.select(CommentQuery()),
        services.records.get(CycleId(IN_PATH["cycle"])),
        services.templates.all(),
    )


def _address_of(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda match: IN_PATH[match[1]], path)


def assert_refused(answer: Response) -> None:
    """The specification of every refusal: RFC 9457 with our members, or a form given back."""
    assert 400 <= answer.status_code < 500, answer.text[:500]
    if answer.headers["content-type"].startswith("text/html"):
        assert "cop-notice--warning" in answer.text
        return
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    members = {"type", "title", "status", "detail", "code", "request_id", "faults"}
    assert set(told) - {"newer"} == members
    assert told["status"] == answer.status_code
    assert told["request_id"] == answer.headers["x-request-id"]
    assert told["title"]
    assert told["detail"]
    assert "%(" not in answer.text
    assert "…" not in told["title"]
    for fault in told["faults"]:
        assert set(fault) == {"code", "field", "detail"}
        assert fault["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(row.path, body, id=f"{row.path} {name}")
        for row in JSON_POSTS
        for name, body in BROKEN_JSON.items()
        if body or not row.body_is_optional
        if _is_tried(row.path, name)
    ],
)
def test_broken_json_is_refused(editor_client: TestClient, path: str, body: bytes) -> None:
    answer = editor_client.post(_address_of(path), content=body, headers={"Content-Type": JSON})

    assert_refused(answer)


@pytest.mark.parametrize("wrong", WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_wrong_fields_of_a_comment_are_refused(
    client: TestClient, wrong: dict[str, object]
) -> None:
    content = json.dumps(posted(**wrong)).encode()

    answer = client.post(COMMENTS, content=content, headers={"Content-Type": JSON})

    assert_refused(answer)
    assert answer.status_code == 422
    assert {fault["field"] for fault in answer.json()["faults"]} <= {*wrong, "wording"}


@pytest.mark.parametrize("missing", posted())
def test_missing_fields_of_a_comment_are_named(client: TestClient, missing: str) -> None:
    body = {name: value for name, value in posted().items() if name != missing}

    answer = client.post(COMMENTS, json=body)

    assert answer.status_code == 422
    told = [(fault["field"], fault["code"]) for fault in answer.json()["faults"]]
    assert told == [(missing, "required")]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(path, body, id=f"{path} {name}")
        for path in FORM_POSTS
        for name, body in BROKEN_FORMS.items()
        if _is_tried(path, name)
    ],
)
def test_broken_forms_are_refused(editor_client: TestClient, path: str, body: bytes) -> None:
    headers = {"Content-Type": URLENCODED}

    answer = editor_client.post(_address_of(path), content=body, headers=headers)

    assert_refused(answer)


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/review/acts?offset=x", "offset: Of the wrong type; expected: integer."),
        ("GET", "/review?state=none", "State: Choose one of these: received,"),
        ("GET", "/review/acts?offset=1&offset=2", "offset: Given more than once; send it once."),
        ("POST", "/feedback/invitation/forget", "confirm: Choose one of these: yes."),
        ("GET", "/review/acts?done=x&interface=bb", "done: Escolha um destes: erased."),
        ("POST", "/feedback/receipt/withdraw?language=bb", "Este campo precisa ser preenchido."),
    ],
)
def test_page_of_a_refusal_names_each_fault(
    editor_client: TestClient, method: str, path: str, told: str
) -> None:
    headers = {"Accept": "text/html", "Content-Type": URLENCODED}

    answer = editor_client.request(method, path, content=b"confirm=no", headers=headers)

    assert answer.status_code == 422
    assert told in text_of(answer)


@pytest.mark.parametrize(
    ("other", "language", "for_whom", "too_large"),
    [
        ("pt", "aa", "This is for editors and reviewers", "go back and make it shorter."),
        ("pt", "bb", "Isto é só para editores e revisores", "volte e encurte o que escreveu."),
        ("ru", "bb", "Это доступно только редакторам и рецензентам", "вернитесь и сократите"),
    ],
)
def test_refusals_say_what_to_do_to_whom_they_are_about(
    open_client: OpenClient, other: str, language: str, for_whom: str, too_large: str
) -> None:
    client = open_client(other=other)
    headers = {"Accept": "text/html", "Accept-Language": language, "Content-Type": URLENCODED}

    refused = client.post("/review/x/note", content=b"body=Noted.", headers=headers)
    large = client.post("/feedback/receipt", content=b"x" * 1_100_000, headers=headers)

    assert (refused.status_code, large.status_code) == (401, 413)
    assert for_whom in text_of(refused)
    assert too_large in text_of(large)


@pytest.mark.parametrize("wrong", WRONG_ENTRIES.values(), ids=WRONG_ENTRIES)
def test_wrong_fields_of_the_form_give_it_back_filled(
    client: TestClient, wrong: dict[str, str]
) -> None:
    answer = client.post(FORM, data=entered(**{"suggestion": "Kept as typed.", **wrong}))

    assert_refused(answer)
    assert answer.status_code == 422
    assert "text/html" in answer.headers["content-type"]
    assert "Kept as typed." in answer.text or "suggestion" in wrong


@pytest.mark.parametrize(
    ("row", "content_type"),
    [
        pytest.param(row, content_type, id=f"{row.path} {content_type}")
        for row in READING_POSTS
        for content_type in ("text/plain", "multipart/form-data", "", "a/b/c", "é")
        if _is_tried(row.path, content_type)
    ],
)
def test_other_content_types_are_refused(
    editor_client: TestClient, row: Operation, content_type: str
) -> None:
    answer = editor_client.post(
        _address_of(row.path),
        content=b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
        headers={b"Content-Type": content_type.encode()},
    )

    assert_refused(answer)
    is_broken_file = row.takes_file and content_type == "multipart/form-data"
    assert answer.status_code == (400 if is_broken_file else 415)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("row", READING_POSTS, ids=lambda row: row.path)
def test_ten_megabytes_are_refused(
    editor_client: TestClient, row: Operation, chunked: bool
) -> None:
    taken: list[int] = []

    def body() -> Iterator[bytes]:
        for number in range(160):
            taken.append(number)
            yield b"x" * (64 * 1024)

    kind = JSON if row.body is not None else URLENCODED
    if row.takes_file:
        kind = "multipart/form-data; boundary=x"
    answer = editor_client.post(
        _address_of(row.path),
        content=body() if chunked else b"x" * (10 * 1024 * 1024),
        headers={"Content-Type": kind},
    )

    assert_refused(answer)
    assert answer.status_code == 413
    assert str(UPLOAD_LIMIT if row.takes_file else BODY_LIMIT) in answer.text


@pytest.mark.parametrize(("path", "method"), OTHER_METHODS)
def test_other_methods_are_refused(editor_client: TestClient, path: str, method: str) -> None:
    answer = editor_client.request(method, _address_of(path))

    assert_refused(answer)
    assert answer.status_code == 405
    allowed = {name.strip() for name in answer.headers["allow"].split(",")}
    assert {row.method for row in ROWS if row.path == path} == allowed - {"HEAD"}


@pytest.mark.parametrize("path", [row.path for row in ROWS if row.offers != "*/*"])
def test_other_media_types_are_not_offered(editor_client: TestClient, path: str) -> None:
    method = next(row.method for row in ROWS if row.path == path)

    answer = editor_client.request(
        method, _address_of(path), headers={"Accept": "application/xml, image/*;q=0.5"}
    )

    assert_refused(answer)
    assert answer.status_code == 406


@pytest.mark.parametrize("query", WRONG_QUERIES.values(), ids=WRONG_QUERIES)
@pytest.mark.parametrize("path", [COMMENTS, "/review"])
def test_wrong_filters_are_refused(editor_client: TestClient, path: str, query: str) -> None:
    answer = editor_client.get(f"{path}?{query}")

    assert_refused(answer)


@pytest.mark.parametrize(
    "address",
    [
        f"/api/v1/sections/{SECTION}%00",
        "/feedback/aa/%00",
        "/feedback/%00/x",
        "/feedback/xx/complaints",
        "/feedback/aa/nothing/comments",
        "/review/%00",
        "/review/nothing",
        "/%00",
        "/aa/%00/index.html",
        "/api/v1/sections/" + "x" * 3_000,
        "/api/v1/sections/%FF%FE",
        f"/api/v1/sections/{SECTION}?" + "x" * 9_000,
        "/feedback/assets/%2e%2e%2fpages.py",
        "/feedback/assets/nothing.css",
        "/feedback",
        "/api",
        "/api/v2/comments",
        "/review/a/b/c",
        f"/review/{comment_id(NUMBER)}/decision/x",
        f"{FORM}?wording=a&wording=b",
        f"{FORM}?wording=%FF",
        f"{FORM}?wording=ffffffffffffffff",
        f"{FORM}?wording=" + "x" * 3_000,
    ],
)
def test_addresses_of_nothing_are_refused(editor_client: TestClient, address: str) -> None:
    answer = editor_client.get(address)

    assert 400 <= answer.status_code < 500
    assert "traceback" not in answer.text.lower()


@pytest.mark.parametrize(
    "header",
    [
        ("Accept-Language", "é;q=x, *;q=9, ,,, -, aa-" + "x" * 900),
        ("Accept-Language", "," * 5_000),
        ("Cookie", "language=../../etc; editor=é; =; ;;;"),
        ("Cookie", 'language="\\"; editor=' + "A" * 3_000),
        ("Authorization", "Bearer \t"),
        ("If-None-Match", '"' * 500),
        ("Accept", "text/html;q=x, */*"),
        ("Idempotency-Key", ""),
        ("Origin", "http://[::"),
    ],
)
@pytest.mark.parametrize("address", ["/", "/review/sign-in", "/api/v1/receipt", FORM, COMMENTS])
def test_odd_headers_are_no_fault_of_ours(
    client: TestClient, address: str, header: tuple[str, str]
) -> None:
    name, value = header

    answer = client.get(address, headers={name.encode(): value.encode()})

    assert answer.status_code < 500


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "a\x01b", "a\x7fb"])
def test_bad_keys_are_refused(client: TestClient, key: str) -> None:
    headers = {"Idempotency-Key": key}

    answer = client.post(COMMENTS, json=posted(), headers=headers)

    assert_refused(answer)
    assert [fault["field"] for fault in answer.json()["faults"]] == ["Idempotency-Key"]
