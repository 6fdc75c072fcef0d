"""Editors' lists kept as bytes: the same as made anew, for whom they were made, while they hold."""

from dataclasses import replace

import pytest

from feedback_api.domain.editor import AccountRole
from feedback_api.domain.identity import EditorName
from feedback_api.services import Services
from feedback_api.services.editors import add_editor
from feedback_api.web.kept_lists import Asked, KeptLists
from tests.fakes.clockwork import START
from tests.fakes.collaborators import at_time
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import FixedText
from tests.web.reading import COMMENTS, EDITOR, PASSPHRASE, OpenClient, signed_in

ASKED = Asked(b"state=received", EditorName(EDITOR), AccountRole.EDITOR)


@pytest.fixture
def lists(services: Services) -> KeptLists:
    kept = KeptLists(at_time(services, START))
    kept.keep(ASKED, kept.made_from(), b"the list")
    return kept


def test_list_is_kept_for_one_query_of_one_editor_with_one_role(lists: KeptLists) -> None:
    assert lists.get(ASKED) == b"the list"
    assert lists.get(ASKED._replace(query=b"state=declined")) is None
    assert lists.get(ASKED._replace(editor=EditorName("Rui"))) is None
    assert lists.get(ASKED._replace(account_role=AccountRole.REVIEWER)) is None


def test_list_is_no_longer_given_once_any_comment_changes(
    lists: KeptLists, store: MemoryStore
) -> None:
    store.add(usual_comment(1, public=False))

    assert lists.get(ASKED) is None


def test_list_is_no_longer_given_once_the_text_or_a_cycle_changes(services: Services) -> None:
    opens = usual_cycle().opens
    services = replace(services, cycles=FixedCycles(usual_cycle()), text=FixedText())
    before = KeptLists(at_time(services, START)).made_from()

    again = KeptLists(at_time(services, START)).made_from()
    later = KeptLists(at_time(services, opens)).made_from()

    assert before == again
    assert before != later


def test_list_made_from_what_has_changed_meanwhile_is_not_kept(
    services: Services, store: MemoryStore
) -> None:
    lists = KeptLists(services)
    made_from = lists.made_from()
    store.add(usual_comment(1))

    lists.keep(ASKED, made_from, b"the list")
    lists_of_before = lists.__dict__["_kept"]

    assert lists_of_before == {}


def test_nothing_is_kept_where_the_store_tells_of_no_change(services: Services) -> None:
    lists = KeptLists(replace(services, edition=None))

    lists.keep(ASKED, lists.made_from(), b"the list")

    assert lists.get(ASKED) is None


def test_very_long_list_is_not_kept(lists: KeptLists) -> None:
    for size in (256 * 1024, 256 * 1024 + 1):
        one = ASKED._replace(query=b"%d" % size)
        lists.keep(one, lists.made_from(), b" " * size)

    assert lists.get(ASKED._replace(query=b"262144")) is not None
    assert lists.get(ASKED._replace(query=b"262145")) is None


def test_only_so_many_are_kept(lists: KeptLists) -> None:
    for number in range(40):
        one = ASKED._replace(query=b"%d" % number)
        lists.keep(one, lists.made_from(), b"another list")

    assert lists.get(ASKED) is None
    assert lists.get(ASKED._replace(query=b"39")) == b"another list"


@pytest.mark.parametrize("query", ["", "?order=newest&limit=1", "?offset=1", "?text=comment"])
def test_list_asked_again_is_the_same_until_a_comment_changes(
    open_client: OpenClient, store: MemoryStore, query: str
) -> None:
    for number in (1, 2):
        store.add(usual_comment(number))
    client = signed_in(open_client())
    first, second = client.get(COMMENTS + query), client.get(COMMENTS + query)
    store.change(comment_id(2), lambda comment: replace(comment, assignee=EditorName("Rui")))
    third = client.get(COMMENTS + query)

    assert first.content == second.content
    assert third.content != first.content
    assert second.headers["cache-control"] == "no-store"
    assert "etag" not in second.headers
    shown = [one for one in third.json()["comments"] if one["id"] == comment_id(2)]
    assert [one["assignee"] for one in shown] == ["Rui"] * len(shown)


def test_who_is_meant_by_me_and_who_may_ask_is_looked_at_each_time(
    open_client: OpenClient, services: Services, store: MemoryStore
) -> None:
    add_editor("Rui", PASSPHRASE, services=services)
    store.add(usual_comment(1, assignee=EditorName(EDITOR)))
    client = open_client()
    own = f"{COMMENTS}?assignee=@me"

    assert client.get(own).status_code == 401
    assert signed_in(client).get(own).json()["total"] == 1
    client.cookies.clear()
    assert client.get(own).status_code == 401
    assert signed_in(client, "Rui").get(own).json()["total"] == 0


def test_faults_of_a_query_are_told_each_time(open_client: OpenClient) -> None:
    client = signed_in(open_client())

    for _ in range(2):
        assert client.get(f"{COMMENTS}?state=nonsense").status_code == 422
