"""What everybody does in the cycle that the tests play; see cycle_play."""

import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.fakes.hostile_markup import HOSTILE, hostile, hostile_line
from tests.system.cycle_play import OUTCOMES, Play, Said

MERGED = 12
DEFERRED = 6
PREPARED = 60
UNDECIDED_AT_FIRST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Objections:
    """Two comments whose authors objected, with what came of it."""

    overruled: Said
    confirmed: Said


def publish(play: Play) -> None:
    """Editors let readers see most of what may be seen; some they keep to themselves."""

    def show(said: Said) -> None:
        play.act(said, "publicity", public=True)
        said.public = True

    allowed = [one for one in play.said if one.fields["visibility"] == "public"]
    _at_once(show, play.random.sample(allowed, len(allowed) * 4 // 5))


def change_minds(play: Play) -> None:
    """Some withdraw, some erase; public ones among them."""
    shown, hidden = play.shown(), [one for one in play.said if not one.public]
    for said in (*shown[:3], *hidden[:3]):
        assert play.by_receipt(said, "withdraw").status == 200
        said.gone = "withdrawn"
    for said in (*shown[3:6], *hidden[3:5]):
        answer = play.by_receipt(said, "erase")
        assert answer.status in (200, 204), answer
        said.gone = "erased"


def support(play: Play) -> None:
    """Readers second what is published, each browser once whatever it does."""
    for said in play.random.sample(play.shown(), 40):
        for browser in range(play.random.randint(1, 4)):
            cookie = _cookie(play, said)
            for _ in range(2):
                assert play.second(said, cookie).status == 200
            said.supporters.add(f"{said.id}-{browser}")


def _cookie(play: Play, said: Said) -> str:
    """A new browser's cookie: what the first second sets."""
    connection = http.client.HTTPConnection("127.0.0.1", play.service.port, timeout=30)
    connection.request(
        "POST",
        f"/api/v1/comments/{said.id}/second",
        b"{}",
        {"Content-Type": "application/json"},
    )
    response = connection.getresponse()
    response.read()
    assert response.status == 200
    cookie = response.headers["Set-Cookie"].partition(";")[0]
    connection.close()
    return cookie


def talk(play: Play) -> None:
    """Editors share the work out, take notes, and ask; commenters answer."""
    for number, said in enumerate(play.alive()[:20]):
        play.act(said, "assign", assignee=list(play.tokens)[number % 3])
        play.act(said, "note", body=f"Between us {said.mark}note {hostile(number)}")
        text = f"In short {said.mark}gloss {hostile_line(number)}"
        play.act(said, "gloss", text=text, language="en")
    for number, said in enumerate(play.alive()[20:48]):
        language = said.fields["language"]
        play.act(said, "question", body=f"When was it? {hostile(number)}", language=language)
        answer = play.by_receipt(said, "reply", body=f"Yesterday. {hostile(number)}")
        assert answer.status == 200, answer


def decide(play: Play) -> list[Said]:
    """Merge, defer, prepare and announce, decide; the few that are left undecided come back."""
    todo = play.alive()
    play.random.shuffle(todo)
    originals, copies = todo[:4], todo[4 : 4 + MERGED]
    for number, said in enumerate(copies):
        into = originals[number % len(originals)]
        said.merged_into = into.id
        play.act(said, "merge", duplicate_of=into.id)
    rest = originals + todo[4 + MERGED :]
    left, rest = rest[-UNDECIDED_AT_FIRST:], rest[:-UNDECIDED_AT_FIRST]
    deferred, rest = rest[-DEFERRED:], rest[:-DEFERRED]
    for said in deferred:
        play.act(
            said, "defer", deferred_to=play.next_cycle, reason=f"Later {said.mark}r {hostile(1)}"
        )
    prepare_and_announce(play, rest[-PREPARED:])
    _at_once(lambda said: answer_comment(play, said), rest[:-PREPARED])
    return left


def write_for_readers_and_editors(play: Play) -> None:
    """What editors write beside their answers: summaries for the report, answer templates."""
    sections = sorted({one.fields["section"] for one in play.shown()})
    for number, section in enumerate(sections):
        summary = {
            "section": section,
            "language": play.languages[number % len(play.languages)],
            "text": f"In sum: {hostile(number)}",
        }
        path = f"/api/v1/cycles/{play.cycle}/summaries"
        assert play.ask_as("Ana", "POST", path, summary).status == 200
    for number in range(len(HOSTILE)):
        template = {
            "name": f"T{number} {hostile_line(number)}",
            "texts": {language: hostile(number) for language in play.languages},
        }
        assert play.ask_as("Ana", "POST", "/api/v1/templates", template).status in (200, 201)


def prepare_and_announce(play: Play, chosen: list[Said]) -> None:
    """Nobody but editors can tell until all are announced together."""
    picked = []
    for said in chosen:
        shown = play.act(said, "prepare", editor="Ben", **_decision(play, said))
        picked.append({"id": said.id, "version": shown["version"]})
        assert play.own(said).body["state"] in ("received", "in-review")
    told = play.ask_as("Зоя", "POST", "/api/v1/announcements", {"comments": picked})
    assert told.status == 200, told


def answer_comment(play: Play, said: Said, editor: str = "Ana") -> None:
    play.act(said, "decision", editor, **_decision(play, said))


def _decision(play: Play, said: Said) -> dict[str, object]:
    return {
        "outcome": OUTCOMES[int(said.mark[2:5]) % len(OUTCOMES)],
        "reason": f"Because of {said.mark}r {hostile(int(said.mark[2:5]))}",
        "reason_language": said.fields["language"],
    }


def object_to_decisions(play: Play) -> Objections:
    """Two object after the closing, and their comments are in review again."""
    answered = [
        one for one in play.shown() if not one.merged_into and _decided_by(play, one) == "Ana"
    ]
    overruled, confirmed = answered[0], answered[-1]
    for said in (overruled, confirmed):
        answer = play.by_receipt(said, "object", body=f"You are mistaken {said.mark}o {hostile(6)}")
        assert answer.status == 200, answer
        assert play.own(said).body["state"] == "in-review"
    return Objections(overruled=overruled, confirmed=confirmed)


def answer_objections(play: Play, objections: Objections) -> None:
    """By another editor, for the one who decided first is refused."""
    for said, outcome in ((objections.overruled, "accepted"), (objections.confirmed, "declined")):
        version = play.as_editor(f"/api/v1/comments/{said.id}")["version"]
        decision = {
            "version": version,
            "outcome": outcome,
            "reason": f"Looked at again {said.mark}rr {hostile(7)}",
            "reason_language": said.fields["language"],
        }
        path = f"/api/v1/comments/{said.id}/decision"
        refused = play.ask_as("Ana", "POST", path, decision)
        assert (refused.status, refused.body["code"]) == (409, "other-editor-needed")
        assert play.ask_as("Ben", "POST", path, decision).status == 200


def _decided_by(play: Play, said: Said) -> str:
    decision = play.as_editor(f"/api/v1/comments/{said.id}")["decision"]
    return str(decision["by"]) if decision else ""


def _at_once(act: Callable[[Said], None], chosen: list[Said]) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, chosen))
