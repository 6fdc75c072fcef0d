"""Webhooks in the settings: where they may go, and what is never shown."""

import base64

import pytest

from feedback_api.domain.errors import SettingsRefused
from feedback_api.services.webhooks import Target
from feedback_api.settings import read_settings

SECRET = "s" * 32


@pytest.mark.parametrize(
    "url",
    [
        "https://tickets.example.org/hook",
        "https://tickets.example.org:8443/hook?team=1",
        "http://127.0.0.1:9000/",
        "http://[::1]/hook",
        "http://localhost:9000/hook",
    ],
)
def test_https_and_this_machine_are_taken(url: str) -> None:
    settings = read_settings({"FEEDBACK_WEBHOOKS": url, "FEEDBACK_WEBHOOK_SECRET": SECRET})

    assert settings.webhooks is not None
    assert settings.webhooks.targets == (Target(url),)


@pytest.mark.parametrize(
    "url",
    [
        "http://tickets.example.org/hook",
        "http://10.0.0.1/hook",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "https://user:password@tickets.example.org/",
        "https://tickets.example.org/#part",
        "https:///hook",
        "https://[::1",
        "https://tickets.example.org:99999/",
        "https://tickets.example.org/a b",
        "ftp://tickets.example.org/",
        "file:///etc/passwd",
        "tickets.example.org",
        "https://example.org, javascript:alert(1)",
    ],
)
def test_any_other_place_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings({"FEEDBACK_WEBHOOKS": url, "FEEDBACK_WEBHOOK_SECRET": SECRET})

    assert refused.value.message.startswith("FEEDBACK_WEBHOOKS must be URLs")
    assert "password@" not in refused.value.message


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        (SECRET, SECRET.encode()),
        (f"whsec_{base64.b64encode(bytes(24)).decode()}", bytes(24)),
    ],
)
def test_secret_is_a_text_or_base64_after_its_mark(secret: str, key: bytes) -> None:
    settings = read_settings(
        {"FEEDBACK_WEBHOOKS": "https://example.org", "FEEDBACK_WEBHOOK_SECRET": secret}
    )

    assert settings.webhooks is not None
    assert settings.webhooks.key == key


@pytest.mark.parametrize(
    "secret", ["", "s" * 31, "whsec_" + "!" * 40, "whsec_" + "AAAA" * 7, "whsec_" + "é" * 40]
)
def test_secret_missing_short_or_broken_is_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(
            {"FEEDBACK_WEBHOOKS": "https://example.org", "FEEDBACK_WEBHOOK_SECRET": secret}
        )

    assert refused.value.message.startswith("FEEDBACK_WEBHOOK_SECRET must")
    assert not secret or secret not in refused.value.message


def test_settings_show_hosts_and_neither_paths_nor_the_secret() -> None:
    settings = read_settings(
        {
            "FEEDBACK_WEBHOOKS": "https://example.org/token,http://localhost:1/x,https://example.org/token",
            "FEEDBACK_WEBHOOK_SECRET": SECRET,
        }
    )

    shown = settings.described()

    assert shown["FEEDBACK_WEBHOOKS"] == "https://example.org/…,http://localhost:1/…"
    assert shown["FEEDBACK_WEBHOOK_SECRET"] == "set"
    assert SECRET not in repr(settings)


def test_without_webhooks_nothing_is_told() -> None:
    settings = read_settings({})

    assert settings.webhooks is None
    assert settings.described()["FEEDBACK_WEBHOOKS"] == "none"
