"""The postman over fakes: what is sent when, and what a failure costs whom."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from feedback_api.domain.comment import Comment
from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import StoreFull
from feedback_api.domain.identity import CommentId, EditorName, LanguageCode
from feedback_api.mail.digests import Digests
from feedback_api.mail.letters import LetterWriter, Origins
from feedback_api.mail.message import Sender
from feedback_api.mail.postman import Postman
from feedback_api.mail.restraint import LIMIT
from feedback_api.mail.smtp_server import PutOff, Refused, ServerTrouble
from feedback_api.mail_addresses import Mailbox
from feedback_api.mail_settings import DigestTime
from feedback_api.services import Services
from feedback_api.services.deadlines import ANSWER_DAYS
from feedback_api.services.ports import Step
from feedback_api.services.retries import Retries
from feedback_api.web.messages import Messages, read_messages
from tests.fakes.clockwork import START
from tests.fakes.collaborators import fake_services
from tests.fakes.comments import comment_id, usual_comment
from tests.fakes.event_loop import run_alone
from tests.fakes.mail_server import FakeMailServer
from tests.fakes.memory_store import MemoryStore
from tests.web.small_site import lay_languages

Spoken = Mapping[LanguageCode, Messages]


class _Clock:
    """See Clock; moved by hand."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


class _Server(FakeMailServer):
    """Does what `does` says for an address."""

    def __init__(self) -> None:
        super().__init__()
        self.does: dict[str, Exception] = {}
        self.visits = 0

    def visited(self) -> None:
        self.visits += 1
        self.asked("server")

    def asked(self, address: str) -> None:
        if address in self.does:
            raise self.does[address]


class _Round:
    """A postman with everything around."""

    def __init__(self, spoken: Spoken, at: DigestTime | None = None) -> None:
        self.messages = spoken
        self.clock = _Clock()
        self.store = MemoryStore()
        self.services = replace(
            fake_services(), comments=self.store, reads=self.store, clock=self.clock
        )
        self.server = _Server()
        self.postman = self.new_postman(at)

    def new_postman(self, at: DigestTime | None = None) -> Postman:
        """As after a restart."""
        origins = Origins(service="http://localhost", site="http://localhost")
        writer = LetterWriter(self.services, self.messages, origins)
        return Postman(
            self.services,
            writer=writer,
            server=self.server,
            sender=Sender(mailbox=Mailbox(address="code@example.org")),
            digests=Digests(self.services, writer, answer_days=ANSWER_DAYS, at=at),
            retries=Retries[CommentId](lambda: 1.0),
        )

    def add(self, number: int) -> str:
        """A comment with an address that was never written to."""
        address = f"reader-{number}@example.net"
        comment = usual_comment(number, email=address)
        self.store.add(comment)
        self.postman.hear(comment.id)
        return address

    def deliver(self) -> list[str]:
        """To whom mails went out."""
        before = len(self.server.sent)
        run_alone(self.postman.deliver(asyncio.Event()))
        return self.server.sent[before:]

    def wait(self, **span: float) -> None:
        self.clock.time += timedelta(**span)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    return read_messages(lay_languages(tmp_path_factory.mktemp("spoken"), "pt"))


@pytest.fixture
def rounds(spoken: Spoken) -> _Round:
    return _Round(spoken)


def test_letter_goes_out_once(rounds: _Round) -> None:
    address = rounds.add(1)

    assert rounds.deliver() == [address]
    rounds.postman.hear(comment_id(1))
    assert rounds.deliver() == []
    assert rounds.server.visits == 1


def test_trouble_with_the_server_makes_everybody_wait_and_loses_nothing(rounds: _Round) -> None:
    first, second = rounds.add(1), rounds.add(2)
    rounds.server.does["server"] = ServerTrouble("down")
    assert rounds.deliver() == []
    del rounds.server.does["server"]

    assert rounds.deliver() == []
    assert rounds.server.visits == 1
    rounds.wait(seconds=1)

    assert rounds.deliver() == [first, second]


def test_trouble_in_the_middle_repeats_nothing_that_was_sent(rounds: _Round) -> None:
    first, second = rounds.add(1), rounds.add(2)
    rounds.server.does[second] = ServerTrouble("gone")
    assert rounds.deliver() == [first]
    rounds.server.does.clear()

    rounds.wait(seconds=1)

    assert rounds.deliver() == [second]


def test_mail_put_off_is_tried_later_and_later_while_others_go_out(rounds: _Round) -> None:
    first, second = rounds.add(1), rounds.add(2)
    rounds.server.does[first] = PutOff()
    assert rounds.deliver() == [second]
    rounds.wait(seconds=1)
    assert rounds.deliver() == []
    rounds.server.does.clear()

    rounds.wait(seconds=1)
    assert rounds.deliver() == []
    rounds.wait(seconds=1)

    assert rounds.deliver() == [first]


def test_refused_address_gets_nothing_after_a_restart_either(rounds: _Round) -> None:
    address = rounds.add(1)
    rounds.server.does[address] = Refused()
    assert rounds.deliver() == []
    rounds.server.does.clear()

    rounds.postman = rounds.new_postman()
    rounds.postman.hear(comment_id(1))

    assert rounds.deliver() == []


