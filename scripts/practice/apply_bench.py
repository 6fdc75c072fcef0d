"""The text on which comments are applied, one after the other, each on what the others left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from practice.apply_bytes import plain_lines, with_wording
from practice.apply_checks import (
    Checks,
    accept_correction,
    form_findings,
    known_findings,
    lock_files,
    read_standings,
    read_text,
)
from practice.apply_document import DecidedComment
from practice.apply_git import Workroom
from practice.apply_merge import MergeConflictError, merged
from practice.apply_message import Change, commit_message
from practice.apply_refusal import ApplyRefusedError, RefusalCode
from practice.blocks import COMMENT
from practice.rules.spelling import Unknown
from practice.text import Code, Section, SectionId
from practice.translation_state import Standings

ACCEPTED = ("accepted", "accepted-in-part")
_ABOUT_TRANSLATION = "translation"

Edit = Callable[[DecidedComment, str], str]
"""Gives an editor the wording of a comment, and takes back what they made of it."""


@dataclass(slots=True)
class Bench:
    """The text being worked on: `changed` are files that the next commit is to hold.

    `applied` are ids of comments whose change the text has already. A bench that is `careful` lets
    no wording in that the checks do not pass; another is asked at the end.
    """

    room: Workroom
    unknown: Unknown
    applied: frozenset[str]
    careful: bool
    code: Code = field(init=False)
    checks: Checks = field(init=False)
    changed: dict[Path, bytes] = field(init=False, default_factory=dict)
    _texts: dict[Path, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        root = self.room.root
        self.code = read_text(root)
        known = known_findings(root, self.unknown) if self.careful else form_findings(self.code)
        self.checks = Checks(root=root, unknown=self.unknown, known=known)

    def apply(self, comment: DecidedComment, edit: Edit | None, reviewer: str) -> Change:
        """Raises ApplyRefusedError, and has then changed nothing."""
        suggestion = _suggestion(comment)
        section = self._section(comment)
        if comment.id in self.applied:
            raise ApplyRefusedError(RefusalCode.ALREADY_APPLIED)
        wording = _merged(comment, section, suggestion)
        if not edit:
            _require_no_new_marks(wording, section)
        else:
            wording = plain_lines(edit(comment, wording))
            if not wording:
                raise ApplyRefusedError(RefusalCode.EDIT_ABANDONED)
        if wording == plain_lines(section.markdown):
            raise ApplyRefusedError(RefusalCode.ALREADY_APPLIED)
        return self._change(comment, section, wording, by=reviewer.rpartition(" <")[0])

    def require_passed(self, changes: Sequence[Change]) -> None:
        """The checks of a bench that is not careful; raises ApplyRefusedError."""
        before = self._locks()
        self.checks.require_passed(self.code, {change.section.id for change in changes})
        self._note(before)

    def standings(self) -> Standings:
        """How far each language keeps up with the text as it is now."""
        return read_standings(self.room.root, self.code)

    def commit(self, changes: Sequence[Change], reviewer: str) -> str:
        """A commit of all that was applied since the last; its full hash."""
        sha = self.room.commit(self.changed, commit_message(changes, reviewer))
        self.changed.clear()
        return sha

    def _section(self, comment: DecidedComment) -> Section:
        source = self.code.section(self.code.source.code, SectionId(comment.section))
        if source is None:
            raise ApplyRefusedError(RefusalCode.SECTION_RETIRED, self._successor(comment))
        known = {str(language.code): language.code for language in self.code.languages}
        code = known.get(comment.language)
        section = self.code.section(code, source.id) if code else None
        if section is None:
            raise ApplyRefusedError(RefusalCode.LANGUAGE_MISSING)
        return section

    def _successor(self, comment: DecidedComment) -> str:
        pages = self.code.pages[self.code.source.code].values()
        followed = (page.front_matter.retired.get(SectionId(comment.section)) for page in pages)
        return next((f"It is followed by {name}." for name in followed if name), "")

    def _change(
        self, comment: DecidedComment, section: Section, wording: str, *, by: str
    ) -> Change:
        before = {**self._locks(), section.path: self._on_disk(section.path)}
        text = self._texts.get(section.path) or self.room.committed(section.path)
        new = with_wording(text, line=section.line, end_line=section.end_line, wording=wording)
        try:
            (self.room.root / section.path).write_bytes(new)
            after = self.checks.require_sound(self.code, section)
            self._keep_up(comment, section, after, by)
            if self.careful:
                self.checks.require_passed(after, [section.id])
        except BaseException as error:
            for path, content in before.items():
                self._put_back(path, content)
            if isinstance(error, RecursionError):
                message = "It is nested too deeply."
                raise ApplyRefusedError(RefusalCode.BREAKS_GRAMMAR, message) from error
            raise
        changed = after.section(section.language, section.id)
        del before[section.path]
        self._note(before)
        self._texts[section.path] = self.changed[section.path] = new
        source = self.code.section(self.code.source.code, section.id)
        self.code = after
        return Change(
            comment=comment,
            section=section,
            language=next(one for one in after.languages if one.code == section.language),
            editorial=changed is not None and changed.fingerprint == section.fingerprint,
            title=source.title if source else section.title,
        )

    def _keep_up(self, comment: DecidedComment, section: Section, after: Code, by: str) -> None:
        changed = after.section(section.language, section.id)
        same = changed is not None and changed.fingerprint == section.fingerprint
        is_source = section.language == after.source.code
        if comment.about == _ABOUT_TRANSLATION and not is_source and not same:
            accept_correction(self.room.root, after, section, by=by)

    def _locks(self) -> dict[Path, bytes | None]:
        return {path: self._on_disk(path) for path in lock_files(self.code)}

    def _note(self, locks: dict[Path, bytes | None]) -> None:
        """The locks that are not as they were."""
        for path, content in locks.items():
            now = self._on_disk(path)
            if now is not None and now != content:
                self.changed[path] = now

    def _on_disk(self, path: Path) -> bytes | None:
        try:
            return (self.room.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def _put_back(self, path: Path, content: bytes | None) -> None:
        if content is None:
            (self.room.root / path).unlink(missing_ok=True)
        else:
            (self.room.root / path).write_bytes(content)


def _suggestion(comment: DecidedComment) -> str:
    if comment.outcome is None:
        raise ApplyRefusedError(RefusalCode.UNDECIDED)
    if comment.outcome not in ACCEPTED or comment.state == "withdrawn":
        raise ApplyRefusedError(RefusalCode.NOT_ACCEPTED)
    suggestion = plain_lines(comment.suggestion or "")
    if not suggestion:
        raise ApplyRefusedError(RefusalCode.NO_SUGGESTION)
    return suggestion


def _require_no_new_marks(wording: str, section: Section) -> None:
    """Readers never see them, and some tell the checks to look away: that is for editors to say."""
    if set(COMMENT.findall(wording)) - set(COMMENT.findall(section.markdown)):
        message = "It holds a comment that no reader sees: take it out, or in, with --edit."
        raise ApplyRefusedError(RefusalCode.BREAKS_GRAMMAR, message)


def _merged(comment: DecidedComment, section: Section, suggestion: str) -> str:
    """Raises ApplyRefusedError where suggestion and present text cannot be brought together."""
    present = plain_lines(section.markdown)
    if suggestion == present:
        raise ApplyRefusedError(RefusalCode.ALREADY_APPLIED)
    changed = ApplyRefusedError(RefusalCode.BASE_CHANGED, theirs=suggestion, ours=present)
    base = comment.base
    if base is None or base.text_language != comment.language:
        # Without the text that was commented on, only the text that still is the same can be.
        if base is None and comment.wording == section.fingerprint:
            return suggestion
        raise changed
    try:
        return merged(base.markdown, ours=present, theirs=suggestion)
    except MergeConflictError as conflict:
        raise changed from conflict
