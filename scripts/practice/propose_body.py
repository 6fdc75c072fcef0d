"""What a pull request says: what changes, the comments it was made of, and what follows from it.

Anybody may read it. Of a comment that is not public now it says what was decided and why, and of
nobody who they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from practice.apply_document import DecidedComment
from practice.languages import Language
from practice.messages import Messages
from practice.propose_changes import ChangedSection, Fate, Revision, translations_left
from practice.propose_cut import cut
from practice.propose_inert import inert, quote, without_addresses
from practice.propose_redline import redline
from practice.report_reader import known_addresses
from practice.report_words import COMMENT_WORDS
from practice.text import Code, SectionId
from practice.translation_state import Standing, State

_INTRODUCTION = "Made of comments on the code of practice that editors accepted."
_FATES = {
    Fate.STAYS: "%(count)s stays on current wording",
    Fate.BECOMES_EARLIER: "%(count)s becomes earlier wording",
    Fate.LOSES_ITS_SECTION: "%(count)s loses its section",
    Fate.MOVES: "%(count)s moves to the section that follows its own",
    Fate.WAS_EARLIER: "%(count)s was on earlier wording before",
}
# Worth a word only where they happen.
_RARE = (Fate.MOVES, Fate.WAS_EARLIER)
_ALL_SEEN = "Only comments that readers see are counted."
_NOT_ASKED = "How many comments stand on these sections was not asked."
_NOT_FETCHED = "%(count)s comment of this branch is not among those fetched here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a branch proposes.

    `names` are the ids in its trailers, `comments` what is known of them. `bodies` are by id: of
    the comments that are public now, empty where nobody knows.
    `counts` is None where nobody was asked.
    """

    before: Revision
    after: Revision
    changed: tuple[ChangedSection, ...]
    comments: tuple[DecidedComment, ...]
    bodies: Mapping[str, str]
    names: tuple[str, ...]
    not_fetched: int
    counts: Mapping[Fate, int] | None


def body_markdown(proposal: Proposal, messages: Messages, *, longest: int) -> str:
    """The whole body, cut between two blocks to `longest` UTF-16 units."""
    writer = _Writer(proposal, messages)
    return cut(list(writer.blocks()), writer.trailers(), messages, longest)