def test_address_that_no_mail_can_have_is_refused_by_ourselves(rounds: _Round) -> None:
    rounds.store.add(usual_comment(1, email="a@example.net\r\nBcc: b@example.net"))
    rounds.postman.hear(comment_id(1))

    assert rounds.deliver() == []
    assert [one.channel for one in rounds.store.get(comment_id(1)).delivered] == ["email-refused"]


def test_letter_that_cannot_be_written_stops_no_other(rounds: _Round) -> None:
    rounds.store.add(
        usual_comment(1, email="reader-1@example.net", section="never-was", page="never-was")
    )
    rounds.postman.hear(comment_id(1))
    address = rounds.add(2)

    assert rounds.deliver() == [address]


def test_mail_that_could_not_be_marked_is_marked_later_and_not_sent_again(rounds: _Round) -> None:
    address = rounds.add(1)
    change = rounds.store.change
    full = _FullStore(rounds.store)
    rounds.postman._services = replace(rounds.services, comments=full)
    assert rounds.deliver() == [address]
    rounds.postman._services = rounds.services
    assert rounds.store.change == change

    rounds.wait(seconds=2)

    assert rounds.deliver() == []
    assert rounds.store.get(comment_id(1)).delivered[0].channel == "email-opt-in"


class _FullStore(MemoryStore):
    """Answers what another store knows, and keeps nothing."""

    def __init__(self, known: MemoryStore) -> None:
        super().__init__()
        self.comments = known.comments

    def change(self, comment_id: CommentId, step: Step) -> Comment:
        raise StoreFull


def test_nobody_is_flooded_with_questions_that_strangers_cause(rounds: _Round) -> None:
    for number in range(LIMIT + 2):
        comment = usual_comment(number, email="victim@example.net")
        rounds.store.add(comment)
        rounds.postman.hear(comment.id)
    other = rounds.add(LIMIT + 2)

    assert rounds.deliver() == ["victim@example.net"] * LIMIT + [other]
    rounds.wait(hours=23)
    assert rounds.deliver() == []
    rounds.wait(hours=2)
    assert rounds.deliver() == ["victim@example.net"] * 2


def test_work_hears_of_changes_and_ends_when_asked(rounds: _Round) -> None:
    rounds.store.add(usual_comment(1, email="before@example.net"))
    listeners: list[Callable[[CommentId], None]] = []

    def listen(listener: Callable[[CommentId], None]) -> Callable[[], None]:
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    async def work() -> None:
        stopping = asyncio.Event()
        working = asyncio.create_task(rounds.postman.work(listen, stopping))
        while "before@example.net" not in rounds.server.sent:
            await asyncio.sleep(0)
        rounds.store.add(usual_comment(2, email="after@example.net"))
        listeners[0](comment_id(2))
        while "after@example.net" not in rounds.server.sent:
            await asyncio.sleep(0)
        stopping.set()
        await asyncio.wait_for(working, 10)

    run_alone(work())

    assert rounds.server.sent == ["before@example.net", "after@example.net"]
    assert listeners == []


def _editor(
    services: Services, name: str, *, email: str | None = None, owners: tuple[str, ...] = ()
) -> None:
    services.editors.add(
        Editor(
            name=EditorName(name),
            passphrase_hash="x",
            added_at=START,
            session_epoch=1,
            email=email,
            owners=owners,
        )
    )


def test_digest_comes_at_its_time_once_a_day_and_only_with_news(spoken: Spoken) -> None:
    rounds = _Round(spoken, DigestTime(at=time(7, 30), zone="Europe/Lisbon"))
    _editor(rounds.services, "Ana", email="ana@example.org", owners=("complaints officer",))
    _editor(rounds.services, "Rui", email="rui@example.org", owners=("head of support",))
    _editor(rounds.services, "Eva")
    rounds.store.add(usual_comment(1, submitted_at=START + timedelta(minutes=1)))
    rounds.wait(hours=19, minutes=29)
    assert rounds.deliver() == []

    rounds.wait(minutes=1)
    assert rounds.deliver() == ["ana@example.org"]
    rounds.wait(hours=12)
    assert rounds.deliver() == []
    rounds.wait(hours=12)
    assert rounds.deliver() == ["ana@example.org"]


def test_digest_put_off_is_tried_again_and_one_refused_waits_for_the_next_day(
    spoken: Spoken,
) -> None:
    rounds = _Round(spoken, DigestTime(at=time(12, 30), zone="UTC"))
    _editor(rounds.services, "Ana", email="ana@example.org")
    _editor(rounds.services, "Rui", email="rui@example.org")
    rounds.store.add(usual_comment(1))
    rounds.server.does = {"ana@example.org": PutOff(), "rui@example.org": Refused()}
    rounds.wait(hours=1)
    assert rounds.deliver() == []
    rounds.server.does.clear()

    rounds.wait(seconds=2)

    assert rounds.deliver() == ["ana@example.org"]
    rounds.wait(hours=24)
    assert rounds.deliver() == ["ana@example.org", "rui@example.org"]
