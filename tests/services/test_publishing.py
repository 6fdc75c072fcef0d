"""Comments follow the text that is published: states, histories and mails, whatever is deployed."""

import hashlib
from dataclasses import replace

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import Closing
from feedback_api.domain.decision import DecisionDraft, State
from feedback_api.domain.errors import NotAllowedNow, StoreFull, UnknownComment
from feedback_api.domain.event import BY_DEPLOYMENT, EventKind
from feedback_api.domain.identity import CommentId, EditorName
from feedback_api.domain.publication import mark_of
from feedback_api.services import Services
from feedback_api.services.deliveries import mark
from feedback_api.services.email_links import Purpose, link_token
from feedback_api.services.emails import confirm_email
from feedback_api.services.follow import erase, object_to, withdraw
from feedback_api.services.letters_due import Occasion, due_letters
from feedback_api.services.ports import Step
from feedback_api.services.publications import publications
from feedback_api.services.publishing import follow_text
from feedback_api.services.review import decide, set_public, undo
from feedback_api.services.seen import as_commenter_sees, as_readers_see
from feedback_api.services.stats import comment_stats
from feedback_api.services.submit import Submitted, submit
from feedback_api.services.webhooks import notices
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_draft
from tests.fakes.memory_cycles import FixedCycles, usual_cycle
from tests.fakes.memory_store import MemoryStore
from tests.fakes.published import SOURCE, FixedChanges

ANA, RUI = EditorName("Ana"), EditorName("Rui")
FIRST, SECOND = "a" * 40, "b" * 40


def _sent(services: Services, **fields: object) -> Submitted:
    """A comment of somebody who wants mail."""
    draft = usual_draft(email="a@example.net", **fields)
    sent = submit(draft, idempotency_key=None, services=services)
    token = link_token(sent.comment, Purpose.CONFIRM, services.secrets)
    confirm_email(token, services=services)
    return sent


def _decided(
    comment: CommentId,
    services: Services,
    outcome: State = State.ACCEPTED,
    *,
    into: CommentId | None = None,
    editor: EditorName = ANA,
) -> Comment:
    draft = DecisionDraft(
        outcome=outcome, reason="So be it.", reason_language=SOURCE, duplicate_of=into
    )
    version = services.comments.get(comment).version
    return decide(comment, draft, editor=editor, expected_version=version, services=services)


def _accepted(services: Services) -> CommentId:
    """A comment that was accepted, and its commenter told so."""
    comment = _sent(services).comment.id
    _decided(comment, services)
    _mailed(comment, services)
    return comment


def _deploy(
    services: Services, applied: dict[CommentId, str], reverts: dict[CommentId, int] | None = None
) -> None:
    assert isinstance(services.changes, FixedChanges)
    services.changes.deploy(applied, reverts)
    follow_text(services)


def _state(comment: CommentId, services: Services) -> State:
    return services.comments.get(comment).state


def _mailed(comment: CommentId, services: Services) -> list[Occasion]:
    """What is mailed now, marked as told."""
    sent = []
    while due := due_letters(
        services.comments.get(comment), now=services.clock.now(), services=services
    ):
        mark(comment, due[0].channel, due[0].upto, services=services)
        sent.append(due[0].occasion)
    return sent


def test_mark_of_a_comment_is_the_beginning_of_its_sha_256() -> None:
    comment = CommentId("6F9619FF-8B86-4D01-B42D-00CF4FC964FF")

    assert mark_of(comment) == hashlib.sha256(comment.lower().encode()).hexdigest()[:32]


@pytest.mark.parametrize("outcome", [State.ACCEPTED, State.ACCEPTED_IN_PART])
def test_accepted_comment_in_the_text_is_published(services: Services, outcome: State) -> None:
    comment = _sent(services).comment.id
    _decided(comment, services, outcome)

    _deploy(services, {comment: FIRST})

    stored = services.comments.get(comment)
    event = stored.events[-1]
    assert (stored.state, stored.commit) == (State.PUBLISHED, FIRST)
    assert (event.what, event.by, event.commit) == (EventKind.PUBLISHED, BY_DEPLOYMENT, FIRST)
    assert (event.before, event.after) == (outcome, State.PUBLISHED)


def test_same_revision_again_changes_nothing_and_tells_nobody(services: Services) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})
    assert _mailed(comment, services) == [Occasion.PUBLISHED]
    before = services.comments.get(comment)

    _deploy(services, {comment: FIRST})

    assert services.comments.get(comment) is before
    assert _mailed(comment, services) == []


def test_same_change_in_another_commit_changes_the_commit_silently(services: Services) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})
    _mailed(comment, services)
    events = services.comments.get(comment).events

    _deploy(services, {comment: SECOND})

    stored = services.comments.get(comment)
    assert (stored.commit, stored.events) == (SECOND, events)
    assert _mailed(comment, services) == []


