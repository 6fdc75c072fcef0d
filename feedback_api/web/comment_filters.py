"""Which comments an editor asks for, by query: the same on the board and in the API."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import (
    RetiredSection,
    UnknownCycle,
    UnknownEditor,
    UnknownPage,
    UnknownSection,
)
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import (
    WAITING,
    CycleId,
    EditorName,
    LanguageCode,
    PageId,
    SectionId,
)
from feedback_api.services import Services
from feedback_api.services.agenda import cycle_of
from feedback_api.services.ports import (
    CommentPage,
    CommentQuery,
    EditorStore,
    PublishedCycles,
    PublishedText,
)
from feedback_api.services.standing import stands
from feedback_api.web.fields import convert
from feedback_api.web.posted_models import CommentListQuery
from feedback_api.web.refusals import InvalidRequest

ME = "@me"
NOBODY = "@nobody"
"""Instead of an editor's name, where comments are asked for by whom they are assigned to."""


def read_filters(fields: Mapping[str, str], services: Services) -> CommentListQuery:
    """The filters; a blank field is none. Raises InvalidRequest with every fault."""
    given = {name: value for name, value in fields.items() if value.strip()}
    faults: list[Fault] = []
    try:
        filters = convert(given, CommentListQuery, texts=True)
    except InvalidRequest as invalid:
        faults.extend(invalid.faults)
    faults.extend(_unknown_to_the_text(given, services.text))
    faults.extend(
        Fault(code=FaultCode.UNKNOWN_CYCLE, field=name)
        for name in ("cycle", "agenda")
        if name in given and not _is_cycle(given[name], services.cycles)
    )
    if "assignee" in given and not _is_assignee(given["assignee"], services.editors):
        faults.append(Fault(code=FaultCode.UNKNOWN_EDITOR, field="assignee"))
    if faults:
        raise InvalidRequest(*faults)
    return filters


def find_comments(
    filters: CommentListQuery, *, editor: EditorName, services: Services
) -> CommentPage:
    """What `editor` asks for; in a thread."""
    if filters.agenda is None and filters.standing is None:
        return services.reads.select(_query(filters, editor))
    found = list(every_comment(filters, editor=editor, services=services))
    last = filters.offset + filters.limit
    return CommentPage(comments=tuple(found[filters.offset : last]), total=len(found))


def every_comment(
    filters: CommentListQuery, *, editor: EditorName, services: Services
) -> Iterator[Comment]:
    """All that the list has on all its pages; in a thread."""
    for comment in services.reads.every(_query(filters, editor)):
        is_there = filters.agenda is None or cycle_of(comment, services) == filters.agenda
        if is_there and _stands(comment, filters, services):
            yield comment


def _stands(comment: Comment, filters: CommentListQuery, services: Services) -> bool:
    wanted = filters.standing
    return wanted is None or stands(comment, services.text).standing is wanted


def _query(filters: CommentListQuery, editor: EditorName) -> CommentQuery:
    return CommentQuery(
        states=frozenset() if filters.state is None else frozenset({filters.state}),
        cycle=None if filters.cycle is None else CycleId(filters.cycle),
        assignee=_assignee(filters.assignee, editor),
        prepared=filters.prepared,
        page=None if filters.page is None else PageId(filters.page),
        section=None if filters.section is None else SectionId(filters.section),
        language=None if filters.language is None else LanguageCode(filters.language),
        role=filters.role,
        verified=filters.verified,
        kind=filters.kind,
        about=filters.about,
        visibility=filters.visibility,
        public=filters.public,
        text=filters.text,
        order=filters.order,
        offset=filters.offset,
        limit=filters.limit,
    )


def _assignee(asked: str | None, editor: EditorName) -> EditorName | None:
    """The store knows nobody as ""."""
    if asked is None:
        return None
    return {ME: editor, NOBODY: EditorName("")}.get(asked, EditorName(asked))


def list_url(path: str, fields: Mapping[str, str], offset: int) -> str:
    """The URL of another part of the same list."""
    given = {name: value for name, value in fields.items() if value.strip() and name != "offset"}
    return f"{path}?{urlencode({**given, 'offset': offset})}"


def _unknown_to_the_text(given: Mapping[str, str], text: PublishedText) -> list[Fault]:
    faults = []
    codes = {language.code for language in text.languages()}
    if "language" in given and given["language"] not in codes:
        faults.append(Fault(code=FaultCode.UNKNOWN_LANGUAGE, field="language"))
    if "section" in given and not is_section(given["section"], text):
        faults.append(Fault(code=FaultCode.UNKNOWN_SECTION, field="section"))
    if "page" in given and not _is_page(given["page"], text):
        faults.append(Fault(code=FaultCode.UNKNOWN_VALUE, field="page"))
    return faults


def is_section(section: str, text: PublishedText) -> bool:
    """Whether the code has, or ever had, a section of this id."""
    try:
        text.section(SectionId(section))
    except RetiredSection:
        return True
    except UnknownSection:
        return False
    return True


def _is_page(page: str, text: PublishedText) -> bool:
    try:
        text.page(PageId(page))
    except UnknownPage:
        return False
    return True


def _is_cycle(cycle: str, cycles: PublishedCycles) -> bool:
    """Comments made outside any cycle are asked for in the same way."""
    if cycle == WAITING:
        return True
    try:
        cycles.cycle(CycleId(cycle))
    except UnknownCycle:
        return False
    return True


def _is_assignee(name: str, editors: EditorStore) -> bool:
    if name in (ME, NOBODY):
        return True
    try:
        editors.get(EditorName(name))
    except UnknownEditor:
        return False
    return True
