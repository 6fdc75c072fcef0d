"""Settings from the environment."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedback_api.database_settings import DatabaseSettings
from feedback_api.domain.errors import SettingsRefused
from feedback_api.domain.identity import LanguageCode
from feedback_api.mail_addresses import Mailbox
from feedback_api.mail_settings import MailSettings, Security, SmtpSettings, read_digest
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
            "FEEDBACK_COMMITS": "https://forge.example.org/code/commit/",
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
    assert settings.commits == "https://forge.example.org/code/commit/"


def test_empty_setting_counts_as_not_set() -> None:
    assert read_settings({"FEEDBACK_SECRET": "", "FEEDBACK_ORIGIN": " "}).secret is None


def test_site_is_on_the_services_origin_unless_said_otherwise() -> None:
    settings = read_settings({}, origin="http://[::1]:9000")

    assert settings.site_origin == settings.origin == "http://[::1]:9000"


@pytest.mark.parametrize("days", ["0", "-1", "2.5", "twenty", "251", "²", "9" * 5000])
def test_days_that_promise_nothing_are_refused(days: str) -> None:
    assert _refusal(FEEDBACK_ANSWER_DAYS=days).startswith("FEEDBACK_ANSWER_DAYS must be")


@pytest.mark.parametrize(
    "commits",
    [
        "forge.example.org/commit/",
        "javascript:alert(1)//",
        "https://forge.example.org/commit",
        "https://forge.example.org/commit/?id=",
        "https://who:secret@forge.example.org/commit/",
        "https:///commit/",
        'https://forge.example.org/"x"/ /',
    ],
)
def test_url_of_commits_that_leads_nowhere_is_refused(commits: str) -> None:
    assert _refusal(FEEDBACK_COMMITS=commits).startswith("FEEDBACK_COMMITS must be the URL")


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


DATABASE = "postgresql://feedback:hush%20hush@db1,db2:5433/comments?target_session_attrs=read-write"


def test_database_is_described_without_its_password() -> None:
    settings = read_settings({"FEEDBACK_STORE": DATABASE, "FEEDBACK_SECRET": "s" * 32})

    described = settings.described()

    assert settings.store.database == DatabaseSettings(url=DATABASE)
    assert described["FEEDBACK_STORE"] == (
        "postgresql://feedback:…@db1,db2:5433/comments?target_session_attrs=read-write"
    )
    assert described["FEEDBACK_DATA"] == str(Path.cwd() / "data")
    assert "hush" not in "".join(described.values())
    in_query = DatabaseSettings(url="postgresql:///comments?user=feedback&password=hush")
    assert in_query.described() == "postgresql:///comments?user=feedback&password=…"


def test_database_without_a_secret_all_replicas_share_is_refused() -> None:
    assert "FEEDBACK_SECRET must be set" in _refusal(FEEDBACK_STORE=DATABASE)


def test_folder_beside_tinydb_is_refused() -> None:
    assert "FEEDBACK_DATA goes with a database" in _refusal(FEEDBACK_DATA="/srv/data")


@pytest.mark.parametrize("store", ["postgresql://db/", "mysql://db/comments", "postgresql:"])
def test_url_of_no_database_is_refused(store: str) -> None:
    assert "FEEDBACK_STORE must be" in _refusal(FEEDBACK_STORE=store, FEEDBACK_SECRET="s" * 32)


def test_secret_is_not_described() -> None:
    described = read_settings({"FEEDBACK_SECRET": "s" * 32}).described()

    assert tuple(described) == NAMES
    assert "sss" not in "".join(described.values())


def test_mail_is_off_until_a_server_is_named() -> None:
    settings = read_settings({"FEEDBACK_MAIL_FROM": "code@example.org"})

    assert settings.mail is None
    assert settings.described()["FEEDBACK_SMTP"] == "none"


def test_mail_to_another_machine_goes_by_starttls_unless_said_otherwise() -> None:
    mail = _mail(FEEDBACK_SMTP="smtp://us%40er:p%23ss@mail.example.org")

    assert mail.smtp == SmtpSettings(
        host="mail.example.org",
        port=587,
        security=Security.STARTTLS,
        username="us@er",
        password="p#ss",
    )
    assert mail.sender == Mailbox(name="Code, of practice", address="code@example.org")


@pytest.mark.parametrize(
    ("text", "port", "security"),
    [
        ("smtp://127.0.0.1:2525", 2525, Security.NONE),
        ("smtp://localhost", 25, Security.NONE),
        ("smtp://[::1]:2525", 2525, Security.NONE),
        ("smtp://localhost?starttls=require", 587, Security.STARTTLS),
        ("smtp://mail.example.org?starttls=never", 25, Security.NONE),
        ("smtps://mail.example.org", 465, Security.TLS),
    ],
)
def test_server_is_named_by_its_url(text: str, port: int, security: Security) -> None:
    smtp = _mail(FEEDBACK_SMTP=text).smtp

    assert (smtp.port, smtp.security) == (port, security)


@pytest.mark.parametrize(
    "text",
    [
        "mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org/path",
        "smtp://mail.example.org:99999", "smtp://mail.example.org?starttls=maybe",
        "smtp://mail.example.org?tls=1", "smtps://mail.example.org?starttls=require",
        "smtp://sesame@mail.example.org", "smtp://user:sesame@mail.example.org?starttls=never",
        "smtp://user:sesame@[::1", "smtp://user:sesame@mail.example.org#x",
    ],
)  # fmt: skip
def test_server_that_makes_no_sense_is_refused_without_its_password(text: str) -> None:
    message = _refusal(FEEDBACK_SMTP=text, FEEDBACK_MAIL_FROM="code@example.org")

    assert message.startswith("FEEDBACK_SMTP ")
    assert len(message.splitlines()) == 1
    assert "sesame" not in message


def test_mail_without_a_sender_is_refused() -> None:
    message = _refusal(FEEDBACK_SMTP="smtp://localhost")

    assert message.startswith("FEEDBACK_MAIL_FROM must be like")


@pytest.mark.parametrize("sender", ["code", "code@localhost", "a@example.org, b@example.org"])
def test_sender_no_mail_can_have_is_refused(sender: str) -> None:
    message = _refusal(FEEDBACK_SMTP="smtp://localhost", FEEDBACK_MAIL_FROM=sender)

    assert message.startswith("FEEDBACK_MAIL_FROM must be like")


@pytest.mark.parametrize(
    "text", ["07:30", "24:00 UTC", "7:30 UTC", "07:30 Nowhere/Never", "noon UTC"]
)
def test_digest_at_no_time_is_refused(text: str) -> None:
    assert _refusal(FEEDBACK_DIGEST=text).startswith("FEEDBACK_DIGEST must be a time of day")


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2027-01-04T07:29:59", "2027-01-03T07:30:00"),
        ("2027-01-04T07:30:00", "2027-01-04T07:30:00"),
        ("2027-07-01T12:00:00", "2027-07-01T06:30:00"),
        ("2027-03-27T12:00:00", "2027-03-27T07:30:00"),
        ("2027-03-28T06:29:59", "2027-03-27T07:30:00"),
        ("2027-03-28T06:30:00", "2027-03-28T06:30:00"),
    ],
)
def test_digest_follows_the_clocks_of_its_zone(now: str, last: str) -> None:
    at = read_digest("07:30 Europe/Lisbon")
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert at.last_before(moment) == datetime.fromisoformat(last).replace(tzinfo=UTC)


def test_password_of_the_mail_server_is_shown_nowhere() -> None:
    settings = read_settings(
        {
            "FEEDBACK_SMTP": "smtp://user:sesame@mail.example.org",
            "FEEDBACK_MAIL_FROM": "code@example.org",
        }
    )

    assert "sesame" not in repr(settings) + "".join(settings.described().values())
    assert "user:…@mail.example.org:587" in settings.described()["FEEDBACK_SMTP"]


def _mail(**environment: str) -> MailSettings:
    sender = {"FEEDBACK_MAIL_FROM": "Code, of practice <code@example.org>"}
    mail = read_settings({**sender, **environment}).mail
    assert mail is not None
    return mail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FEEDBACK_PRIVACY_CONTACT", "two\nlines"),
        ("FEEDBACK_WHISTLEBLOWING_URL", "javascript:alert(1)"),
        ("FEEDBACK_WHISTLEBLOWING_URL", "https://"),
        ("FEEDBACK_WHISTLEBLOWING_URL", "https://who:secret@example.org"),
        ("FEEDBACK_WHISTLEBLOWING_NAME", "Speak up"),
        ("FEEDBACK_WHISTLEBLOWING_PHONE", "aa=1; 2"),
        ("FEEDBACK_PURGE", "maybe"),
        ("FEEDBACK_RETENTION_DAYS", "0"),
        ("FEEDBACK_RETENTION_REVIEWERS_DAYS", "99999"),
    ],
)
def test_setting_of_privacy_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    assert _refusal(**{name: value}).startswith(name)


def test_settings_of_privacy_are_taken_by_language() -> None:
    terms = read_settings(
        {
            "FEEDBACK_WHISTLEBLOWING_URL": "https://speak-up.example.org/{language}",
            "FEEDBACK_WHISTLEBLOWING_NAME": "aa=Speak up; bb=Канал",
            "FEEDBACK_PURGE": "off",
            "FEEDBACK_RETENTION_DAYS": "90",
        }
    ).privacy

    channel = terms.channel
    assert channel is not None
    assert channel.url_in(LanguageCode("bb")) == "https://speak-up.example.org/bb"
    assert [channel.name_in(LanguageCode(code)) for code in ("aa", "bb", "cc")] == [
        "Speak up",
        "Канал",
        "",
    ]
    assert (terms.purges, terms.policy.contact_days, terms.policy.reviewers_days) == (
        False,
        90,
        None,
    )


def test_metrics_are_for_this_machine_unless_said_otherwise() -> None:
    usual = read_settings({}).metrics
    told = read_settings({"FEEDBACK_METRICS": "off", "FEEDBACK_METRICS_TOKEN": "t" * 32})

    assert (usual.readers.value, usual.token) == ("loopback", None)
    assert (told.metrics.readers.value, told.metrics.token) == ("off", "t" * 32)
    assert "ttt" not in repr(told) + "".join(told.described().values())
    assert _refusal(FEEDBACK_METRICS="yes").endswith("must be off, loopback or on.")
    assert "32 characters" in _refusal(FEEDBACK_METRICS_TOKEN="hush")


def test_log_is_plain_unless_it_is_to_be_json() -> None:
    assert (read_settings({}).log, read_settings({"FEEDBACK_LOG": "JSON"}).log) == ("plain", "json")
    assert _refusal(FEEDBACK_LOG="xml") == "FEEDBACK_LOG must be plain or json."
