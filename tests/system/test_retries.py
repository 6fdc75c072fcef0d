"""One Idempotency-Key, however often it comes and whatever happens between."""

from concurrent.futures import ThreadPoolExecutor

from tests.system.conftest import SmallSite
from tests.system.running import Answer, Service, comment_body

KEY = {"Idempotency-Key": "a-key"}


def _post(service: Service, site: SmallSite, text: str) -> Answer:
    body = comment_body(site.language, body=text)
    return service.ask("POST", "/api/v1/comments", body, KEY)


def test_fifty_parallel_posts_with_one_key_store_one_comment(
    service: Service, site: SmallSite, editor: dict[str, str]
) -> None:
    service.start()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: _post(service, site, "Once."), range(50)))

    assert {answer.status for answer in answers} == {201}
    assert len({(answer.body["id"], answer.body["receipt"]) for answer in answers}) == 1
    token = service.ask("POST", "/api/v1/session", editor).body["token"]
    listed = service.ask("GET", "/api/v1/comments", headers={"Authorization": f"Bearer {token}"})
    assert listed.body["total"] == 1


def test_retry_after_a_kill_gets_the_same_receipt_and_another_body_is_refused(
    service: Service, site: SmallSite
) -> None:
    service.start()
    first = _post(service, site, "Once.")
    service.kill()
    service.start()

    again = _post(service, site, "Once.")
    other = _post(service, site, "Something else.")

    assert (again.status, again.body) == (201, first.body)
    assert (other.status, other.body["code"]) == (422, "idempotency-mismatch")
