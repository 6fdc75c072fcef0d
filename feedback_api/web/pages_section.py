"""All that was said about one section, each language under its own wording."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta
from starlette.responses import Response

from feedback_api.domain.comment import Comment
from feedback_api.domain.decision import State
from feedback_api.domain.errors import RetiredSection, Unknown
from feedback_api.domain.identity import LanguageCode, PageId, SectionId
from feedback_api.domain.section import SectionEntry
from feedback_api.services.ports import CommentQuery
from feedback_api.services.standing import TextStanding, stands
from feedback_api.services.support import support_of
from feedback_api.web.comment_filters import list_url
from feedback_api.web.cycle_view import SaidText
from feedback_api.web.fields import convert, read_query
from feedback_api.web.labels import label_of
from feedback_api.web.language_choice import choice_parameter
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.posted_models import OFFSET_LIMIT, Posted
from feedback_api.web.section_view import SectionView, language_tags, view_section, view_wording
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_ROWS = 50
_AS_SEEN = mark("This is the wording that was commented on last.")
_Comments = Mapping[LanguageCode, Sequence[Comment]]


class SectionCommentsQuery(Posted, frozen=True, kw_only=True):
    """Which part of the lists, that of each language from its `offset`th comment."""

    offset: Annotated[int, Meta(ge=0, le=OFFSET_LIMIT)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """What the section says in one language; `note` is how it stands to the others."""

    title: str
    text: str
    tag: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One comment with what editors know of it."""

    comment: Comment
    prepared: State | None
    gloss: SaidText | None
    support: int
    standing: TextStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """One language: its wording, and the comments written in it."""

    name: str
    tag: str
    wording: _Wording | None
    total: int
    rows: Sequence[_Row]


async def show_section(visit: Visit) -> Response:
    """The section in every language, with every comment under the wording of its language."""
    query = dict(read_query(visit.request))
    path: str = visit.request.scope["path"]
    query.pop(choice_parameter(path), None)
    offset = convert(query, SectionCommentsQuery, texts=True).offset
    entry, successor = _entry(visit)
    comments = await in_thread(_comments, visit)
    longest = max((len(said) for said in comments.values()), default=0)
    return render(
        visit,
        "review_section.html",
        section=_section(visit, comments),
        successor=successor,
        total=sum(len(said) for said in comments.values()),
        columns=[
            _column(code, entry, comments, offset=offset, visit=visit)
            for code in _codes(comments, visit)
        ],
        earlier=list_url(path, {}, max(0, offset - _ROWS)) if offset else None,
        later=list_url(path, {}, offset + _ROWS) if offset + _ROWS < longest else None,
    )


def _codes(comments: _Comments, visit: Visit) -> Sequence[LanguageCode]:
    """The languages of the site, and those that comments were written in while it had them."""
    present = [language.code for language in visit.languages]
    return [*present, *sorted(set(comments) - set(present))]


def _entry(visit: Visit) -> tuple[SectionEntry | None, SectionView | None]:
    """The section as published now, or the one that took its place. Raises UnknownSection."""
    text = visit.services.text
    try:
        return text.section(_id(visit)), None
    except RetiredSection as retired:
        if retired.successor is None:
            return None, None
        return None, view_section(SectionId(retired.successor), visit.language.code, text)


def _comments(visit: Visit) -> _Comments:
    """Oldest first, by the language they are written in."""
    found: defaultdict[LanguageCode, list[Comment]] = defaultdict(list)
    for comment in visit.services.reads.every(CommentQuery(section=_id(visit))):
        found[comment.language].append(comment)
    return found


def _section(visit: Visit, comments: _Comments) -> SectionView:
    """How the heading names it: by its id alone when it is retired and nobody ever commented."""
    text, name = visit.services.text, _id(visit)
    try:
        return view_section(name, visit.language.code, text)
    except RetiredSection:
        said = comments.get(visit.language.code) or next(iter(comments.values()), ())
        if said:
            last = said[-1]
            with suppress(Unknown):
                return view_wording(text.wording(name, last.language, last.wording), text)
        return SectionView(
            id=name,
            page=PageId(""),
            language=visit.language.code,
            tag=visit.language.tag,
            number="",
            title=name,
            url=None,
            present=None,
        )


def _column(
    code: LanguageCode,
    entry: SectionEntry | None,
    comments: _Comments,
    *,
    offset: int,
    visit: Visit,
) -> _Column:
    said = comments.get(code, ())
    names = {language.code: language.name for language in visit.languages}
    return _Column(
        name=names.get(code, code),
        tag=language_tags(visit.services.text)[code],
        wording=_present(code, entry, visit)
        if entry and code in entry.languages
        else _last_seen(said, visit),
        total=len(said),
        rows=[_row(comment, visit) for comment in said[offset : offset + _ROWS]],
    )


def _present(code: LanguageCode, entry: SectionEntry, visit: Visit) -> _Wording:
    published = entry.languages[code]
    is_source = any(one.source and one.code == code for one in visit.languages)
    note = mark("Source text") if is_source else label_of(published.state)
    return _Wording(
        title=f"{entry.number} {published.title}".strip(),
        text=published.text,
        tag=language_tags(visit.services.text)[published.text_language],
        note=visit.messages.say(note),
    )


def _last_seen(said: Sequence[Comment], visit: Visit) -> _Wording | None:
    """What is left of a section, or a language, that is gone, if anybody commented on it there."""
    if not said:
        return None
    last = said[-1]
    text = visit.services.text
    try:
        wording = text.wording(last.section, last.language, last.wording)
    except Unknown:
        return None
    return _Wording(
        title=wording.title,
        text=wording.text,
        tag=language_tags(text)[wording.text_language],
        note=visit.messages.say(_AS_SEEN),
    )


def _row(comment: Comment, visit: Visit) -> _Row:
    text = visit.services.text
    gloss = comment.gloss
    return _Row(
        comment=comment,
        prepared=comment.prepared.outcome if comment.prepared else None,
        gloss=SaidText(text=gloss.text, tag=language_tags(text)[gloss.language]) if gloss else None,
        support=support_of(comment, visit.services, everything=True),
        standing=stands(comment, text).standing,
    )


def _id(visit: Visit) -> SectionId:
    return SectionId(visit.request.path_params["section"])
