"""Compressed copies that the build left, as readers get them."""

import gzip
import os
from pathlib import Path

import brotli
import pytest
import zstandard
from starlette.testclient import TestClient

from feedback_api.web.encodings import acceptable

CSS = "/assets/practice.0123abcd.css"
TEXT = b"p { color: black } " * 100
COPIES = {
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
    "gzip": gzip.compress(TEXT),
}


@pytest.fixture
def compressed(client: TestClient, site: Path) -> TestClient:
    """A client of a site whose style sheet has all three copies."""
    file = site / CSS[1:]
    file.write_bytes(TEXT)
    for coding, ending in (("br", ".br"), ("zstd", ".zst"), ("gzip", ".gz")):
        copy = Path(f"{file}{ending}")
        copy.write_bytes(COPIES[coding])
        os.utime(copy, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    return client


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("gzip, deflate, br, zstd", ("br", "zstd", "gzip")),
        ("gzip, zstd", ("zstd", "gzip")),
        ("br;q=0.2, gzip;q=0.8", ("gzip", "br")),
        ("br;q=0, *", ("zstd", "gzip")),
        ("*;q=0", ()),
        ("identity", ()),
        ("gzip;q=0.5, identity", ()),
        ("identity;q=0.1, X-GZIP ; Q=0.5", ("gzip",)),
        ("gzip;q=2.5, gzip;q=x, compress", ()),
        ("", ()),
    ],
)
def test_encodings_are_tried_in_the_order_a_reader_asked_for(
    asked: str, expected: tuple[str, ...]
) -> None:
    assert acceptable([asked] if asked else []) == expected


@pytest.mark.parametrize("coding", COPIES)
def test_a_copy_is_sent_as_it_is_with_an_etag_of_its_own(
    compressed: TestClient, coding: str
) -> None:
    plain = compressed.get(CSS, headers={"Accept-Encoding": "identity"})
    with compressed.stream("GET", CSS, headers={"Accept-Encoding": coding}) as answer:
        sent = b"".join(answer.iter_raw())
    headed = compressed.head(CSS, headers={"Accept-Encoding": coding})
    again = compressed.get(
        CSS, headers={"Accept-Encoding": coding, "If-None-Match": answer.headers["etag"]}
    )
    other = compressed.get(
        CSS, headers={"Accept-Encoding": coding, "If-None-Match": plain.headers["etag"]}
    )

    assert sent == COPIES[coding]
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-type"] == plain.headers["content-type"]
    assert answer.headers["cache-control"] == plain.headers["cache-control"]
    assert headed.headers["content-length"] == str(len(sent))
    assert (again.status_code, again.headers["vary"]) == (304, "Accept-Encoding")
    assert other.status_code == 200


def test_the_plain_file_is_sent_whole_and_says_that_there_are_others(
    compressed: TestClient,
) -> None:
    answer = compressed.get(CSS, headers={"Accept-Encoding": "identity", "Range": "bytes=0-3"})

    assert (answer.status_code, answer.content) == (200, TEXT)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_copy_itself_is_a_file_and_not_encoded_twice(compressed: TestClient) -> None:
    answer = compressed.get(f"{CSS}.gz", headers={"Accept-Encoding": "gzip"})

    assert answer.content == COPIES["gzip"]
    assert "content-encoding" not in answer.headers


def test_a_copy_older_than_its_file_and_a_link_are_not_sent(
    compressed: TestClient, site: Path
) -> None:
    file = site / CSS[1:]
    os.utime(f"{file}.br", (0, 0))
    Path(f"{file}.zst").unlink()
    Path(f"{file}.zst").symlink_to(site.parent / "secret.txt")

    answer = compressed.get(CSS, headers={"Accept-Encoding": "br, zstd"})

    assert answer.content == TEXT
    assert "content-encoding" not in answer.headers
