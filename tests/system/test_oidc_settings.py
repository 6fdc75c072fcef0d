"""Settings of the OpenID provider."""

from datetime import timedelta

import pytest

from feedback_api.domain.errors import SettingsRefused
from feedback_api.oidc_settings import NAMES, OidcSettings
from feedback_api.settings import read_settings

LEAST = {
    "FEEDBACK_OIDC_ISSUER": "https://login.example.org/realms/company",
    "FEEDBACK_OIDC_CLIENT_ID": "code-of-practice",
    "FEEDBACK_OIDC_CLIENT_SECRET": "sesame open",
    "FEEDBACK_OIDC_EDITOR_GROUPS": "editors",
}


def _refusal(**environment: str) -> str:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(environment)
    return refused.value.message


def _oidc(**changes: str) -> OidcSettings:
    oidc = read_settings(LEAST | changes).sign_in.oidc
    assert oidc is not None
    return oidc


def test_without_an_issuer_there_are_local_accounts_alone() -> None:
    sign_in = read_settings({}).sign_in

    assert (sign_in.oidc, sign_in.local_accounts) == (None, True)


def test_little_is_needed() -> None:
    oidc = _oidc()

    assert oidc.groups.editors == {"editors"}
    assert (oidc.groups_claim, oidc.scopes) == ("groups", "openid profile email")
    assert (oidc.hosts, oidc.session) == (("login.example.org",), timedelta(minutes=60))


def test_everything_set_is_taken() -> None:
    oidc = _oidc(
        FEEDBACK_OIDC_EDITOR_GROUPS='["cn=editors,dc=example,dc=org", "chief"]',
        FEEDBACK_OIDC_REVIEWER_GROUPS="staff, Mitarbeiter im Büro",
        FEEDBACK_OIDC_GROUPS_CLAIM="https://example.org/groups",
        FEEDBACK_OIDC_SCOPES="openid  groups",
        FEEDBACK_OIDC_HOSTS="keys.example.org, api.example.org:8443",
        FEEDBACK_OIDC_LABEL="Example SSO",
        FEEDBACK_OIDC_SESSION_MINUTES="15",
    )

    assert oidc.groups.editors == {"cn=editors,dc=example,dc=org", "chief"}
    assert oidc.groups.reviewers == {"staff", "Mitarbeiter im Büro"}
    assert oidc.groups_claim == "https://example.org/groups"
    assert (oidc.scopes, oidc.label) == ("openid groups", "Example SSO")
    assert oidc.hosts == ("login.example.org", "keys.example.org", "api.example.org:8443")
    assert oidc.session == timedelta(minutes=15)


@pytest.mark.parametrize(
    "issuer",
    [
        "login.example.org", "http://login.example.org", "https://", "https://a b.example.org",
        "https://user:pass@login.example.org", "https://login.example.org?x=1",
        "https://login.example.org#x", "https://[::1", "ftp://login.example.org",
        "http://127.0.0.1.example.org",
    ],
)  # fmt: skip
def test_issuer_that_could_be_overheard_or_is_none_is_refused(issuer: str) -> None:
    message = _refusal(**LEAST | {"FEEDBACK_OIDC_ISSUER": issuer})

    assert message.startswith("FEEDBACK_OIDC_ISSUER must be the provider's issuer")
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("issuer", ["http://localhost:9", "http://127.0.0.1:9", "http://[::1]:9"])
def test_issuer_on_this_machine_needs_no_https(issuer: str) -> None:
    assert _oidc(FEEDBACK_OIDC_ISSUER=issuer).issuer == issuer


@pytest.mark.parametrize("missing", list(LEAST)[1:])
def test_what_is_missing_is_named(missing: str) -> None:
    rest = {name: value for name, value in LEAST.items() if name != missing}

    assert missing in _refusal(**rest)


@pytest.mark.parametrize("name", NAMES[1:-1])
def test_setting_without_an_issuer_is_refused(name: str) -> None:
    assert _refusal(**{name: "x"}) == f"{name} means nothing without FEEDBACK_OIDC_ISSUER."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FEEDBACK_OIDC_SCOPES", "profile email"),
        ("FEEDBACK_OIDC_SCOPES", "openid prófile"),
        ("FEEDBACK_OIDC_EDITOR_GROUPS", '["editors"'),
        ("FEEDBACK_OIDC_EDITOR_GROUPS", '["editors", 7]'),
        ("FEEDBACK_OIDC_REVIEWER_GROUPS", '[""]'),
        ("FEEDBACK_OIDC_HOSTS", "https://keys.example.org"),
        ("FEEDBACK_OIDC_HOSTS", "keys.example.org/path"),
        ("FEEDBACK_OIDC_HOSTS", "user@keys.example.org"),
        ("FEEDBACK_OIDC_LABEL", "x" * 61),
        ("FEEDBACK_OIDC_LABEL", "Example\u202e"),
        ("FEEDBACK_OIDC_SESSION_MINUTES", "0"),
        ("FEEDBACK_OIDC_SESSION_MINUTES", "721"),
        ("FEEDBACK_OIDC_SESSION_MINUTES", "an hour"),
        ("FEEDBACK_LOCAL_ACCOUNTS", "no"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, value: str) -> None:
    message = _refusal(**LEAST | {name: value})

    assert message.startswith(f"{name} ")


def test_groups_that_let_nobody_in_are_refused() -> None:
    message = _refusal(**LEAST | {"FEEDBACK_OIDC_EDITOR_GROUPS": " , "})

    assert "nobody could sign in" in message


def test_local_accounts_cannot_be_off_where_there_is_no_other_way_in() -> None:
    assert _refusal(FEEDBACK_LOCAL_ACCOUNTS="off").startswith("FEEDBACK_LOCAL_ACCOUNTS can be off")
    assert not read_settings(LEAST | {"FEEDBACK_LOCAL_ACCOUNTS": "off"}).sign_in.local_accounts


def test_client_secret_is_shown_nowhere() -> None:
    settings = read_settings(LEAST)

    assert "sesame" not in repr(settings) + "".join(settings.described().values())
    assert settings.described()["FEEDBACK_OIDC_CLIENT_SECRET"] == "set"