class _Writer:
    """Blocks of Markdown in the language of the messages."""

    def __init__(self, proposal: Proposal, messages: Messages) -> None:
        self._proposal = proposal
        self._messages = messages
        self._code = proposal.after.code
        self._known = known_addresses(proposal.before.code)
        self._number = 0

    def blocks(self) -> Iterator[str]:
        text = self._messages.text
        yield text(_INTRODUCTION)
        yield f"## {text('What follows from it')}"
        yield from self._translations()
        yield from self._counts()
        yield f"## {text('What changes')}"
        told: set[str] = set()
        for changed in self._proposal.changed:
            yield from self._section(changed)
            for comment in self._proposal.comments:
                if (comment.section, comment.language) == (changed.id, changed.language):
                    told.add(comment.id)
                    yield from self._comment(comment, changed)
        others = [comment for comment in self._proposal.comments if comment.id not in told]
        if others:
            yield f"## {text('Other comments')}"
        for comment in others:
            yield from self._comment(comment, None)
        if self._proposal.not_fetched:
            yield self._messages.counted(_NOT_FETCHED, self._proposal.not_fetched)

    def trailers(self) -> str:
        """By which the service finds the comments, wherever this text becomes the message."""
        head = self._messages.text("For a merge that keeps nothing but this text:")
        return "\n".join([head, "", *(f"- Feedback: {name}" for name in self._proposal.names)])

    def _translations(self) -> Iterator[str]:
        left = translations_left(self._proposal.before, self._proposal.after)
        behind = [one for one in left if one.state is State.BEHIND]
        missing = [one for one in left if one.state is State.MISSING]
        text = self._messages.text
        if not left:
            yield text("No translation is left behind.")
        if behind:
            yield text("Translations that are left behind, and how to see what changed:")
            yield "\n".join(f"- {self._standing(one)}: {_diff(one)}" for one in behind)
        if missing:
            yield text("Translations that will be missing:")
            yield "\n".join(f"- {self._standing(one)}" for one in missing)

    def _counts(self) -> Iterator[str]:
        counts = self._proposal.counts
        if counts is None:
            yield self._messages.text(_NOT_ASKED)
            return
        told = [
            self._messages.counted(message, counts[fate])
            for fate, message in _FATES.items()
            if counts[fate] or fate not in _RARE
        ]
        head = self._messages.text("Comments on these sections:")
        yield f"{head} {', '.join(told)}. {self._messages.text(_ALL_SEEN)}"

    def _section(self, changed: ChangedSection) -> Iterator[str]:
        text = self._messages.text
        section = changed.after or changed.before
        title = f"{section.number} {section.title}".strip() if section else changed.id
        yield f"### {inert(title)} · {self._language(changed.language)}"
        if changed.before is None:
            yield text("This section is new.")
        if changed.after is None:
            yield text("This section is withdrawn.")
        lines = redline(changed.before, changed.after, self._cleaned)
        yield from lines
        if not lines:
            yield text("The words stay; only how they are set changes.")

    def _comment(self, comment: DecidedComment, changed: ChangedSection | None) -> Iterator[str]:
        text = self._messages.text
        if comment.id in self._proposal.bodies:
            self._number += 1
            yield f"**{text('Comment %(number)s', number=self._number)}** · {self._byline(comment)}"
            if comment.translation_behind:
                yield text("It was made on a translation that was behind.")
            if body := self._proposal.bodies[comment.id]:
                yield self._quote(body)
            if comment.suggestion and _is_taken(comment.suggestion, changed):
                yield text("The wording it suggests is taken as it is.")
            elif comment.suggestion:
                yield text("Suggested wording:")
                yield self._quote(comment.suggestion)
        else:
            yield f"**{text('A comment that readers do not see')}**"
        yield from self._decision(comment)

    def _byline(self, comment: DecidedComment) -> str:
        text = self._messages.text
        proof = text("verified") if comment.role_verified else text("as stated")
        parts = [
            self._label(comment.kind),
            f"{self._label(comment.role)} ({proof})",
            self._language(comment.language),
        ]
        if comment.about == "translation":
            parts.append(text("Only how it is put in this language"))
        return " · ".join(parts)

    def _decision(self, comment: DecidedComment) -> Iterator[str]:
        head = self._messages.text("The editors’ answer:")
        parts = [self._label(comment.outcome or comment.state)]
        if comment.reason and comment.reason_language:
            parts.append(self._language(comment.reason_language))
        yield f"**{head}** {' · '.join(parts)}"
        if comment.reason:
            yield self._quote(comment.reason)

    def _quote(self, text: str) -> str:
        return quote(self._cleaned(text))

    def _cleaned(self, text: str) -> str:
        gap = self._messages.text("[e-mail address left out]")
        return without_addresses(text, gap, known=self._known)

    def _standing(self, standing: Standing) -> str:
        name = section_name(self._code, standing.section)
        return f"{inert(name)} · {self._language(standing.language)}"

    def _language(self, code: str) -> str:
        """What a language calls itself; its code where it is none of the site's."""
        known: dict[str, Language] = {one.code: one for one in self._code.languages}
        return inert(known[code].name if code in known else code)

    def _label(self, word: str) -> str:
        return self._messages.text(COMMENT_WORDS[word]) if word in COMMENT_WORDS else inert(word)


def section_name(code: Code, section: SectionId) -> str:
    """Number and title in the source language, the id where it is not there."""
    found = code.section(code.source.code, section)
    return f"{found.number} {found.title}".strip() if found else section


def _diff(standing: Standing) -> str:
    return f"`scripts/translate diff {standing.section} {standing.language}`"


def _is_taken(suggestion: str, changed: ChangedSection | None) -> bool:
    """What the redline shows already need not be said again."""
    if changed is None or changed.after is None:
        return False
    return suggestion.split() == changed.after.markdown.split()
