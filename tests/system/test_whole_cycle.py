"""A whole cycle with 300 comments by 120 commenters in three languages, from git to git.

Played once (cycle_play, cycle_story); every test asks one kind of page whether it agrees with what
was done and with what lies on the disk.
"""

import csv
import gzip
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from odfdo import Document, Table
from playwright.sync_api import Browser

from tests.fakes.hostile_markup import HOSTILE, HOSTILE_LINES
from tests.system import cycle_in_browser as browser
from tests.system import cycle_story as story
from tests.system import cycle_watched as watched
from tests.system.cycle_play import COMMENTERS, COMMENTS, IN_BROWSER, Play, Said, stored_comments

EVERY_PAGE = bool(os.environ.get("EVERY_PAGE"))
"""The long form: markup is looked for on each page in each language, not in one of them."""
MARK = re.compile(r"mk[0-9]{3}[0-9a-f]{10}")
ROW = re.compile(r"mk[0-9]{3}[0-9a-f]{10}(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Played:
    """The play when it is over, and the reports its two closings wrote."""

    play: Play
    objections: story.Objections
    refusals: list[str]
    reports: list[dict[str, Any]]

    def report_page(self, language: str) -> str:
        """What its readers read."""
        page = self.play.public(f"/{language}/cycles/{self.play.cycle}/")
        return str(html.fromstring(page.decode()).xpath("string()"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Played]:
    play = Play(tmp_path_factory.mktemp("whole-cycle"))
    refusals, reports = [], []
    play.open_cycles()
    play.build()
    play.start()
    try:
        play.comment()
        by_browser = browser.comment_in_place(play, chromium)
        play.said += by_browser
        assert len(by_browser) == IN_BROWSER
        story.publish(play)
        story.change_minds(play)
        story.support(play)
        browser.second_in_place(play, chromium, play.shown()[-1])
        story.talk(play)
        refusals.append(_refused(play))
        play.end_cycle()
        left = story.decide(play)
        story.write_for_readers_and_editors(play)
        refusals.append(_refused(play))
        for said in left[1:]:
            story.answer_comment(play, said)
        browser.decide_on_the_board(play, chromium, left[0])
        reports.append(_closed(play))
        objections = story.object_to_decisions(play)
        refusals.append(_refused(play))
        story.answer_objections(play, objections)
        reports.append(_closed(play))
        play.build()
        play.wait_until(lambda: _is_published(play))
        yield Played(play, objections, refusals, reports)
    finally:
        play.service.kill()


def _refused(play: Play) -> str:
    done = play.close_cycle()
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def _closed(play: Play) -> dict[str, Any]:
    done = play.close_cycle("Зоя")
    assert done.returncode == 0, done.stdout + done.stderr
    path = play.repository / "cycles" / play.cycle / "dispositions.json"
    report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return report


def _is_published(play: Play) -> bool:
    head = play.git("rev-parse", "HEAD")
    published = play.public("/sections.json")["revision"]["commit"]
    return str(published) == head


def _reported(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [comment for section in report["sections"] for comment in section["comments"]]


def _stored(played: Played) -> dict[str, dict[str, Any]]:
    """What lies on the disk of comments that were not erased, by id."""
    stored = stored_comments(played.play.service.data)
    return {one["id"]: one for one in stored if "erased" not in one}


def _is_shown(comment: dict[str, Any]) -> bool:
    is_allowed = bool(comment.get("public")) and comment["visibility"] == "public"
    return is_allowed and str(comment["state"]) != "withdrawn"


def test_every_comment_is_on_disk_once_and_erased_ones_without_a_word(played: Played) -> None:
    stored = list(stored_comments(played.play.service.data))
    bodies = Counter(mark for one in stored for mark in ROW.findall(one["body"]))

    assert len(stored) == COMMENTS
    assert bodies == Counter(one.mark for one in played.play.said if one.gone != "erased")
    for one in stored:
        if "erased" in one:
            assert not MARK.search(json.dumps(one, ensure_ascii=False))
    authors = {one.mark for one in played.play.said[:COMMENTERS]}
    assert len(authors) == COMMENTERS


def test_cycle_does_not_close_before_its_end_nor_with_anything_undecided(played: Played) -> None:
    too_early, undecided, objected = played.refusals

    assert "still taken" in too_early
    assert f"{story.UNDECIDED_AT_FIRST} of its comments are not decided" in undecided
    assert undecided.count("/review/") == story.UNDECIDED_AT_FIRST
    assert "2 of its comments are not decided" in objected
    assert played.objections.overruled.id in objected
    assert not MARK.search(too_early + undecided + objected)


def test_each_closing_is_one_commit_of_the_report_alone(played: Played) -> None:
    log = played.play.git("log", "--format=%s", "--name-only", "-2").split("\n")
    files = [line for line in log if line.startswith("cycles/")]
    folder = f"cycles/{played.play.cycle}/"

    assert len(files) == 2 * (1 + len(played.play.languages))
    assert all(name.startswith(folder) for name in files)
    assert [line.partition(":")[0] for line in log if line.startswith("Cycle(")] == [
        f"Cycle({played.play.cycle})"
    ] * 2


def test_report_tells_of_each_public_comment_once_with_the_decision_on_disk(
    played: Played,
) -> None:
    stored = _stored(played)
    reported = {comment["id"]: comment for comment in _reported(played.reports[-1])}

    assert set(reported) == {one.id for one in played.play.shown()}
    assert set(reported) == {id_ for id_, one in stored.items() if _is_shown(one)}
    for id_, comment in reported.items():
        decision = stored[id_]["decision"]
        answering = _answering(stored[id_], stored)
        assert comment["decision"]["outcome"] == answering["decision"]["outcome"]
        assert comment["decision"]["reason"] == decision["reason"]
        assert comment["body"] == stored[id_]["body"]


def _answering(comment: dict[str, Any], stored: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The comment itself; of a merged one the original, where readers do not know of that."""
    original = stored.get(comment["decision"].get("duplicate_of", ""), comment)
    return comment if _is_shown(original) else original


def test_second_answers_stand_in_the_second_report_beside_the_first(played: Played) -> None:
    first, second = (
        {comment["id"]: comment for comment in _reported(report)} for report in played.reports
    )
    objections = played.objections

    assert played.reports[0]["closed_again_at"] == []
    assert len(played.reports[1]["closed_again_at"]) == 1
    changed = {id_ for id_ in second if second[id_] != first[id_]}
    assert changed == {objections.overruled.id, objections.confirmed.id}
    for id_ in changed:
        assert second[id_]["objected"]
        assert second[id_]["earlier_decisions"] == [first[id_]["decision"]]


def test_reports_hold_nobody_s_name(played: Played) -> None:
    for report in played.reports:
        text = json.dumps(report, ensure_ascii=False)
        assert not re.search(r"Name[0-9]+", text)
        assert not any(name in text for name in ("Ana", "Ben", "Зоя"))


def test_report_is_built_into_the_site_of_every_language(played: Played) -> None:
    marks = {one.mark for one in played.play.shown()}
    counts = {}
    for language in played.play.languages:
        told = played.report_page(language)
        assert set(ROW.findall(told)) == marks
        for said in played.play.shown():
            assert told.count(f"{said.mark}r") >= (0 if said.merged_into else 1)
        counts[language] = told.count('--8<-- "/etc/passwd"')
    assert len(set(counts.values())) == 1
    assert min(counts.values()) >= len(marks) // len(HOSTILE)


def test_every_page_counts_what_lies_on_the_disk(played: Played) -> None:
    shown = [one for one in _stored(played).values() if _is_shown(one)]
    for page in {one["page"] for one in shown}:
        counted = played.play.public(f"/api/v1/pages/{page}/counts")["counts"]
        assert counted == Counter(one["section"] for one in shown if one["page"] == page)
    for section in {one["section"] for one in shown}:
        answer = played.play.public(f"/api/v1/sections/{section}")
        listed = {comment["id"] for comment in answer["comments"]}
        assert listed == {one["id"] for one in shown if one["section"] == section}
        assert answer["counts"] == {section: len(listed)}


def test_support_counts_each_browser_once(played: Played) -> None:
    shown = played.play.shown()
    merged = {one.id: [copy for copy in shown if copy.merged_into == one.id] for one in shown}
    for said in shown:
        answer = played.play.public(f"/api/v1/sections/{said.fields['section']}")
        (comment,) = (one for one in answer["comments"] if one["id"] == said.id)
        behind = [said, *merged[said.id]]
        expected = sum(len(one.supporters) for one in behind) + len(merged[said.id])
        assert comment["support"] == expected


def test_figures_of_editors_agree_with_the_disk(played: Played) -> None:
    stored = list(_stored(played).values())
    stats = played.play.as_editor(f"/api/v1/stats?cycle={played.play.cycle}")

    assert stats["total"] == len(stored)
    for key in ("role", "language", "kind", "about", "state", "visibility"):
        counted = {word: count for word, count in stats[f"by_{key}"].items() if count}
        assert counted == Counter(one[key] for one in stored)
    sections = {one["section"]: one["comments"] for one in stats["sections"]}
    assert sections == Counter(one["section"] for one in stored)
    assert played.play.as_editor("/api/v1/comments?limit=1")["total"] == len(stored)


def test_figures_for_everybody_are_those_of_the_report_or_withheld(played: Played) -> None:
    figures = played.play.public(f"/api/v1/cycles/{played.play.cycle}/figures")
    shown = [one for one in _stored(played).values() if _is_shown(one)]

    assert figures["comments"] in (None, len(shown))
    for name, key in (("by_role", "role"), ("by_language", "language"), ("by_kind", "kind")):
        counted = Counter(one[key] for one in shown)
        for word, count in figures[name].items():
            assert count is None or count == counted[word] >= 5
    in_report = played.reports[-1]["figures"]
    assert {name: figures[name] for name in in_report} == in_report


def test_tables_have_a_row_for_each_comment_in_every_format(played: Played) -> None:
    address = f"/api/v1/cycles/{played.play.cycle}/dispositions?format="
    shown = {one.mark for one in played.play.shown()}
    alive = {one.mark for one in played.play.said if one.gone != "erased"}

    for get, expected, suffix in (
        (played.play.public, shown, ""),
        (played.play.as_editor, alive, "&all=1"),
    ):
        rows = list(csv.reader(io.StringIO(get(f"{address}csv{suffix}").decode("utf-8-sig"))))
        assert Counter(_marks_of_rows(rows)) == Counter(expected)
        table = Document(io.BytesIO(get(f"{address}ods{suffix}"))).body.get_table(0)
        assert isinstance(table, Table)
        rows = [[str(value or "") for value in row] for row in table.iter_values()]
        assert Counter(_marks_of_rows(rows)) == Counter(expected)
        assert set(ROW.findall(get(f"{address}markdown{suffix}").decode())) == expected


def _marks_of_rows(rows: list[list[str]]) -> list[str]:
    """The comment's mark in each row that has one."""
    found = (ROW.search("\n".join(row)) for row in rows)
    return [mark[0] for mark in found if mark]


def test_commenters_learn_what_became_of_their_comments(played: Played) -> None:
    stored = _stored(played)
    for said in played.play.said:
        own = played.play.own(said)
        if said.gone == "erased":
            unknown = played.play.service.ask(
                "GET",
                "/api/v1/receipt",
                headers={"Authorization": "Receipt 0000-0000-0000-0000-0000"},
            )
            assert _told(own) == _told(unknown)
            continue
        assert own.status == 200
        text = json.dumps(own.body, ensure_ascii=False)
        assert "note" not in {event["what"] for event in own.body["events"]}
        assert f"{said.mark}note" not in text
        assert f"{said.mark}gloss" not in text
        if not said.merged_into:
            assert own.body["state"] == stored[said.id]["state"]


def _told(answer: Any) -> tuple[int, dict[str, Any]]:
    return answer.status, {**answer.body, "request_id": ""}


def test_receipts_of_merged_comments_follow_the_original(played: Played) -> None:
    stored = _stored(played)
    merged = [one for one in played.play.alive() if one.merged_into]

    assert len(merged) == story.MERGED
    for said in merged:
        own = played.play.own(said).body
        original = stored[said.merged_into]
        if _is_shown(original):
            assert own["state"] in ("duplicate", original["state"])
        else:
            assert own["state"] == original["state"]
            assert said.merged_into not in json.dumps(own)


def test_late_objections_are_refused_in_words(played: Played) -> None:
    again = played.play.by_receipt(played.objections.overruled, "object", body="Once more.")

    assert (again.status, again.body["code"]) == (409, "already-objected")


def test_feed_tells_of_public_comments_alone(played: Played) -> None:
    public = {one.id for one in played.play.shown()}
    for language in played.play.languages:
        feed = played.play.public(f"/feedback/{language}/feed.atom?cycle={played.play.cycle}")
        text = etree.tostring(etree.fromstring(feed), encoding="unicode")
        told = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))
        assert told & {one.id for one in played.play.said} <= public
        assert told & public


def test_next_cycle_has_what_was_deferred_to_it_when_it_opens(played: Played) -> None:
    deferred = [
        one for one in _stored(played).values() if one.get("agenda") == played.play.next_cycle
    ]

    assert len(deferred) == story.DEFERRED
    assert {one["decision"]["deferred_to"] for one in deferred} == {played.play.next_cycle}


def test_objections_are_taken_for_the_days_the_cycle_says(played: Played) -> None:
    cycle = played.play.public(f"/api/v1/cycles/{played.play.cycle}")
    closed, until = (
        datetime.fromisoformat(cycle[name]) for name in ("closed_at", "objections_until")
    )

    assert cycle["phase"] == "closed"
    assert until - closed == timedelta(days=cycle["objection_days"])


def _public_addresses(play: Play) -> Iterator[str]:
    sections = play.public("/sections.json")["sections"]
    cycle = f"/api/v1/cycles/{play.cycle}"
    yield from ("/api/v1/cycles", cycle, f"{cycle}/figures", "/api/v1/openapi.json")
    yield from (f"{cycle}/dispositions?format={one}" for one in ("json", "csv", "markdown"))
    for page in {section["page"] for section in sections}:
        yield f"/api/v1/pages/{page}/counts"
    for section in sections:
        yield f"/api/v1/sections/{section['id']}"
    for language in play.languages:
        for query in ("", f"?cycle={play.cycle}", "?page=values", f"?language={language}"):
            yield f"/feedback/{language}/feed.atom{query}"
        for section in {one.fields["section"] for one in play.said}:
            yield f"/feedback/{language}/{section}"
            yield f"/feedback/{language}/{section}/comments"


def test_nobody_learns_of_a_comment_that_is_not_public(played: Played) -> None:
    play = played.play
    hidden = [one for one in play.said if not one.public or one.gone]
    assert len(hidden) > COMMENTS // 5
    secrets = {one.mark for one in hidden} | {one.id for one in hidden}

    for address in _public_addresses(play):
        answer = play.service.ask("GET", address, headers={"Accept": "*/*"})
        assert answer.status in (200, 410), (address, answer)
        body = answer.body
        text = body.decode("utf-8") if isinstance(body, bytes) else json.dumps(body)
        assert _secrets_in(text, secrets) == set(), address
    built = [path for path in play.site.rglob("*") if path.is_file()]
    assert any(_is_search_index(path) for path in built)
    for path in built:
        content = path.read_bytes()
        if _is_search_index(path):
            content = gzip.decompress(content)
        assert _secrets_in(content.decode("utf-8", "replace"), secrets) == set(), path
    log = play.service.log.read_text("utf-8")
    assert _secrets_in(log, secrets | {one.mark for one in play.said}) == set()
    assert "Traceback" not in log


def test_nothing_that_was_written_acts_on_any_page_that_shows_it(
    played: Played, chromium: Browser
) -> None:
    play = played.play
    reader, editor = watched.watched_page(play, chromium), watched.watched_page(play, chromium)
    browser.sign_in(editor.page, play)

    for number, language in enumerate(play.languages):
        for address in _share(watched.addresses_of_readers(play, language), number):
            reader.look_at(address)
        for address in _share(watched.addresses_of_editors(play, language), number):
            editor.look_at(address)
        watched.open_comments_in_place(reader, play, language)
    for number, said in enumerate(play.alive()[: len(HOSTILE) * (2 if EVERY_PAGE else 1)]):
        language = play.languages[number % len(play.languages)]
        editor.look_at(watched.comment_page(said, language))
        watched.show_receipt(reader, said, language)

    assert reader.pages > len(HOSTILE)
    assert editor.pages > len(HOSTILE)
    assert reader.acted + editor.acted == []
    assert reader.shown | editor.shown >= set(HOSTILE_LINES)


def _share(addresses: Iterator[str], number: int) -> list[str]:
    """All of them in the long form; else each in one language, and each language in turn."""
    return [
        address
        for position, address in enumerate(addresses)
        if EVERY_PAGE or position % 3 == number
    ]


def test_nobody_can_ask_whether_a_hidden_comment_is_there(played: Played) -> None:
    play = played.play
    hidden = next(one for one in play.said if not one.public and not one.gone)
    nothing = Said(mark="", fields={}, id="00000000-0000-4000-8000-000000000000", receipt="")

    for action in ("second", "unsecond"):
        assert _told(play.second(hidden, "", action)) == _told(play.second(nothing, "", action))
        assert play.second(hidden, "", action).status == 404
    for path in ("", "/decision", "/note"):
        answers = [
            play.service.ask("GET" if not path else "POST", f"/api/v1/comments/{id_}{path}", None)
            for id_ in (hidden.id, nothing.id)
        ]
        assert _told(answers[0]) == _told(answers[1])
        assert answers[0].status == 401


def _secrets_in(text: str, secrets: set[str]) -> set[str]:
    words = set(MARK.findall(text)) | set(
        re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)
    )
    return words & secrets


def _is_search_index(path: Path) -> bool:
    return path.suffix.startswith(".pf_")