def test_older_revision_takes_the_state_back_and_tells_nobody(services: Services) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})
    _mailed(comment, services)
    since = services.comments.get(comment).published

    _deploy(services, {})

    assert _state(comment, services) is State.ACCEPTED
    assert services.comments.get(comment).events[-1].what is EventKind.PUBLICATION_UNDONE
    assert _mailed(comment, services) == []
    _deploy(services, {comment: FIRST})
    assert services.comments.get(comment).published == since
    assert _mailed(comment, services) == []


def test_revert_is_told_once_and_a_new_publication_again(services: Services) -> None:
    comment = _accepted(services)
    told = []
    for applied, reverts in (
        ({comment: FIRST}, 0),
        ({}, 1),
        ({}, 1),
        ({comment: FIRST}, 0),  # an older revision
        ({}, 1),
        ({comment: FIRST}, 2),  # the revert was reverted
        ({}, 1),  # an older one again
        ({comment: FIRST}, 2),
    ):
        _deploy(services, applied, {comment: reverts} if reverts else {})
        told += _mailed(comment, services)

    assert told == [Occasion.PUBLISHED, Occasion.TAKEN_BACK, Occasion.PUBLISHED]
    assert _state(comment, services) is State.PUBLISHED


def test_revert_after_an_older_revision_is_told_all_the_same(services: Services) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})
    _mailed(comment, services)
    _deploy(services, {})

    _deploy(services, {}, {comment: 1})

    assert _state(comment, services) is State.ACCEPTED
    assert _mailed(comment, services) == [Occasion.TAKEN_BACK]


def test_change_reverted_before_it_was_ever_published_is_told_to_nobody(
    services: Services,
) -> None:
    comment = _accepted(services)

    _deploy(services, {}, {comment: 1})

    assert _state(comment, services) is State.ACCEPTED
    assert _mailed(comment, services) == []


def test_publication_taken_back_before_the_mail_went_out_is_not_mailed(
    services: Services,
) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})
    _deploy(services, {}, {comment: 1})

    assert _mailed(comment, services) == []


def test_publication_hidden_by_an_older_revision_is_mailed_when_it_is_back(
    services: Services,
) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})
    _deploy(services, {})
    assert _mailed(comment, services) == []

    _deploy(services, {comment: FIRST})

    assert _mailed(comment, services) == [Occasion.PUBLISHED]


def test_unknown_history_changes_nothing(services: Services) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})

    follow_text(replace(services, changes=FixedChanges()))

    assert _state(comment, services) is State.PUBLISHED


@pytest.mark.parametrize("outcome", [State.DECLINED, State.ANSWERED, State.DEFERRED, None])
def test_comment_that_nobody_accepted_is_left_and_counted(
    services: Services, outcome: State | None, caplog: pytest.LogCaptureFixture
) -> None:
    comment = _sent(services).comment.id
    if outcome:
        _decided(comment, services, outcome)
    before = services.comments.get(comment)

    _deploy(services, {comment: FIRST})

    assert services.comments.get(comment) is before
    assert "1 comments are named by commits" in caplog.text
    assert comment not in caplog.text


