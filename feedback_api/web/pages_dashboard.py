"""The dashboard: the editors' figures as pictures and tables, each number with its list."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from feedback_api.domain.comment import Kind, Role
from feedback_api.domain.decision import UNDECIDED
from feedback_api.domain.identity import WAITING
from feedback_api.services.ports import CommentQuery
from feedback_api.web.api_stats import stats_of
from feedback_api.web.comment_filters import read_filters
from feedback_api.web.comment_view import names_of_cycles
from feedback_api.web.dashboard_view import LIST, DashboardView
from feedback_api.web.fields import read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.labels import label_of
from feedback_api.web.language_choice import choice_parameter
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.visit import Visit

PATH = "/review/dashboard"
_FIELDS = ("cycle", "agenda", "page", "language", "role", "kind")
_OF_THE_LIST_ALONE = frozenset({"order", "offset", "limit"})


async def show_dashboard(visit: Visit) -> Response:
    """The figures of the comments that fit the filters; with others, what is wrong with them."""
    asked = dict(read_query(visit.request))
    asked.pop(choice_parameter(PATH), None)
    form = FormState(prefix="filter", values=asked)
    try:
        filters = read_filters(asked, visit.services)
    except InvalidRequest as error:
        refused = form.refused(error, visit.messages, shows=_FIELDS)
        return render(visit, "dashboard.html", error=error, view=None, **_form(refused, visit))
    given = {
        name: value
        for name, value in asked.items()
        if value.strip() and name not in _OF_THE_LIST_ALONE
    }
    stats = await stats_of(filters, visit)
    return render(
        visit,
        "dashboard.html",
        here=f"{PATH}?{urlencode(given)}".removesuffix("?"),
        view=DashboardView(stats, given, visit),
        stats=stats,
        oldest=_oldest_undecided(visit),
        answer_days=visit.web.answer_days,
        **_form(form, visit),
    )


def _form(form: FormState, visit: Visit) -> Mapping[str, Any]:
    say = visit.messages.say
    cycles = [(WAITING, say(mark("Outside any cycle"))), *names_of_cycles(visit).items()]
    return {
        "form": form,
        "path": PATH,
        "list_path": LIST,
        "carried": [
            (name, value)
            for name, value in form.values.items()
            if name not in {*_FIELDS, *_OF_THE_LIST_ALONE} and value.strip()
        ],
        "cycles": cycles,
        "pages": _pages(visit),
        "languages": [(language.code, language.name) for language in visit.languages],
        "roles": [(role, say(label_of(role))) for role in Role],
        "kinds": [(kind, say(label_of(kind))) for kind in Kind],
    }


def _pages(visit: Visit) -> Sequence[tuple[str, str]]:
    language = visit.language.code
    return [
        (entry.page, f"{entry.number} {entry.languages[language].title}".strip())
        for entry in visit.services.text.all_sections()
        if entry.level == 1
    ]


def _oldest_undecided(visit: Visit) -> str | None:
    """Where to go on when nothing is overdue: the oldest that waits, of all comments."""
    found = visit.services.reads.select(CommentQuery(states=UNDECIDED, limit=1)).comments
    return f"{LIST}/{found[0].id}" if found else None
