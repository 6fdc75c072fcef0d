"""Invitations as readers and programs use them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from feedback_api.domain.comment import Comment, Role
from feedback_api.services import Services
from feedback_api.services.inviting import revoke
from feedback_api.services.ports import CommentQuery
from feedback_api.services.redeem import redeem
from tests.fakes.invitations import LATER, OPEN, inviting, made
from tests.fakes.published import OTHER, SECTION, SOURCE
from tests.web.following import wait_until
from tests.web.reading import (
    COMMENTS,
    FORM,
    OpenClient,
    entered,
    form_of,
    form_values,
    page_of,
    posted,
    text_of,
)

PATH = "/feedback/invitation"
API = "/api/v1/invitation"
NEVER_MADE = "000000-000000-00002W"


@pytest.fixture
def invited(services: Services) -> Services:
    return inviting(services)


@pytest.fixture
def reader(open_client: OpenClient, invited: Services) -> TestClient:
    return open_client(over=invited)


def _code(services: Services, **fields: Any) -> str:
    return made(services, count=1, **fields).codes[0]


def _link(services: Services) -> str:
    return str(made(services).link)


def _comments(services: Services) -> tuple[Comment, ...]:
    return services.reads.select(CommentQuery()).comments


def _use(client: TestClient, secret: str, **fields: str) -> Response:
    """What a browser does: open the link, and press its button."""
    offer = client.get(f"{PATH}/{secret}", params=fields)
    return client.post(form_of(offer).action, data=form_values(offer))


def _is_verified(comment: Comment) -> tuple[Role, bool]:
    return comment.role, comment.role_verified


def test_looking_at_a_link_uses_nothing_up_and_tells_its_address_to_nobody(
    reader: TestClient, invited: Services
) -> None:
    code = _code(invited)

    shown = reader.get(f"{PATH}/{code}")

    assert (shown.status_code, shown.headers.get_list("referrer-policy")) == (
        200,
        ["strict-origin"],
    )
    assert shown.headers["cache-control"] == "no-store"
    assert "set-cookie" not in shown.headers
    assert "Staff" in text_of(shown)
    assert "December 1, 2026" in text_of(shown)
    carrying = {urlsplit(link) for _, _, link, _ in page_of(shown).iterlinks() if code in link}
    assert {link.path for link in carrying} == {f"{PATH}/{code}"}  # the same in other languages
    assert invited.invitations.all()[0].used == 0


def test_used_code_lets_the_browser_make_several_verified_comments(
    reader: TestClient, invited: Services
) -> None:
    answer = _use(reader, _code(invited), section=SECTION)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PATH}?section={SECTION}&language={SOURCE}"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    told = reader.get(answer.headers["location"])
    assert "You comment as Staff (verified)" in text_of(told)
    for number in range(2):
        values = form_values(reader.get(FORM))
        assert values["role"] == "verified"
        text = {"kind": "praise", "body": f"Comment {number}"}
        sent = reader.post(FORM, data=values | text)
        assert sent.status_code == 201
        assert "Your role is shown as verified: Staff." in text_of(sent)
    assert list(map(_is_verified, _comments(invited))) == [(Role.STAFF, True)] * 2
    assert invited.invitations.all()[0].used == 1


def test_everybody_gets_the_same_cookie(open_client: OpenClient, invited: Services) -> None:
    codes = made(invited, count=2).codes

    cookies = {_use(open_client(over=invited), code).cookies["invited"] for code in codes}

    assert len(cookies) == 1


def test_cookie_is_bound_to_the_host_where_there_is_https(
    open_client: OpenClient, invited: Services
) -> None:
    secure = open_client(over=invited, origin="https://code.example.org")

    answer = _use(secure, _code(invited))

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-invited=")
    assert "; Secure" in cookie
    assert "; Path=/" in cookie
    assert "domain" not in cookie.lower()


def test_reader_may_go_back_to_a_role_as_stated(reader: TestClient, invited: Services) -> None:
    _use(reader, _link(invited))
    values = form_values(reader.get(FORM)) | {"kind": "praise", "body": "As I say."}

    reader.post(FORM, data=values | {"role": "customer"})

    assert _is_verified(*_comments(invited)) == (Role.CUSTOMER, False)


def test_code_typed_into_the_form_verifies_and_is_remembered(
    reader: TestClient, invited: Services
) -> None:
    code = _code(invited)

    sent = reader.post(FORM, data=entered(role="", invitation=f" {code.lower()} "))

    assert sent.status_code == 201
    assert _is_verified(*_comments(invited)) == (Role.STAFF, True)
    assert form_values(reader.get(FORM))["role"] == "verified"
    again = reader.post(FORM, data=entered(role="", invitation=f" {code.lower()} "))
    assert again.status_code == 201
    assert len(_comments(invited)) == 1


def test_browser_that_forgot_its_proof_is_never_taken_as_stated(
    reader: TestClient, invited: Services
) -> None:
    _use(reader, _link(invited))
    values = form_values(reader.get(FORM)) | {"kind": "praise", "body": "Typed at length."}
    forgotten = reader.post(f"{PATH}/forget", data={"confirm": "yes"})
    assert forgotten.status_code == 303

    refused = reader.post(FORM, data=values)

    assert refused.status_code == 422
    assert "This browser holds no invitation any more" in text_of(refused)
    given = form_values(refused)
    assert given["body"] == "Typed at length."
    assert "role" not in given
    assert _comments(invited) == ()


def _malformed(services: Services) -> str:
    return _code(services)[:-1]


def _forged(services: Services) -> str:
    return NEVER_MADE


def _expired(services: Services) -> str:
    new = made(services, count=1)
    wait_until(services, new.invitation.expires_at)
    return new.codes[0]


def _used(services: Services) -> str:
    code = _code(services)
    redeem(code, key="somebody’s", services=services)
    return code


def _revoked(services: Services) -> str:
    new = made(services)
    revoke(new.invitation.id, services=services)
    return str(new.link)


REFUSED: list[tuple[Callable[[Services], str], str, int, str, str]] = [
    (_malformed, "invitation-malformed", 422, "Isto não é um código de convite", "Это не код приг"),
    (_forged, "invitation-forged", 422, "Este convite não foi emitido aqui", "выдано не здесь"),
    (_expired, "invitation-expired", 410, "Este convite expirou", "Срок приглашения истёк"),
    (_used, "invitation-used", 409, "Este código já foi usado", "Этот код уже использован"),
    (_revoked, "invitation-revoked", 410, "Este convite foi revogado", "Это приглашение отозвано"),
]


@pytest.mark.parametrize(("present", "code", "status", "first", "second"), REFUSED)
def test_what_proves_nothing_is_refused_with_its_own_code_and_sentence(
    open_client: OpenClient,
    invited: Services,
    present: Callable[[Services], str],
    code: str,
    status: int,
    first: str,
    second: str,
) -> None:
    secret = present(invited)

    for other, sentence in (("pt", first), ("ru", second)):
        reader = open_client(over=invited, other=other)
        language = {"Accept-Language": OTHER}
        answers = [
            reader.post(COMMENTS, json=posted(role="staff", invitation=secret), headers=language),
            reader.post(API, json={"invitation": secret}, headers=language),
        ]
        assert [(one.status_code, one.json()["code"]) for one in answers] == [(status, code)] * 2
        assert all(sentence in one.json()["title"] for one in answers)
        there = f"/feedback/{OTHER}/{SECTION}"
        values = form_values(reader.get(there)) | {"kind": "praise", "body": "Typed."}
        pages = [
            reader.get(f"{PATH}/{secret}", params={"language": OTHER}),
            reader.post(f"{PATH}?language={OTHER}", data={"invitation": secret}),
            reader.post(there, data=values | {"role": "staff", "invitation": secret}),
        ]
        assert [page.status_code for page in pages] == [status] * 3
        assert all(sentence in text_of(page) for page in pages)
        assert [form_values(page)["invitation"] for page in pages] == [secret] * 3
        assert form_values(pages[2])["body"] == "Typed."
    assert _comments(invited) == ()


@pytest.mark.parametrize(
    ("fields", "role", "code"),
    [
        ({"cycle": LATER.id}, "staff", "invitation-foreign-cycle"),
        ({}, "management", "invitation-other-role"),
    ],
)
def test_invitation_that_does_not_fit_the_comment_is_refused_and_stays_unused(
    reader: TestClient, invited: Services, fields: dict[str, Any], role: str, code: str
) -> None:
    secret = _code(invited, **fields)

    answer = reader.post(COMMENTS, json=posted(role=role, invitation=secret))
    page = reader.post(FORM, data=entered(role=role, invitation=secret))

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert page.status_code == 409
    assert answer.json()["detail"] in text_of(page)
    assert "%(" not in answer.text
    assert (invited.invitations.all()[0].used, _comments(invited)) == (0, ())


def test_proof_for_another_cycle_is_told_in_the_form_and_not_offered(
    reader: TestClient, invited: Services
) -> None:
    _use(reader, _code(invited, cycle=LATER.id))

    shown = reader.get(FORM)

    assert "Your invitation is for another review cycle" in text_of(shown)
    assert form_values(shown).get("role") is None


def test_program_redeems_a_code_once_for_a_proof_that_comments_carry(
    reader: TestClient, invited: Services
) -> None:
    code, key = _code(invited), {"Idempotency-Key": "one"}

    proofs = [reader.post(API, json={"invitation": code}, headers=key).json() for _ in range(2)]

    assert proofs[0] == proofs[1]
    assert (proofs[0]["role"], proofs[0]["cycle"]) == ("staff", OPEN.id)
    assert reader.post(API, json={"invitation": code}).json()["code"] == "invitation-used"
    sent = posted(role="staff", invitation=proofs[0]["proof"])
    assert [reader.post(COMMENTS, json=sent).status_code for _ in range(2)] == [201, 201]
    assert list(map(_is_verified, _comments(invited))) == [(Role.STAFF, True)] * 2


def test_retry_with_the_same_key_gets_the_same_answer_after_the_code_was_used(
    reader: TestClient, invited: Services
) -> None:
    sent = posted(role="staff", invitation=_code(invited))
    key = {"Idempotency-Key": "one"}

    answers = [reader.post(COMMENTS, json=sent, headers=key) for _ in range(3)]

    assert [one.status_code for one in answers] == [201] * 3
    assert len({one.text for one in answers}) == 1
    assert reader.post(COMMENTS, json=sent).json()["code"] == "invitation-used"


def test_site_of_another_origin_leads_to_the_form_where_the_cookie_counts(
    open_client: OpenClient, invited: Services
) -> None:
    reader = open_client(
        over=invited, origin="https://service.example.org", site_origin="https://code.example.org"
    )

    part = reader.get(f"{FORM}?part=1")

    assert "invitation" not in form_values(part)
    links = [link.get("href") for link in page_of(part).iter("a")]
    assert any(link.startswith(f"https://service.example.org{FORM}?wording=") for link in links)
    assert "invitation" in form_values(reader.get(FORM))
