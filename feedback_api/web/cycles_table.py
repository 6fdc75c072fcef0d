"""The operations on whole review cycles, on sections as the board shows them, and on templates."""

from collections.abc import Sequence
from functools import partial

from feedback_api.domain.errors import (
    CycleNotOver,
    CycleUndecided,
    InvalidRemark,
    InvalidTemplate,
    SummaryChanged,
    UnknownCycle,
    UnknownTemplate,
)
from feedback_api.web import (
    api_announcements,
    api_cycles,
    api_templates,
    pages_cycles,
    pages_section,
    pages_summaries,
    pages_templates,
)
from feedback_api.web.announcement_models import AnnouncedShown, AnnouncementPosted
from feedback_api.web.cycle_models import (
    ClosingPosted,
    CycleListShown,
    CycleShown,
    ReviewedCycleShown,
    SummaryPosted,
    TemplateListShown,
    TemplatePosted,
    TemplateRemoved,
    TemplateShown,
    UndecidedShown,
)
from feedback_api.web.messages import mark
from feedback_api.web.operations import JSON, Operation
from feedback_api.web.refusals import (
    SignInNeeded,
)
from feedback_api.web.usual_errors import BODY, EDITORS_CHANGE, STORE

_CHANGE = (*EDITORS_CHANGE, *BODY, *STORE)

_json = partial(Operation, offers=JSON)

CYCLE_OPERATIONS: Sequence[Operation] = (
    _json(
        method="GET",
        path="/api/v1/cycles",
        handler=api_cycles.list_cycles,
        summary=mark("The review cycles: announced, open and closed"),
        answer=CycleListShown,
    ),
    _json(
        method="GET",
        path="/api/v1/cycles/{cycle}",
        handler=api_cycles.show_cycle,
        summary=mark("One review cycle: what it asks, from when until when, and how it stands"),
        answer=CycleShown,
        errors=(UnknownCycle,),
    ),
    _json(
        method="GET",
        path="/api/v1/cycles/{cycle}/undecided",
        handler=api_cycles.show_undecided,
        summary=mark("The comments without which a review cycle cannot close"),
        answer=UndecidedShown,
        errors=(SignInNeeded, UnknownCycle),
    ),
    _json(
        method="POST",
        path="/api/v1/cycles/{cycle}/close",
        handler=api_cycles.post_close,
        summary=mark("Close a review cycle, or close it again after objections"),
        body=ClosingPosted,
        body_is_optional=True,
        answer=ReviewedCycleShown,
        errors=(*_CHANGE, UnknownCycle, CycleNotOver, CycleUndecided),
    ),
    _json(
        method="POST",
        path="/api/v1/cycles/{cycle}/summaries",
        handler=api_cycles.post_summary,
        summary=mark("Say what was said about a section, for the report in one language"),
        body=SummaryPosted,
        answer=ReviewedCycleShown,
        errors=(*_CHANGE, UnknownCycle, InvalidRemark, SummaryChanged),
    ),
    _json(
        method="POST",
        path="/api/v1/announcements",
        handler=api_announcements.post_announcement,
        summary=mark("Announce prepared decisions together"),
        body=AnnouncementPosted,
        answer=AnnouncedShown,
        errors=_CHANGE,
    ),
    _json(
        method="GET",
        path="/api/v1/templates",
        handler=api_templates.list_templates,
        summary=mark("The answer templates"),
        answer=TemplateListShown,
        errors=(SignInNeeded,),
    ),
    _json(
        method="POST",
        path="/api/v1/templates",
        handler=api_templates.post_template,
        summary=mark("Add an answer template, or replace the one whose id is given"),
        status=201,
        body=TemplatePosted,
        answer=TemplateShown,
        errors=(*_CHANGE, InvalidTemplate, UnknownTemplate),
    ),
    _json(
        method="POST",
        path="/api/v1/templates/{template}/remove",
        handler=api_templates.post_removal,
        summary=mark("Remove an answer template"),
        status=204,
        body=TemplateRemoved,
        body_is_optional=True,
        errors=(*_CHANGE, UnknownTemplate),
    ),
)

# Before `/review/{comment}`, which is wide.
CYCLE_PAGES: Sequence[Operation] = (
    Operation(method="GET", path="/review/cycles", handler=pages_cycles.show_cycles),
    Operation(method="GET", path="/review/cycles/{cycle}", handler=pages_cycles.show_cycle),
    Operation(
        method="POST",
        path="/review/cycles/{cycle}/announce",
        handler=pages_cycles.post_announcement,
    ),
    Operation(method="POST", path="/review/cycles/{cycle}/close", handler=pages_cycles.post_close),
    Operation(
        method="GET",
        path="/review/cycles/{cycle}/summaries/{section}",
        handler=pages_summaries.show_summary,
    ),
    Operation(
        method="POST",
        path="/review/cycles/{cycle}/summaries/{section}",
        handler=pages_summaries.post_summary,
    ),
    Operation(method="GET", path="/review/sections/{section}", handler=pages_section.show_section),
    Operation(method="GET", path="/review/templates", handler=pages_templates.show_templates),
    Operation(method="POST", path="/review/templates", handler=pages_templates.post_template),
    Operation(
        method="POST", path="/review/templates/{template}", handler=pages_templates.post_change
    ),
    Operation(
        method="POST",
        path="/review/templates/{template}/remove",
        handler=pages_templates.post_removal,
    ),
)
