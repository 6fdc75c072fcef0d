"""What only programs do with a form, and what comes back to a person all the same."""

from datetime import timedelta

import pytest
from lxml.html import HtmlElement
from starlette.testclient import TestClient

from feedback_api.services import Services
from feedback_api.web.form_checks import FormChecks
from feedback_api.web.restraint import Restraint
from tests.fakes.clockwork import SteppingClock
from tests.fakes.memory_store import MemoryStore
from tests.web.reading import FORM, OpenClient, entered, form_values, page_of, text_of

A_MINUTE_EACH_LOOK = timedelta(seconds=60)


@pytest.fixture
def open_checked(open_client: OpenClient, services: Services) -> OpenClient:
    """A client of a service that looks at forms; `least`: how long typing takes."""

    def make(*, least: timedelta = timedelta(0), **options: object) -> TestClient:
        forms = FormChecks(SteppingClock(), services.secrets, least=least)
        return open_client(restraint=Restraint(forms=forms), **options)

    return make


def _filled(client: TestClient, form: str = FORM, **fields: str) -> dict[str, str]:
    shown = form_values(client.get(form), form)
    return shown | entered(**fields) | {"wording": shown["wording"]}


def test_form_that_was_shown_is_taken(open_checked: OpenClient, store: MemoryStore) -> None:
    client = open_checked()

    answer = client.post(FORM, data=_filled(client))

    assert answer.status_code == 201
    assert sum(store.tally().values()) == 1


def test_trap_is_out_of_reach_for_people_and_says_what_it_is_to_those_who_see_it(
    open_checked: OpenClient,
) -> None:
    page = page_of(open_checked().get(FORM))

    (trap,) = page.find_class("cop-honey")
    (field,) = trap.iter("input")
    assert isinstance(field, HtmlElement)
    assert trap.get("aria-hidden") == "true"
    assert (field.get("tabindex"), field.get("autocomplete")) == ("-1", "off")
    assert trap.text_content().strip() == "Leave this field empty"


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("pt", "Um campo que deve ficar vazio veio preenchido"),
        ("ru", "Поле, которое должно оставаться пустым, было заполнено"),
    ],
)
def test_filled_trap_comes_back_empty_and_passes_then(
    open_checked: OpenClient, store: MemoryStore, other: str, sentence: str
) -> None:
    client = open_checked(other=other)
    form = FORM.replace("/aa/", "/bb/")
    filled = _filled(client, form, body="A person wrote this.", homepage="https://example.org")

    refused = client.post(form, data=filled)
    back = form_values(refused, form)
    again = client.post(form, data=filled | back)

    assert refused.status_code == 422
    assert sentence in text_of(refused)
    assert (back["body"], back["homepage"]) == ("A person wrote this.", "")
    assert back["key"] == filled["key"]
    assert again.status_code == 201
    assert sum(store.tally().values()) == 1


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("pt", "O formulário chegou antes do tempo que alguém leva para escrever"),
        ("ru", "Форма пришла быстрее, чем человек успевает её заполнить"),
    ],
)
def test_form_sent_at_once_comes_back_and_passes_a_little_later(
    open_checked: OpenClient, store: MemoryStore, other: str, sentence: str
) -> None:
    client = open_checked(other=other, least=2 * A_MINUTE_EACH_LOOK)
    form = FORM.replace("/aa/", "/bb/")
    filled = _filled(client, form)

    refused = client.post(form, data=filled)
    back = form_values(refused, form)
    again = client.post(form, data=filled | back)

    assert refused.status_code == 422
    assert sentence in text_of(refused)
    assert back["body"] == filled["body"]
    assert back["shown"] == filled["shown"]
    assert again.status_code == 201
    assert sum(store.tally().values()) == 1


@pytest.mark.parametrize("mark", ["", "1", "1.x", "9999999999999.0", ".", "é", "1" * 5_000])
def test_form_that_was_never_shown_is_shown_first(open_checked: OpenClient, mark: str) -> None:
    client = open_checked()

    refused = client.post(FORM, data=entered(shown=mark))
    back = form_values(refused, FORM)
    again = client.post(FORM, data=entered() | back)

    assert refused.status_code == 422
    assert back["shown"] not in {"", mark}
    assert again.status_code == 201


def test_form_left_open_for_a_month_is_taken(services: Services, open_client: OpenClient) -> None:
    clock = SteppingClock()
    forms = FormChecks(clock, services.secrets)
    client = open_client(restraint=Restraint(forms=forms))
    filled = _filled(client)
    clock.time += timedelta(days=30)

    assert client.post(FORM, data=filled).status_code == 201
