"""What comes in and goes out as JSON about review cycles and answer templates."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from feedback_api.domain.comment import Role
from feedback_api.domain.cycle import Phase
from feedback_api.domain.identity import LanguageCode
from feedback_api.domain.text import SUMMARY, TEMPLATE_NAME
from feedback_api.web.messages import mark
from feedback_api.web.posted_models import Language, Posted, Section, at_most
from feedback_api.web.reviewed_models import ReviewedCommentShown
from feedback_api.web.shown_models import Moment, Shown

Texts = Annotated[
    Mapping[LanguageCode, str],
    Meta(description=mark("By language; the source’s is always there, others may be missing.")),
]


class QuestionAskedShown(Shown, frozen=True, kw_only=True):
    """What a cycle asks about a section."""

    section: Section
    texts: Texts


class CycleShown(Shown, frozen=True, kw_only=True):
    """A review cycle as anybody may know it: nothing in it depends on any comment."""

    id: str
    title: Texts
    introduction: Texts
    urls: Texts
    opens: Moment
    closes: Moment
    time_zone: Annotated[
        str, Meta(description=mark("IANA name of the zone in which opens and closes are told."))
    ]
    phase: Phase
    scope: Literal["all"] | list[Section]
    questions: list[QuestionAskedShown]
    roles: list[Role]
    objection_days: int
    retention_days: int
    closed_at: Moment | None
    objections_until: Moment | None


class CycleListShown(Shown, frozen=True, kw_only=True):
    """Every cycle, in the order of their opening."""

    cycles: list[CycleShown]


class ClosingShown(Shown, frozen=True, kw_only=True):
    """One closing of a cycle."""

    at: Moment
    by: str


class SummaryShown(Shown, frozen=True, kw_only=True):
    """What was said about a section, in an editor's words."""

    section: Section
    language: Language
    text: str


class ReviewedCycleShown(CycleShown, frozen=True, kw_only=True):
    """A cycle as editors see it."""

    closings: list[ClosingShown]
    summaries: list[SummaryShown]


class UndecidedShown(Shown, frozen=True, kw_only=True):
    """The comments without which a cycle cannot close, oldest first."""

    cycle: str
    phase: Phase
    total: int
    comments: list[ReviewedCommentShown]


class ClosingPosted(Posted, frozen=True, kw_only=True):
    """Nothing: the URL says it all."""


class SummaryPosted(Posted, frozen=True, kw_only=True):
    """A summary for the report in one language; a blank text removes it."""

    section: Section
    language: Language
    text: Annotated[str, Meta(extra_json_schema=at_most(SUMMARY))]
    replaces: Annotated[
        str | None,
        Meta(description=mark("The text seen there before; refused if it is another by now.")),
    ] = None


class TemplatePosted(Posted, frozen=True, kw_only=True):
    """An answer template; with an `id`, the one it replaces."""

    name: Annotated[str, Meta(extra_json_schema=at_most(TEMPLATE_NAME))]
    texts: Annotated[dict[str, str], Meta(description=mark("By language, as far as written."))]
    id: str | None = None


class TemplateRemoved(Posted, frozen=True, kw_only=True):
    """Nothing: the URL says it all."""


class TemplateShown(Shown, frozen=True, kw_only=True):
    """A reason that editors give often."""

    id: str
    name: str
    texts: Mapping[LanguageCode, str]


class TemplateListShown(Shown, frozen=True, kw_only=True):
    """Every answer template, by name."""

    templates: list[TemplateShown]
