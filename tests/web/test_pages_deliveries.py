"""What editors see of webhooks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from feedback_api.domain.event import EventKind
from feedback_api.services.webhook_attempts import Attempt, Result, Trouble
from tests.fakes.clockwork import START
from tests.fakes.comments import comment_id
from tests.fakes.published import OTHER
from tests.web.reading import OpenClient, form_values, page_of, signed_in, text_of

PAGE = "/review/deliveries"
AGAIN = "/review/deliveries/again"


class FixedDeliveries:
    """See Deliveries."""

    def __init__(self, *attempts: Attempt, waiting: int = 0) -> None:
        self._attempts = attempts
        self._waiting = waiting
        self.sent: list[Attempt] = []

    def hosts(self) -> Sequence[str]:
        return ["tickets.example.org"]

    def waiting(self) -> int:
        return self._waiting

    def attempts(self) -> Sequence[Attempt]:
        return self._attempts

    def send_again(self, attempt: Attempt) -> None:
        self.sent.append(attempt)


def test_page_shows_each_attempt_with_what_came_back(open_client: OpenClient) -> None:
    failed = _attempt(1, status=503, next_at=START + timedelta(minutes=7))
    silent = _attempt(2, trouble=Trouble.UNREACHABLE, result=Result.GIVEN_UP, attempt=10)
    client = signed_in(open_client(deliveries=FixedDeliveries(failed, silent, waiting=1)))

    answer = client.get(PAGE)

    rows = [" ".join(row.text_content().split()) for row in page_of(answer).xpath("//tbody/tr")]
    assert rows == [
        "Decided tickets.example.org November 21, 2026, 12:00 PM UTC 1 Failed 503 "
        "November 21, 2026, 12:07 PM UTC Send again",
        "Decided tickets.example.org November 21, 2026, 12:00 PM UTC 10 Given up "
        "Nobody there – Send again",
    ]
    assert "1 comment waits to be told." in text_of(answer)


def test_button_sends_the_event_of_its_row_again(open_client: OpenClient) -> None:
    first, second = _attempt(1, status=500), _attempt(2, status=500)
    deliveries = FixedDeliveries(first, second)
    client = signed_in(open_client(deliveries=deliveries))
    values = form_values(client.get(PAGE), AGAIN)

    answer = client.post(AGAIN, data={**values, "event": second.event})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?again=1")
    assert deliveries.sent == [second]
    assert "It is sent again now." in text_of(client.get(answer.headers["location"]))


@pytest.mark.parametrize("fields", [{"channel": "webhook-other"}, {"event": "none"}])
def test_nothing_is_sent_that_is_not_on_the_list(
    open_client: OpenClient, fields: dict[str, str]
) -> None:
    deliveries = FixedDeliveries(_attempt(1, status=500))
    client = signed_in(open_client(deliveries=deliveries))
    values = form_values(client.get(PAGE), AGAIN)

    answer = client.post(AGAIN, data={**values, **fields})

    assert (answer.status_code, deliveries.sent) == (404, [])


def test_nothing_is_sent_without_the_page_s_secret_or_a_session(open_client: OpenClient) -> None:
    deliveries = FixedDeliveries(_attempt(1, status=500))
    client = signed_in(open_client(deliveries=deliveries))
    values = form_values(client.get(PAGE), AGAIN)

    forged = client.post(AGAIN, data={**values, "csrf": "x"})
    client.cookies.clear()
    stranger = client.post(AGAIN, data=values)

    assert (forged.status_code, stranger.status_code, deliveries.sent) == (403, 401, [])


def test_page_is_for_editors(client: TestClient) -> None:
    answer = client.get(PAGE, headers={"accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/review/sign-in")


def test_long_list_comes_in_parts(open_client: OpenClient) -> None:
    attempts = [_attempt(number, status=500) for number in range(1, 251)]
    client = signed_in(open_client(deliveries=FixedDeliveries(*attempts)))
    url, lengths = PAGE, []

    while url:
        page = page_of(client.get(url))
        lengths.append(len(page.xpath("//tbody/tr")))
        url = next(iter(page.xpath('//a[@rel="next"]/@href')), "")

    assert lengths == [100, 100, 50]


@pytest.mark.parametrize("query", ["?offset=-1", "?offset=x", "?state=failed"])
def test_impossible_part_is_refused(editor_client: TestClient, query: str) -> None:
    assert editor_client.get(PAGE + query).status_code == 422


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        (
            "pt",
            [
                "Entregas",
                "Nenhum outro sistema é avisado do que acontece aqui. "
                "Quem opera o serviço pode indicar algum em FEEDBACK_WEBHOOKS.",
            ],
        ),
        (
            "ru",
            [
                "Доставка",
                "Другим системам ничего не сообщается. "
                "Тот, кто ведёт сервис, может указать их в FEEDBACK_WEBHOOKS.",
            ],
        ),
    ],
)
def test_page_without_webhooks_says_so_in_the_editor_s_language(
    open_client: OpenClient, spoken: str, words: list[str]
) -> None:
    client = signed_in(open_client(other=spoken))

    said = text_of(client.get(f"{PAGE}?interface={OTHER}"))

    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        (
            "pt",
            [
                "2 comentários aguardam aviso. Não é preciso fazer nada: "
                "as tentativas se repetem sozinhas.",
                "Avisados por webhook de que algo aconteceu com um comentário, "
                "nunca do que ele diz:",
                "O envio está sendo repetido. Recarregue esta página para ver a resposta.",
                "Próxima tentativa",
                "Enviar de novo",
                "Falhou",
                "Sem resposta a tempo",
            ],
        ),
        (
            "ru",
            [
                "О 2 комментариях ещё не сообщено. Делать ничего не нужно: "
                "попытки повторятся сами.",
                "По вебхуку сообщается, что с комментарием что-то произошло, но не его текст:",
                "Отправляется снова. Обновите страницу, чтобы увидеть ответ.",
                "Следующая попытка",
                "Отправить снова",
                "Не удалось",
                "Нет ответа вовремя",
            ],
        ),
    ],
)
def test_list_is_in_the_editor_s_language(
    open_client: OpenClient, spoken: str, words: list[str]
) -> None:
    deliveries = FixedDeliveries(_attempt(1, trouble=Trouble.TOO_SLOW), waiting=2)
    client = signed_in(open_client(other=spoken, deliveries=deliveries))

    said = text_of(client.get(f"{PAGE}?interface={OTHER}&again=1"))

    assert [word for word in words if word not in said] == []


def _attempt(number: int, **fields: Any) -> Attempt:
    usual: dict[str, Any] = {
        "event": f"event-{number}",
        "kind": EventKind.DECIDED,
        "happened_at": START,
        "comment": comment_id(number),
        "number": 2,
        "channel": "webhook-0123456789ab",
        "host": "tickets.example.org",
        "at": START,
        "attempt": 1,
        "result": Result.FAILED,
    }
    return Attempt(**{**usual, **fields})
