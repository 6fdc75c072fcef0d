"""The built site behind the service."""

import os
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.small_site import SITE_POLICY, lay_site


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("/aa/", "text/html; charset=utf-8"),
        ("/aa/complaints/", "text/html; charset=utf-8"),
        ("/sections.json", "application/json"),
        ("/aa/pagefind/pagefind.js", "text/javascript; charset=utf-8"),
        ("/aa/pagefind/search.wasm", "application/wasm"),
        ("/aa/pagefind/wasm.aa.pagefind", "application/octet-stream"),
        ("/assets/practice.0123abcd.css", "text/css; charset=utf-8"),
    ],
)
def test_files_come_with_their_type(client: TestClient, address: str, media_type: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == SITE_POLICY


def test_hashed_files_are_kept_for_good_and_others_asked_for_each_time(client: TestClient) -> None:
    hashed = client.get("/assets/practice.0123abcd.css").headers["cache-control"]
    page = client.get("/aa/").headers["cache-control"]

    assert "immutable" in hashed
    assert page == "no-cache"


def test_unchanged_file_is_not_sent_again(client: TestClient) -> None:
    etag = client.get("/aa/").headers["etag"]

    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = client.get("/aa/", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    for both in (etag, '"x"'), ('"x"', etag):
        fields = [("If-None-Match", one) for one in both]
        assert client.get("/aa/", headers=fields).status_code == 304


def test_file_of_the_same_time_and_size_is_not_taken_for_unchanged(
    client: TestClient, site: Path
) -> None:
    file = site / "aa/index.html"
    status = file.stat()
    etag = client.get("/aa/").headers["etag"]
    file.write_text(file.read_text().replace("first", "third"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    answer = client.get("/aa/", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.text) == (200, "<p>third page")


def test_head_answers_like_get_without_a_body(client: TestClient) -> None:
    got, headed = client.get("/aa/"), client.head("/aa/")

    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["etag"] == got.headers["etag"]
    assert headed.headers["content-length"] == str(len(got.content))


def test_folder_without_its_slash_is_redirected_within_the_site(client: TestClient) -> None:
    answer = client.get("/aa/complaints", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.headers["location"]) == (308, "/aa/complaints/")


@pytest.mark.parametrize(
    ("address", "text"),
    [("/aa/nothing/", "nothing in aa"), ("/zz/nothing", "<p>nothing"), ("/x.css", "<p>nothing")],
)
def test_missing_pages_answer_in_the_language_of_the_address(
    client: TestClient, address: str, text: str
) -> None:
    answer = client.get(address)

    assert answer.status_code == 404
    assert text in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/aa/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/aa/..\\..\\secret.txt",
        "/aa%00/index.html",
        "/linked.txt",
        "/" + "a" * 1_000,
        "/%ff%fe",
    ],
)
def test_nothing_outside_the_site_is_served(client: TestClient, site: Path, address: str) -> None:
    (site / "linked.txt").symlink_to(site.parent / "secret.txt")

    answer = client.get(address)

    assert answer.status_code == 404
    assert "not for readers" not in answer.text
    assert "root:" not in answer.text


def test_site_swapped_by_a_rebuild_is_served_at_once(client: TestClient, site: Path) -> None:
    client.get("/aa/")
    shutil.move(site, site.with_name("old"))
    without = client.get("/aa/", headers={"Accept": "text/html"})
    lay_site(site.parent)
    (site / "aa/index.html").write_text("<p>rebuilt")
    (site / "csp.json").write_text('{"policy": "default-src \'self\'"}')

    rebuilt = client.get("/aa/")

    assert without.status_code == 404
    assert rebuilt.text == "<p>rebuilt"
    assert rebuilt.headers["content-security-policy"] == "default-src 'self'"


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"policy": 5}', '{"policy": "a\\nb"}', '{"other": ""}']
)
def test_broken_policy_file_falls_back_to_the_strict_policy(
    client: TestClient, site: Path, broken: str
) -> None:
    (site / "csp.json").write_text(broken)

    policy = client.get("/aa/").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_posts_to_the_site_are_refused(client: TestClient) -> None:
    answer = client.post("/aa/", content=b"x")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["content-type"] == "application/problem+json"