def test_withdrawn_and_erased_comments_stay_so(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    withdrawn, erased = _sent(services), _sent(services)
    for one in (withdrawn, erased):
        _decided(one.comment.id, services)
    withdraw(withdrawn.receipt, services=services)
    erase(erased.receipt, services=services)

    _deploy(services, {withdrawn.comment.id: FIRST, erased.comment.id: FIRST})

    assert _state(withdrawn.comment.id, services) is State.WITHDRAWN
    with pytest.raises(UnknownComment):
        services.comments.get(erased.comment.id)
    assert "named by commits" not in caplog.text


def test_published_comment_is_closed_to_editors_and_commenter(services: Services) -> None:
    sent = _sent(services)
    _decided(sent.comment.id, services)
    _deploy(services, {sent.comment.id: FIRST})
    version = services.comments.get(sent.comment.id).version

    with pytest.raises(NotAllowedNow):
        undo(sent.comment.id, editor=ANA, expected_version=version, services=services)
    with pytest.raises(NotAllowedNow):
        withdraw(sent.receipt, services=services)


@pytest.fixture
def services_in_cycle(services: Services) -> Services:
    """A cycle is open."""
    return replace(services, cycles=FixedCycles(usual_cycle(opens=START)))


def _closed_cycle(services: Services, comment: CommentId) -> None:
    decision = services.comments.get(comment).decision
    assert decision is not None
    now = services.clock.now()
    services.records.change(
        decision.cycle,
        lambda record: replace(record, closings=(*record.closings, Closing(at=now, by=ANA))),
    )


def test_objection_reopens_until_another_acceptance(services_in_cycle: Services) -> None:
    services = services_in_cycle
    sent = _sent(services)
    comment = sent.comment.id
    _decided(comment, services)
    _deploy(services, {comment: FIRST})
    _mailed(comment, services)
    _closed_cycle(services, comment)

    object_to(sent.receipt, "It is still unclear.", services=services)
    _deploy(services, {comment: FIRST})

    reopened = services.comments.get(comment)
    assert (reopened.state, reopened.commit) == (State.IN_REVIEW, None)
    _decided(comment, services, editor=RUI)
    assert _mailed(comment, services) == [Occasion.DECIDED]
    _deploy(services, {comment: FIRST})
    assert _state(comment, services) is State.PUBLISHED
    assert _mailed(comment, services) == []  # what was published then was told then


def test_second_change_after_an_objection_is_told(services_in_cycle: Services) -> None:
    services = services_in_cycle
    sent = _sent(services)
    comment = sent.comment.id
    _decided(comment, services)
    _deploy(services, {comment: FIRST})
    _closed_cycle(services, comment)
    object_to(sent.receipt, "It is still unclear.", services=services)
    _decided(comment, services, editor=RUI)
    _mailed(comment, services)

    _deploy(services, {comment: SECOND})

    assert _mailed(comment, services) == [Occasion.PUBLISHED]


def test_merged_comments_follow_their_original(services: Services) -> None:
    original = _sent(services).comment.id
    duplicate = _sent(services).comment.id
    _decided(original, services)
    _decided(duplicate, services, State.DUPLICATE, into=original)
    _mailed(duplicate, services)

    _deploy(services, {original: FIRST})

    seen = as_commenter_sees(services.comments.get(duplicate), services)
    assert seen.state is State.PUBLISHED
    assert seen.commit is None  # it names the original, which readers cannot see
    assert _state(duplicate, services) is State.DUPLICATE
    assert _mailed(duplicate, services) == [Occasion.PUBLISHED]
    version = services.comments.get(original).version
    set_public(original, True, editor=ANA, expected_version=version, services=services)
    assert as_commenter_sees(services.comments.get(duplicate), services).commit == FIRST


def test_readers_of_a_merged_comment_learn_no_commit_of_a_hidden_one(services: Services) -> None:
    original = _sent(services).comment.id
    duplicate = _sent(services).comment.id
    _decided(original, services)
    version = _decided(duplicate, services, State.DUPLICATE, into=original).version
    set_public(duplicate, True, editor=ANA, expected_version=version, services=services)

    _deploy(services, {original: FIRST})

    seen = as_readers_see(services.comments.get(duplicate), services)
    assert (seen.state, seen.commit) == (State.PUBLISHED, None)
    assert not any(event.what is EventKind.PUBLISHED for event in seen.events)


def test_publication_is_news_of_the_feed_while_it_lasts(services: Services) -> None:
    comment = _accepted(services)
    version = services.comments.get(comment).version
    set_public(comment, True, editor=ANA, expected_version=version, services=services)
    _deploy(services, {comment: FIRST})

    published = publications(services)
    _deploy(services, {}, {comment: 1})

    assert len(published) - len(publications(services)) == 1
    assert published[0].is_change


def test_webhooks_are_told_of_both(services: Services) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})
    _deploy(services, {}, {comment: 1})

    told = list(notices(services.comments.get(comment), "webhook-1", START))[-2:]

    assert [(one.kind, one.state) for one in told] == [
        (EventKind.PUBLISHED, State.PUBLISHED),
        (EventKind.PUBLICATION_UNDONE, State.ACCEPTED),
    ]


def test_published_comments_count_as_decided(services: Services) -> None:
    comment = _accepted(services)
    _deploy(services, {comment: FIRST})

    stats = comment_stats([services.comments.get(comment)], answer_days=10, services=services)

    assert (stats.decision.reached, stats.decision.waiting) == (1, 0)
    assert stats.states[State.PUBLISHED] == 1


def test_what_was_stopped_half_way_is_taken_up_again(services: Services) -> None:
    comments = [_accepted(services) for _ in range(3)]
    assert isinstance(services.changes, FixedChanges)
    services.changes.deploy(dict.fromkeys(comments, FIRST))
    looks = iter([False, True])

    follow_text(services, lambda: next(looks))
    states = [_state(comment, services) for comment in comments]
    follow_text(services)

    assert states == [State.PUBLISHED, State.ACCEPTED, State.ACCEPTED]
    assert {_state(comment, services) for comment in comments} == {State.PUBLISHED}
    assert [_mailed(comment, services) for comment in comments] == [[Occasion.PUBLISHED]] * 3


class _FullStore(MemoryStore):
    """Takes one change, then the disk is full."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__()
        self.comments = store.comments
        self.free = 1

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        if not self.free:
            raise StoreFull
        self.free -= 1
        return super().change(comment_id, step)


def test_full_disk_loses_nothing(services: Services) -> None:
    comments = [_accepted(services) for _ in range(2)]
    assert isinstance(services.changes, FixedChanges)
    assert isinstance(services.comments, MemoryStore)
    services.changes.deploy(dict.fromkeys(comments, FIRST))

    with pytest.raises(StoreFull):
        follow_text(replace(services, comments=_FullStore(services.comments)))
    follow_text(services)

    assert {_state(comment, services) for comment in comments} == {State.PUBLISHED}
