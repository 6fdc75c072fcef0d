"""How often one network may ask: each purpose, by JSON, by form and in place."""

import pytest
from starlette.testclient import TestClient

from feedback_api.services.counting import Purpose, Rate
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.limits import Limits, networks_of
from feedback_api.web.recent_comments import RecentComments
from feedback_api.web.restraint import Restraint
from tests.fakes.event_loop import run_alone
from tests.fakes.memory_store import MemoryStore
from tests.web.reading import (
    COMMENTS,
    EDITOR,
    FORM,
    PASSPHRASE,
    OpenClient,
    codes_of,
    entered,
    form_values,
    posted,
    text_of,
)
from tests.web.restrained import DAY, counters, keyed, limited

SIGN_IN = "/review/sign-in"


def _filled(client: TestClient, form: str, **fields: str) -> dict[str, str]:
    shown = form_values(client.get(form), form)
    return entered(**fields) | {"wording": shown["wording"]}


@pytest.fixture
def addresses(open_client: OpenClient) -> dict[str, TestClient]:
    """Clients of one service by their addresses; more are made when asked for."""

    class Clients(dict[str, TestClient]):
        restraint = limited(*Purpose)

        def __missing__(self, address: str) -> TestClient:
            self[address] = open_client(address=address, restraint=self.restraint)
            return self[address]

    return Clients()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("::ffff:192.0.2.7", "192.0.2.8", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("unknown", "_hidden", True),
        ("", "192.0.2.1", False),
    ],
)
def test_addresses_of_one_network_are_counted_as_one(one: str, other: str, is_same: bool) -> None:
    assert (networks_of(one)[0] == networks_of(other)[0]) == is_same


def test_network_that_sent_enough_waits_and_another_does_not(
    addresses: dict[str, TestClient], store: MemoryStore
) -> None:
    for number in range(3):
        sent = addresses[f"192.0.2.{number}"].post(COMMENTS, json=posted(body=f"No. {number}"))
        assert sent.status_code == 201

    refused = addresses["192.0.2.9"].post(COMMENTS, json=posted(body="No. 4"))
    other = addresses["198.51.100.1"].post(COMMENTS, json=posted(body="No. 5"))

    assert refused.status_code == 429
    assert refused.json()["code"] == "too-many-requests"
    assert DAY / 3 < int(refused.headers["retry-after"]) <= DAY
    assert other.status_code == 201
    assert sum(store.tally().values()) == 4


def test_whoever_changes_the_64_within_a_48_waits_in_the_end() -> None:
    limits = limited(Purpose.SUPPORT).limits

    async def hit_from_each() -> int:
        for number in range(99):
            try:
                await limits.hit(Purpose.SUPPORT, f"2001:db8:0:{number:x}::1")
            except TooManyRequests:
                return number
        return 99

    assert run_alone(hit_from_each()) == 8 * 3


def test_retry_with_the_same_key_is_not_counted_again(open_client: OpenClient) -> None:
    recent = RecentComments(keyed)
    restraint = Restraint(limits=limited(Purpose.COMMENTS).limits, recent=recent)
    client = open_client(restraint=restraint)

    answers = [
        client.post(COMMENTS, json=posted(), headers={"Idempotency-Key": "one"}) for _ in range(9)
    ]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["receipt"] for answer in answers}) == 1


@pytest.mark.parametrize("part", ["", "1"])
@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("pt", "Nada foi feito; tente de novo daqui a"),
        ("ru", "Ничего не сделано; повторите попытку через"),
    ],
)
def test_form_comes_back_with_everything_typed_and_the_key(
    open_client: OpenClient, other: str, sentence: str, part: str
) -> None:
    client = open_client(other=other, restraint=limited(Purpose.COMMENTS))
    form = FORM.replace("/aa/", "/bb/")
    for number in range(3):
        assert client.post(form, data=_filled(client, form, key=f"k{number}")).status_code == 201

    filled = _filled(client, form, body="All of this.", key="mine", part=part)
    refused = client.post(form, data=filled)

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 1
    assert sentence in text_of(refused)
    values = form_values(refused, form)
    assert (values["body"], values["key"]) == ("All of this.", "mine")
    assert ("<!doctype" in refused.text) == (not part)


def test_right_receipts_are_counted_lightly_and_wrong_ones_hard(open_client: OpenClient) -> None:
    rates = {Purpose.RECEIPTS: (Rate(9, DAY),), Purpose.WRONG_CODES: (Rate(2, DAY),)}
    limits = Limits(rates, counters(), keyed)
    client = open_client(restraint=Restraint(limits=limits))
    receipt = client.post(COMMENTS, json=posted()).json()["receipt"]
    right = {"Authorization": f"Receipt {receipt}"}
    wrong = {"Authorization": "Receipt 0000-0000-0000-0000-0000"}

    looked = [
        client.get("/api/v1/receipt", headers=headers).status_code
        for headers in (right, right, right, wrong, right, wrong, right, wrong)
    ]
    page = client.post("/feedback/receipt", data={"receipt": receipt})

    assert looked == [200, 200, 200, 404, 200, 404, 429, 429]
    assert page.status_code == 429
    assert form_values(page, "/feedback/receipt")["receipt"] == receipt


