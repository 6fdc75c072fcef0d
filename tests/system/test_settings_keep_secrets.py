"""A password with a sign in it that no URL may hold is told to nobody: settings end up in logs."""

import pytest

from feedback_api.domain.errors import SettingsRefused
from feedback_api.settings import read_settings
from feedback_api.storage.sql_database import Database

URLS = {
    "FEEDBACK_STORE": "postgresql://feedback:{}@db.example.org/feedback",
    "FEEDBACK_SMTP": "smtp://feedback:{}@mail.example.org",
    "FEEDBACK_LIMITS_STORE": "redis://feedback:{}@redis.example.org/0",
    "FEEDBACK_OIDC_ISSUER": "https://feedback:{}@login.example.org/",
}
BESIDE = {"FEEDBACK_SECRET": "s" * 32, "FEEDBACK_MAIL_FROM": "code@example.org"}
SIGNS = '/#?%@:[]\\ ;&"é'
PASSWORDS = [
    f"{part}{sign}{rest}" for sign in SIGNS for part in ("", "hush") for rest in ("", "hush")
]


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("name", URLS)
def test_password_is_neither_described_nor_in_a_refusal(name: str, password: str) -> None:
    try:
        settings = read_settings({**BESIDE, name: URLS[name].format(password)})
    except SettingsRefused as refused:
        told = refused.message
    else:
        told = "".join(settings.described().values())

    assert "hush" not in told


@pytest.mark.parametrize("password", PASSWORDS)
def test_database_that_is_taken_is_one_for_its_own_library_too(password: str) -> None:
    try:
        settings = read_settings(
            {**BESIDE, "FEEDBACK_STORE": URLS["FEEDBACK_STORE"].format(password)}
        )
    except SettingsRefused:
        return

    assert settings.store.database is not None
    Database(settings.store.database.url).close()


def test_password_that_is_encoded_is_taken() -> None:
    store = URLS["FEEDBACK_STORE"].format("%2F%23%3F%25%40%3A%5B")

    settings = read_settings({**BESIDE, "FEEDBACK_STORE": store})

    assert settings.store.database is not None
