"""The Atom feed of what became public: comments, and as entries of their own their decisions.

A decision has an entry of its own because feed readers tell of new entries and hardly ever of
changed ones, and because it may be in another language than the comment.
No commenter's name is in it, although pages show that: what others have copied, no withdrawal
takes back.
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta
from msgspec.structs import asdict

from feedback_api.domain.cycle import Cycle
from feedback_api.domain.errors import UnknownComment, UnknownLanguage
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import CycleId, LanguageCode, PageId
from feedback_api.domain.section import Language
from feedback_api.services import Services
from feedback_api.services.ports import CommentQuery
from feedback_api.services.publications import Publication, publications
from feedback_api.web.atom import Entry, Feed, Link, Words, write_feed
from feedback_api.web.cached_answers import CachedAnswer
from feedback_api.web.feed_entries import entry_of, uuid_of
from feedback_api.web.fields import ATOM_TYPE, convert, read_query
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import OFFSET_LIMIT, Posted
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_LENGTH = 100
_TITLE = mark("Comments and decisions")
_AUTHOR = mark("The editors")  # the company's name is in one language only
_SUBTITLE = mark("What readers said of the code, and what the editors decided, newest first.")


class FeedQuery(Posted, frozen=True, kw_only=True):
    """What the feed is about; an absent filter lets everything through."""

    cycle: str | None = None
    page: str | None = None
    language: str | None = None
    offset: Annotated[int, Meta(ge=0, le=OFFSET_LIMIT)] = 0


async def show_feed(visit: Visit) -> CachedAnswer:
    """100 entries, newest first; raises what makes the URL name nothing."""
    visit.require_language()
    asked = _read(visit)
    topic = _Topic(visit, asked)
    services, web = visit.services, visit.web
    made_from = _made_from(services)
    everything = await in_thread(web.publications.get, made_from, lambda: publications(services))
    return web.feeds.get(
        _url(visit, asked),
        made_from,
        lambda: write_feed(_feed(visit, asked, topic, everything)),
        again=partial(_made_from, services),
    )


def _made_from(services: Services) -> tuple[object, ...]:
    """What waits joins a cycle when that opens: then nothing changes but the time."""
    now = services.clock.now()
    opened = sum(cycle.opens <= now for cycle in services.cycles.all_cycles())
    return (services.reads.generation(None), services.text.revision(), opened)


def feed_path(language: LanguageCode, page: PageId | None = None) -> str:
    """Where the feed is, with its own words in `language`: of a page, or of everything."""
    query = "" if page is None else f"?{urlencode({'page': page})}"
    return f"/feedback/{language}/feed.atom{query}"


class _Topic:
    """What the filters name. Raises UnknownCycle, UnknownPage, UnknownLanguage."""

    def __init__(self, visit: Visit, asked: FeedQuery) -> None:
        services = visit.services
        self.cycle: Cycle | None = None
        if asked.cycle is not None:
            self.cycle = services.cycles.cycle(CycleId(asked.cycle))
        self.page = None if asked.page is None else services.text.page(PageId(asked.page))[0]
        self.language = None if asked.language is None else _language(visit, asked.language)

    def covers(self, one: Publication) -> bool:
        return (
            (self.cycle is None or self.cycle.id in one.cycles)
            and (self.page is None or self.page.page == one.page)
            and (self.language is None or self.language.code == one.language)
        )


def _read(visit: Visit) -> FeedQuery:
    """A blank parameter is none. Raises MalformedBody, InvalidRequest."""
    given = {name: value for name, value in read_query(visit.request).items() if value.strip()}
    return convert(given, FeedQuery, texts=True)


def _language(visit: Visit, code: str) -> Language:
    for language in visit.languages:
        if language.code == code:
            return language
    raise UnknownLanguage(language=shown(code))


def _feed(visit: Visit, asked: FeedQuery, topic: _Topic, everything: Sequence[Publication]) -> Feed:
    found = [one for one in everything if topic.covers(one)]
    part = found[asked.offset : asked.offset + _LENGTH]
    revision = visit.services.text.revision()
    return Feed(
        id=uuid_of(_url(visit, asked, offset=0)),
        title=_words(visit, " · ".join(_title(visit, topic))),
        subtitle=_words(visit, visit.messages.say(_SUBTITLE)),
        author=_words(visit, visit.messages.say(_AUTHOR)),
        # Of an empty feed: since when its words are what they are.
        updated=found[0].at if found else revision.built_at,
        links=(*_links(visit, topic), *_pages(visit, asked, len(found))),
        entries=tuple(_entries(part, visit)),
    )


def _entries(part: Sequence[Publication], visit: Visit) -> Iterator[Entry]:
    named = CommentQuery(ids=frozenset(one.comment for one in part))
    stored = {comment.id: comment for comment in visit.services.reads.every(named)}
    for one in part:
        with contextlib.suppress(UnknownComment):
            yield entry_of(one, stored.get(one.comment), visit)


def _title(visit: Visit, topic: _Topic) -> Sequence[str]:
    spoken = visit.language.code
    parts = [visit.messages.say("Code of practice"), visit.messages.say(_TITLE)]
    if topic.cycle is not None:
        titles = topic.cycle.titles
        parts.append(titles.get(spoken) or titles[_source(visit)])
    if topic.page is not None:
        parts.append(f"{topic.page.number} {topic.page.languages[spoken].title}".strip())
    if topic.language is not None:
        parts.append(topic.language.name)
    return parts


def _links(visit: Visit, topic: _Topic) -> Sequence[Link]:
    """The page of the site that the feed is about."""
    spoken = visit.language.code
    if topic.cycle is not None:
        path = topic.cycle.urls.get(spoken) or topic.cycle.urls[_source(visit)]
    elif topic.page is not None:
        path = topic.page.languages[spoken].url
    else:
        path = f"/{spoken}/"
    href = visit.web.place.site_origin + path
    return (Link(rel="alternate", href=href, type="text/html"),)


def _pages(visit: Visit, asked: FeedQuery, total: int) -> Sequence[Link]:
    """This part of the feed and its neighbours."""
    offsets = {"self": asked.offset}
    if total > _LENGTH or asked.offset:
        offsets |= {"first": 0, "last": max(0, total - 1) // _LENGTH * _LENGTH}
    if asked.offset:
        offsets["previous"] = max(0, asked.offset - _LENGTH)
    if asked.offset + _LENGTH < total:
        offsets["next"] = asked.offset + _LENGTH
    return [
        Link(rel=rel, href=_url(visit, asked, offset=offset), type=ATOM_TYPE)
        for rel, offset in offsets.items()
    ]


def _url(visit: Visit, asked: FeedQuery, *, offset: int | None = None) -> str:
    fields = asdict(asked) | ({} if offset is None else {"offset": offset})
    given = {name: value for name, value in fields.items() if value}
    query = f"?{urlencode(given)}" if given else ""
    return visit.web.place.origin + feed_path(visit.language.code) + query


def _source(visit: Visit) -> LanguageCode:
    return next(language.code for language in visit.languages if language.source)


def _words(visit: Visit, text: str) -> Words:
    return Words(text=text, tag=visit.language.tag)
