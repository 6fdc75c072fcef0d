"""One entry of the feed: a public comment, or a decision of it."""

import uuid
from dataclasses import replace
from enum import StrEnum

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.errors import UnknownComment, UnknownSection
from feedback_api.domain.identity import CommentId, LanguageCode
from feedback_api.services.publications import Publication, decisions_of
from feedback_api.services.seen import as_readers_see
from feedback_api.web.atom import Category, Entry, Link, Words
from feedback_api.web.labels import STATE_MEANINGS, label_of
from feedback_api.web.messages import mark
from feedback_api.web.role_words import role_of
from feedback_api.web.section_view import language_tags
from feedback_api.web.visit import Visit

_EDITORS = mark("The editors")
_HTML = "text/html"


def uuid_of(name: str) -> str:
    """The same for the same URL, for ever."""
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def entry_of(one: Publication, stored: Comment | None, visit: Visit) -> Entry:
    """`stored` is its comment. Raises UnknownComment when that was hidden or erased this moment."""
    if stored is None:
        raise UnknownComment
    comment = as_readers_see(stored, visit.services)
    if not comment.is_public:
        raise UnknownComment
    if one.is_change:
        return _change(comment, one, visit)
    if one.number > len(decisions_of(comment)):
        raise UnknownComment
    return _comment(comment, one, visit) if one.number == 0 else _decision(comment, one, visit)


def _comment(comment: Comment, one: Publication, visit: Visit) -> Entry:
    return Entry(
        id=uuid.UUID(comment.id).urn,
        title=_title(comment.kind, comment, visit),
        author=_words(role_of(comment, visit.messages), visit),
        published=one.at,
        updated=one.at,
        content=_in(comment.language, _said(comment, visit), visit),
        categories=(_category(comment.kind, visit), _category(comment.role, visit)),
        links=(_list_link(comment, visit),),
    )


def _decision(comment: Comment, one: Publication, visit: Visit) -> Entry:
    decision = decisions_of(comment)[one.number - 1]
    own = uuid.UUID(comment.id)
    original = _public_original(decision.duplicate_of, visit)
    related = () if original is None else (_list_link(original, visit, rel="related"),)
    return Entry(
        id=uuid.uuid5(own, f"decision {one.number}").urn,
        title=_title(decision.outcome, comment, visit),
        author=_words(visit.messages.say(_EDITORS), visit),
        published=one.at,
        updated=one.at,
        content=_in(decision.reason_language, decision.reason, visit),
        categories=(_category(decision.outcome, visit),),
        links=(_list_link(comment, visit), *related),
        answers=own.urn,
    )


def _change(comment: Comment, one: Publication, visit: Visit) -> Entry:
    """Raises UnknownComment when it was taken back this moment."""
    if comment.published is None:
        raise UnknownComment
    own = uuid.UUID(comment.id)
    return Entry(
        id=uuid.uuid5(own, f"published {one.number}").urn,
        title=_title(State.PUBLISHED, comment, visit),
        author=_words(visit.messages.say(_EDITORS), visit),
        published=one.at,
        updated=one.at,
        content=_words(visit.messages.say(STATE_MEANINGS[State.PUBLISHED]), visit),
        categories=(_category(State.PUBLISHED, visit),),
        links=(_list_link(comment, visit),),
        answers=own.urn,
    )


def _said(comment: Comment, visit: Visit) -> str:
    if comment.suggestion is None:
        return comment.body
    messages = visit.web.messages.get(comment.language, visit.messages)
    return f"{comment.body}\n\n{messages.say('Suggested wording:')}\n{comment.suggestion}"


def _title(what: StrEnum, comment: Comment, visit: Visit) -> Words:
    name = _label(what, visit)
    return replace(name, text=f"{name.text} · {_section_name(comment, visit)}")


def _section_name(comment: Comment, visit: Visit) -> str:
    """As the section is called now in the language of the feed; as it was, if it is retired."""
    text = visit.services.text
    try:
        section = text.section(comment.section)
    except UnknownSection:
        return text.wording(comment.section, comment.language, comment.wording).title
    return f"{section.number} {section.languages[visit.language.code].title}".strip()


def _public_original(duplicate_of: CommentId | None, visit: Visit) -> Comment | None:
    """One that is not public is as good as none."""
    if duplicate_of is None:
        return None
    try:
        original = visit.services.comments.get(duplicate_of)
    except UnknownComment:
        return None
    return original if original.is_public else None


def _list_link(comment: Comment, visit: Visit, *, rel: str = "alternate") -> Link:
    """Where the service shows it among the comments of its section."""
    path = f"/feedback/{visit.language.code}/{comment.section}/comments#comment-{comment.id}"
    return Link(rel=rel, href=visit.web.place.origin + path, type=_HTML)


def _category(word: StrEnum, visit: Visit) -> Category:
    return Category(term=word.value, label=_label(word, visit))


def _label(word: StrEnum, visit: Visit) -> Words:
    return _words(visit.messages.say(label_of(word)), visit)


def _words(text: str, visit: Visit) -> Words:
    return Words(text=text, tag=visit.language.tag)


def _in(language: LanguageCode, text: str, visit: Visit) -> Words:
    return Words(text=text, tag=language_tags(visit.services.text)[language])
