"""Settings from the environment."""

from pathlib import Path

import pytest

from feedback_api.domain.errors import SettingsRefused
from feedback_api.settings import NAMES, read_settings


def _refusal(**environment: str) -> str:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(environment)
    return refused.value.message


def test_nothing_set_gives_the_usual() -> None:
    settings = read_settings({"PATH": "/bin"})

    assert settings.data == Path.cwd() / "data"
    assert settings.sections == Path("site/sections.json")
    assert settings.origin == settings.site_origin == "http://localhost:8000"
    assert (settings.secret, settings.trusted_proxies) == (None, ())


def test_everything_set_is_taken() -> None:
    settings = read_settings(
        {
            "FEEDBACK_STORE": "tinydb:/srv/data",
            "FEEDBACK_SITE": "/srv/site",
            "FEEDBACK_SECTIONS": "/srv/sections.json",
            "FEEDBACK_LANGUAGES": "/srv/languages",
            "FEEDBACK_ORIGIN": "https://Feedback.example.org:443/",
            "FEEDBACK_SITE_ORIGIN": "https://code.example.org:8443",
            "FEEDBACK_SECRET": "s" * 32,
            "FEEDBACK_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,::1",
            "FEEDBACK_ANSWER_DAYS": "15",
        }
    )

    assert settings.data == Path("/srv/data")
    assert settings.site == Path("/srv/site")
    assert settings.sections == Path("/srv/sections.json")
    assert settings.languages == Path("/srv/languages")
    assert settings.origin == "https://feedback.example.org"
    assert settings.site_origin == "https://code.example.org:8443"
    assert settings.secret == "s" * 32
    assert settings.trusted_proxies == ("127.0.0.1", "10.0.0.0/8", "::1")
    assert settings.answer_days == 15


def test_empty_setting_counts_as_not_set() -> None:
    assert read_settings({"FEEDBACK_SECRET": "", "FEEDBACK_ORIGIN": " "}).secret is None


def test_site_is_on_the_services_origin_unless_said_otherwise() -> None:
    settings = read_settings({}, origin="http://[::1]:9000")

    assert settings.site_origin == settings.origin == "http://[::1]:9000"


@pytest.mark.parametrize("days", ["0", "-1", "2.5", "twenty", "251", "²", "9" * 5000])
def test_days_that_promise_nothing_are_refused(days: str) -> None:
    assert _refusal(FEEDBACK_ANSWER_DAYS=days).startswith("FEEDBACK_ANSWER_DAYS must be")


def test_misspelt_name_is_refused_with_the_name_meant() -> None:
    message = _refusal(FEEDBACK_STROE="tinydb:./data")

    assert "FEEDBACK_STROE" in message
    assert "FEEDBACK_STORE is meant" in message


def test_name_like_no_other_is_refused_with_all_there_are() -> None:
    message = _refusal(FEEDBACK_X="1")

    assert all(name in message for name in NAMES)


@pytest.mark.parametrize("store", ["./data", "tinydb:", "tinydb: ", "sqlite:./data"])
def test_store_of_no_known_kind_is_refused(store: str) -> None:
    assert _refusal(FEEDBACK_STORE=store).startswith("FEEDBACK_STORE must be")


@pytest.mark.parametrize(
    "origin",
    ["example.org", "ftp://example.org", "https://", "https://example.org/feedback",
     "https://user@example.org", "https://example.org?x", "https://example.org:99999", "//x"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(origin: str) -> None:
    assert _refusal(FEEDBACK_ORIGIN=origin).startswith("FEEDBACK_ORIGIN must be")
    assert _refusal(FEEDBACK_SITE_ORIGIN=origin).startswith("FEEDBACK_SITE_ORIGIN must be")


def test_everything_wrong_is_told_at_once() -> None:
    message = _refusal(FEEDBACK_SECRET="short", FEEDBACK_TRUSTED_PROXIES="here", FEEDBACK_Y="")

    assert [line.split()[0] for line in message.splitlines()] == [
        "FEEDBACK_Y",
        "FEEDBACK_SECRET",
        "FEEDBACK_TRUSTED_PROXIES",
    ]


def test_secret_is_not_described() -> None:
    described = read_settings({"FEEDBACK_SECRET": "s" * 32}).described()

    assert tuple(described) == NAMES
    assert "sss" not in "".join(described.values())
