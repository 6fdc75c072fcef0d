"""Invitations made on the command line, used over HTTP, killed and restarted."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.system.conftest import SmallSite
from tests.system.invited import MAKE, make_codes, open_cycle
from tests.system.running import Answer, Service, comment_body

COMMENTS = "/api/v1/comments"
PARALLEL = 50


@pytest.fixture
def invited(service: Service, site: SmallSite) -> Service:
    """A service, not started yet, whose cycle is open for long."""
    open_cycle(site)
    return service


def _post(service: Service, site: SmallSite, invitation: str, key: str, **fields: Any) -> Answer:
    body = comment_body(site.language, role="staff", invitation=invitation, **fields)
    return service.ask("POST", COMMENTS, body, {"Idempotency-Key": key})


def _verified(service: Service) -> list[bool]:
    """Of each comment in the data folder."""
    found = re.findall(
        r'"section":"[^"]+".*',
        "".join(path.read_text("utf-8") for path in service.data.glob("2027-1/*.json")),
    )
    return ['"role_verified":true' in line for line in found]


def test_invitations_from_the_command_line_to_the_board(
    invited: Service, site: SmallSite, tmp_path: Path
) -> None:
    before = make_codes(invited, 2)  # while no service runs, which makes the secret, too
    link = re.search(r"http\S+", invited.run(*MAKE).stdout)
    assert link is not None
    shared = link[0].rpartition("/")[2]
    invited.start()
    while_running = make_codes(invited, 1)

    # One code, fifty requests at once: one wins.
    code = before[0]["code"]
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(
            pool.map(
                lambda number: _post(invited, site, code, f"key {number}", body=f"No. {number}."),
                range(PARALLEL),
            )
        )
    assert sorted(one.status for one in answers) == [201, *[409] * (PARALLEL - 1)]
    assert {one.body["code"] for one in answers if one.status == 409} == {"invitation-used"}

    # One request, fifty times at once: one comment and one answer.
    again = before[1]["code"]
    with ThreadPoolExecutor(PARALLEL) as pool:
        same = list(pool.map(lambda _: _post(invited, site, again, "the same"), range(PARALLEL)))
    assert {one.status for one in same} == {201}
    assert len({one.body["receipt"] for one in same}) == 1

    # By the page that a link opens, without script and without a secret in the address after it.
    made_later = while_running[0]["code"]
    offer = invited.ask("GET", f"/feedback/invitation/{made_later}").body.decode()
    key = re.search(r'name="key" value="([^"]+)"', offer)
    assert key is not None
    form = urlencode({"invitation": made_later, "key": key[1]})
    assert invited.post_form("/feedback/invitation", form).status == 303
    assert _post(invited, site, shared, "shared").status == 201

    # Used stays used, made stays made, whatever happens to the process.
    invited.kill()
    invited.start()
    for used in (code, made_later):
        assert _post(invited, site, used, "later").body["code"] == "invitation-used"
    assert _post(invited, site, again, "the same").body == same[0].body
    assert _verified(invited) == [True] * 3

    # Revoked while the service runs.
    invitation = shared.split(".")[1]
    assert invited.run("invite", "revoke", invitation).returncode == 0
    assert _post(invited, site, shared, "revoked").body["code"] == "invitation-revoked"
    assert "2 of 2" in " ".join(invited.run("invite", "list").stdout.split())
    invited.end()

    # Neither log nor data holds a code or a link.
    kept = "".join(path.read_text("utf-8") for path in invited.data.rglob("*.json"))
    kept += invited.log.read_text("utf-8")
    for secret in (code, again, made_later, shared):
        assert secret not in kept
    assert "/feedback/invitation/…" in kept

    # Another secret makes all of them worthless, and says so.
    (invited.data / "secret").write_text("x" * 40)
    invited.start()
    for stale in (shared, code):
        assert _post(invited, site, stale, "stale").body["code"] == "invitation-forged"
    assert len(_verified(invited)) == 3


def test_order_that_makes_no_sense_is_told_in_one_sentence_and_stores_nothing(
    invited: Service,
) -> None:
    wrong = [
        (*MAKE, "--role=boss"),
        (*MAKE, "--count=1e9"),
        ("invite", "revoke", "00000000"),
    ]
    with ThreadPoolExecutor(2) as pool:
        refused = list(pool.map(lambda arguments: invited.run(*arguments), wrong))

    assert [(one.returncode, one.stdout, one.stderr.count("\n")) for one in refused] == [
        (1, "", 1)
    ] * len(wrong)
    assert not (invited.data / "invitations.json").exists()
