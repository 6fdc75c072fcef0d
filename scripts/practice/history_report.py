"""The history of a section for people at a terminal: wordings, commits, and what was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent

from rich.text import Text

from practice.applied_trailers import CommentId
from practice.history_text import Revision
from practice.history_wordings import Wording
from practice.languages import Language
from practice.report_document import Dispositions, SaidComment
from practice.text import SectionId
from practice.translation_report import append_line
from practice.wording_diff import changed_lines

_SHORT = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A comment that readers may see, and where it was said."""

    comment: SaidComment
    section: SectionId
    cycle: str


def published_comments(reports: Sequence[Dispositions]) -> dict[CommentId, Published]:
    """By id; of a comment answered in two cycles, what the later one in `reports` says of it."""
    return {
        CommentId(comment.id.lower()): Published(
            comment=comment, section=section.section, cycle=report.cycle
        )
        for report in reports
        for section in report.sections
        for comment in section.comments
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReport:
    """`names` are all ids of the section; `whole` shows every wording beside what changed."""

    names: tuple[SectionId, ...]
    languages: Sequence[Language]
    published: Mapping[CommentId, Published]
    in_colour: bool
    whole: bool

    def text(self, language: Language, revisions: Sequence[Revision]) -> Text:
        """One language's wordings, the newest first."""
        count = sum(1 for revision in revisions if revision.wording)
        text = Text()
        wordings = "1 wording" if count == 1 else f"{count} wordings"
        text.append(f"{self.names[0]} · {language.name}: {wordings}\n", "bold")
        number = count
        for place, revision in enumerate(revisions):
            before = revisions[place + 1].wording if place + 1 < len(revisions) else None
            text.append(f"\n{number if revision.wording else '–'}  ", "bold")
            text.append(f"{_commit_line(revision)}\n")
            text.append_text(_indented(self._wording(revision.wording, before)))
            for line in self._comments(revision):
                text.append(f"   {line}\n")
            number -= 1 if revision.wording else 0
        return text

    def _wording(self, wording: Wording | None, before: Wording | None) -> Text:
        if wording is None:
            return Text("The section was taken out of the text.\n")
        text = Text()
        if before is not None:
            lines = changed_lines((before.title, before.blocks), (wording.title, wording.blocks))
            for line in lines:
                append_line(text, line, in_colour=self.in_colour)
                text.append("\n")
            if not lines:
                text.append("The words are the same; only their arrangement has changed.\n")
        if before is None or self.whole:
            text.append(f"{wording.title}\n", "bold")
            text.append(f"{wording.text}\n" if wording.text else "")
        return text

    def _comments(self, revision: Revision) -> Iterator[str]:
        for name in revision.comments:
            published = self.published.get(name)
            if published is None:
                yield f"Comment {name}: its text is in no report of a closed cycle."
            elif published.section in self.names:
                yield from self._said(published)

    def _said(self, published: Published) -> Iterator[str]:
        comment = published.comment
        proof = "verified" if comment.role_verified else "as stated"
        outcome = f", {comment.decision.outcome}" if comment.decision else ""
        language = self._language(comment.language)
        yield (
            f"Comment {comment.id}: {comment.kind} by {comment.role} ({proof}), in {language},"
            f" cycle {published.cycle}{outcome}"
        )
        yield indent(comment.body.rstrip(), "      ").removeprefix("   ")
        if comment.suggestion:
            yield "   Suggested wording:"
            yield indent(comment.suggestion.rstrip(), "      ").removeprefix("   ")

    def _language(self, code: str) -> str:
        return next((known.name for known in self.languages if known.code == code), code)


def _commit_line(revision: Revision) -> str:
    commit = revision.commit
    day = commit.authored_at[:10]
    return _printable(f"{commit.hash[:_SHORT]}  {day}  {commit.author}: {commit.subject}")


def _printable(line: str) -> str:
    """Commits hold whatever their authors' tools put into them; a terminal obeys some of it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def _indented(text: Text) -> Text:
    result = Text()
    for line in text.split("\n"):
        result.append("   " if line.plain else "").append_text(line).append("\n")
    return result