def test_reply_beyond_the_limit_gives_the_words_back(addresses: dict[str, TestClient]) -> None:
    client = addresses["192.0.2.1"]
    receipt = client.post(COMMENTS, json=posted()).json()["receipt"]
    for _ in range(3):
        assert client.post("/feedback/receipt", data={"receipt": receipt}).status_code == 200

    refused = client.post(
        "/feedback/receipt/reply",
        data={"receipt": receipt, "body": "Not to be lost."},
        headers={"Accept": "text/html"},
    )

    assert refused.status_code == 429
    assert "Not to be lost." in text_of(refused)


def test_links_in_mails_are_no_way_to_guess(addresses: dict[str, TestClient]) -> None:
    client = addresses["192.0.2.1"]

    answers = [client.get("/feedback/email/confirm?token=x").status_code for _ in range(4)]

    assert answers == [404, 404, 404, 429]


def test_support_is_counted(addresses: dict[str, TestClient]) -> None:
    client = addresses["192.0.2.1"]
    nobodys = f"{COMMENTS}/00000000-0000-4000-8000-000000000000/second"

    assert [client.post(nobodys).status_code for _ in range(4)] == [404, 404, 404, 429]


@pytest.mark.parametrize("wrong", [{"name": EDITOR}, {"name": "Nobody"}])
def test_account_is_locked_for_the_network_that_guesses_and_for_no_other(
    addresses: dict[str, TestClient], wrong: dict[str, str]
) -> None:
    guesser, owner = addresses["192.0.2.1"], addresses["198.51.100.1"]
    guesses = {**wrong, "passphrase": "not it at all"}

    guessed = [guesser.post("/api/v1/session", json=guesses).status_code for _ in range(4)]
    right = {"name": wrong["name"], "passphrase": PASSPHRASE}
    late = guesser.post("/api/v1/session", json=right)
    owners = owner.post("/api/v1/session", json={"name": EDITOR, "passphrase": PASSPHRASE})

    assert guessed == [401, 401, 401, 429]
    assert late.status_code == 429
    assert owners.status_code == 201


def test_right_passphrase_takes_back_what_was_counted_for_the_name(
    open_client: OpenClient,
) -> None:
    client = open_client(restraint=limited(Purpose.SIGN_IN_NAME))
    right = {"name": EDITOR, "passphrase": PASSPHRASE}
    wrong = {"name": EDITOR, "passphrase": "not it at all"}

    signed_in = [
        client.post("/api/v1/session", json=given).status_code
        for given in (wrong, wrong, right, wrong, wrong, right)
    ]

    assert signed_in == [401, 401, 201, 401, 401, 201]


def test_sign_in_page_says_that_it_was_too_often_and_keeps_the_name(
    addresses: dict[str, TestClient],
) -> None:
    client = addresses["192.0.2.1"]
    for name in ("Bea", "Cid", "Dom"):
        form = form_values(client.get(SIGN_IN)) | {"name": name, "passphrase": "x"}
        assert client.post(SIGN_IN, data=form).status_code == 401

    form = form_values(client.get(SIGN_IN)) | {"name": EDITOR, "passphrase": PASSPHRASE}
    refused = client.post(SIGN_IN, data=form)

    assert refused.status_code == 429
    assert "retry-after" in refused.headers
    assert form_values(refused)["name"] == EDITOR
    assert PASSPHRASE not in refused.text


def test_same_words_on_the_same_section_are_one_comment(open_client: OpenClient) -> None:
    restraint = Restraint(recent=RecentComments(keyed))
    client = open_client(address="192.0.2.1", restraint=restraint)
    other = open_client(address="198.51.100.1", restraint=restraint)
    one = {"Idempotency-Key": "one"}

    sent = client.post(COMMENTS, json=posted(), headers=one)
    again = client.post(COMMENTS, json=posted(body=" nobody answered me\nFOR a week. "))
    retried = client.post(COMMENTS, json=posted(), headers=one)
    from_elsewhere = other.post(COMMENTS, json=posted())
    with_words = client.post(COMMENTS, json=posted(suggestion="Other words."))
    by_form = client.post(FORM, data=entered(key="two"))

    assert (sent.status_code, retried.status_code) == (201, 201)
    assert (again.status_code, again.json()["code"]) == (409, "same-text-again")
    assert (from_elsewhere.status_code, with_words.status_code) == (201, 201)
    assert by_form.status_code == 409
    assert form_values(by_form, FORM)["body"] == posted()["body"]


def test_comment_that_was_not_taken_is_no_earlier_one(open_client: OpenClient) -> None:
    client = open_client(restraint=Restraint(recent=RecentComments(keyed)))

    refused = client.post(COMMENTS, json=posted(role="king"))
    mended = client.post(COMMENTS, json=posted())

    assert codes_of(refused) == [("role", "unknown-value")]
    assert mended.status_code == 201


def test_half_characters_are_refused_and_break_nothing(open_client: OpenClient) -> None:
    client = open_client(restraint=Restraint(recent=RecentComments(keyed)))

    answer = client.post(
        COMMENTS,
        content=b'{"body": "\\ud800", "section": {"a": "\\udfff"}}',
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 422


def test_address_is_given_back_to_whoever_asks_too_often_for_their_data(
    open_client: OpenClient,
) -> None:
    client = open_client(sends_mail=True, restraint=limited(Purpose.REQUESTS))
    asked = {"email": "ann@example.org"}

    answers = [client.post("/feedback/my-data", data=asked) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert form_values(answers[-1], "/my-data")["email"] == "ann@example.org"
