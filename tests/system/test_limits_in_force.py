"""The real service as it is without being set otherwise, and behind proxies."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from feedback_api.domain.errors import SettingsRefused
from feedback_api.limit_settings import NAMES, USUAL
from feedback_api.services.counting import Purpose, Rate
from feedback_api.settings import read_settings
from tests.system.conftest import SmallSite, lay_small_site
from tests.system.running import NO_LIMITS, ROOT, Answer, Service, comment_body

ADDRESS = "127.0.0.1"
SPOOFED = "203.0.113.77"


def _post(service: Service, site: SmallSite, body: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(service.client()) as client:
        return client.ask("POST", "/api/v1/comments", comment_body(site.language, body=body), named)


def test_service_as_it_is_by_default_is_protected_and_keeps_no_address(
    tmp_path: Path, site: SmallSite
) -> None:
    service = Service(tmp_path, {**dict.fromkeys(NO_LIMITS, ""), "FEEDBACK_SITE": str(site.folder)})
    service.start()
    try:
        answers = [
            _post(service, site, f"No. {number}", X_Forwarded_For=f"{SPOOFED[:-2]}{number}")
            for number in range(25)
        ]
        form = f"/feedback/{site.language}/complaints-acknowledge"
        posted = {**comment_body(site.language), "homepage": "x", "key": "k"}
        del posted["section"], posted["language"]
        trapped = service.post_form(form, urlencode(posted))
    finally:
        assert service.end() == 0

    taken = [answer.status for answer in answers].count(201)
    assert 20 <= taken <= 23  # some more where a minute ended meanwhile
    refused = [answer for answer in answers if answer.status != 201]
    assert {answer.body["code"] for answer in refused} == {"too-many-requests"}
    assert trapped.status == 422
    written = b"".join(path.read_bytes() for path in service.data.rglob("*") if path.is_file())
    log = service.log.read_text()
    assert ADDRESS.encode() not in written
    assert SPOOFED[:-2].encode() not in written
    assert SPOOFED[:-2] not in log
    assert ADDRESS not in log.replace(f"http://{ADDRESS}:{service.port}", "")
    assert log.count("FEEDBACK_TRUSTED_PROXIES names none") == 1


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, SmallSite]]:
    """A service that takes one comment a day from each network, behind two hops of proxies."""
    folder = tmp_path_factory.mktemp("proxied")
    site = lay_small_site(folder / "site")
    settings = {
        "FEEDBACK_SITE": str(site.folder),
        "FEEDBACK_TRUSTED_PROXIES": "127.0.0.1, 10.9.0.0/16, 2001:db8:9::9",
        "FEEDBACK_LIMIT_COMMENTS": "1/day",
    }
    service = Service(folder, settings)
    service.start()
    yield service, site
    service.kill()


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", True),
        ("198.51.100.1", "198.51.101.1", False),
        # what a client claims stands to the left of what the first proxy saw
        ("1.2.3.4, 203.0.113.5", "4.3.2.1, 203.0.113.6", True),
        ("5.6.7.8, 100.64.1.1, 10.9.1.1", "8.7.6.5, 100.64.1.2, 10.9.2.2", True),
        ("10.9.1.1, 100.65.1.1", "10.9.1.1, 100.66.1.1", False),
        ("2001:db8:1:1::1", "[2001:db8:1:1:ffff::2]:5678", True),
        ("2001:db8:2:1::1", "2001:db8:2:2::1, 2001:db8:9::9", False),
        ("100.67.1.1:1234", "::ffff:100.67.1.2", True),
        ("9.9.9.9, unknown", "8.8.8.8, <script>", True),
    ],
)
def test_proxies_tell_networks_apart_and_clients_cannot(
    proxied: tuple[Service, SmallSite], first: str, second: str, is_same: bool
) -> None:
    service, site = proxied

    one = _post(service, site, first, X_Forwarded_For=first)
    other = _post(service, site, second, X_Forwarded_For=second, Forwarded="for=7.7.7.7")

    assert one.status == 201
    assert (other.status == 429) == is_same


@pytest.mark.parametrize("text", ["many", "0/minute", "-1/day", "5/fortnight", "5", "1/9999 years"])
def test_limits_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings({"FEEDBACK_LIMIT_COMMENTS": text})

    assert refused.value.message.startswith("FEEDBACK_LIMIT_COMMENTS must be like")


@pytest.mark.parametrize("url", ["localhost:6379", "http://u:secret@h", "redis://", "redis://h:x"])
def test_store_that_is_none_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings({"FEEDBACK_LIMITS_STORE": url})

    assert refused.value.message.startswith("FEEDBACK_LIMITS_STORE must be like")
    assert "secret" not in refused.value.message


def test_limits_are_read_and_shown_without_passwords() -> None:
    limits = read_settings(
        {
            "FEEDBACK_LIMIT_COMMENTS": "5 per 10 minutes; 9/day",
            "FEEDBACK_LIMIT_SIGN_IN": "Off",
            "FEEDBACK_LIMITS_STORE": "valkeys://user:secret@counts.example.org/2",
            "FEEDBACK_SPAM_CHECKS": "off",
        }
    ).limits

    assert limits.rates[Purpose.COMMENTS] == (Rate(5, 600), Rate(9, 86_400))
    assert limits.rates[Purpose.SIGN_IN] == ()
    assert limits.store == "rediss://user:secret@counts.example.org/2"
    assert limits.checks_spam is False
    assert set(limits.described()) == set(NAMES)
    assert limits.described()["FEEDBACK_LIMITS_STORE"] == "rediss://counts.example.org/2"
    assert "secret" not in repr(limits)


def test_manual_tells_the_usual_limits() -> None:
    manual = (ROOT / "docs/manual/limits.md").read_text("utf-8")

    told = dict(re.findall(r"^\| `(FEEDBACK_LIMIT_\w+)` \| .* \| `(.*)` \|$", manual, re.MULTILINE))

    assert told == USUAL
