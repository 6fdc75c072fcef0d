"""Builds the web application: the tables, the site behind them, and the door in front."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.types import ASGIApp

from feedback_api.domain.errors import SettingsRefused
from feedback_api.domain.identity import LanguageCode
from feedback_api.services import Services
from feedback_api.services.data_requests import DataDesk, NoDataDesk
from feedback_api.services.deadlines import ANSWER_DAYS
from feedback_api.services.privacy_terms import PrivacyTerms
from feedback_api.services.repository import NO_REPOSITORY, Repository
from feedback_api.services.single_sign_on import SingleSignOn
from feedback_api.services.webhook_attempts import NO_DELIVERIES, Deliveries
from feedback_api.web.description import Description
from feedback_api.web.elsewhere import Elsewhere
from feedback_api.web.first_table import HEALTH, READERS
from feedback_api.web.forgetting import Forgetting
from feedback_api.web.kept_lists import KeptLists
from feedback_api.web.language_choice import source_language
from feedback_api.web.late_paths import LatePaths
from feedback_api.web.messages import Messages, read_messages
from feedback_api.web.metrics import Metrics
from feedback_api.web.operations import resources, routes
from feedback_api.web.pages_error import refuse
from feedback_api.web.paths import Paths
from feedback_api.web.ready_answers import ReadyAnswers
from feedback_api.web.request_log import NO_LOG, RequestLog
from feedback_api.web.restraint import NO_RESTRAINT, Restraint
from feedback_api.web.security import Door, Refuse, SiteOrigin, SitePolicy
from feedback_api.web.sessions import Sessions
from feedback_api.web.sign_in_flights import Flights
from feedback_api.web.threads import AnswerThreads
from feedback_api.web.visit import Place, Web

if TYPE_CHECKING:
    from jinja2 import Environment

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """Where the service and the site are reached, and where their files are.

    `site`: the folder the build writes; `languages`: the one that holds `<code>/messages.po`.
    """

    origin: str
    site_origin: str
    site: Path
    languages: Path
    sends_mail: bool = False
    answer_days: int = ANSWER_DAYS
    commits: str = ""
    single_sign_on: SingleSignOn | None = None
    local_accounts: bool = True
    terms: PrivacyTerms = field(default_factory=PrivacyTerms)
    desk: DataDesk = field(default_factory=NoDataDesk)


def build_app(
    services: Services,
    options: WebOptions,
    *,
    lifespan: Lifespan | None = None,
    deliveries: Deliveries = NO_DELIVERIES,
    repository: Repository = NO_REPOSITORY,
    restraint: Restraint = NO_RESTRAINT,
    threads: AnswerThreads | None = None,
    metrics: Metrics | None = None,
    log: RequestLog = NO_LOG,
) -> Starlette:
    """The application. Raises SettingsRefused without the interface messages.

    `threads`: what answers where the store's reads wait; `metrics`: what is measured, if anything;
    `log`: where it is told of each request.
    """
    made = _web(services, options, deliveries, repository, restraint)
    web = replace(made, threads=threads, metrics=metrics)
    told = partial(refuse, web=web)
    place = web.place
    app = Starlette(lifespan=lifespan)
    ready = ReadyAnswers() if threads is None else None
    paths = partial(Paths, elsewhere=Elsewhere(web, options.site), not_http=app.router)
    first = paths(resources(web, [*READERS, *HEALTH], told))
    answers: ASGIApp = LatePaths(first, lambda: paths(_all_routes(web, told)))
    if not place.is_one_origin:
        answers = SiteOrigin(answers, origin=place.site_origin)
    # In place of Starlette's own: the door refuses whatever is raised behind it, as they would.
    app.middleware_stack = door = Door(
        answers,
        refuse=told,
        policy=SitePolicy(options.site / "csp.json"),
        secure=place.secure,
        figures=metrics.requests if metrics else None,
        log=log,
        ready=ready,
    )
    if ready is not None:
        app.state.comment_changed = Forgetting(web, ready).comment_changed
    app.state.answer_at_once = door.answer_at_once  # for the server, before it begins a task
    return app


def _all_routes(web: Web, told: Refuse) -> Mapping[str, ASGIApp]:
    from feedback_api.web.api_table import API_TABLE  # half of the service: see late_paths
    from feedback_api.web.page_table import PAGE_TABLE

    return routes(web, [*API_TABLE, *PAGE_TABLE], told)


def _environment(messages: Mapping[LanguageCode, Messages], code: LanguageCode) -> "Environment":
    from feedback_api.web.pages import environment  # templates are for pages, and no program's

    return environment(messages[code])


def _description(*, origin: str, cookie: str) -> Description:
    from feedback_api.web.api_table import API_TABLE
    from feedback_api.web.openapi import describe

    return describe(API_TABLE, origin=origin, cookie=cookie)


def _web(
    services: Services,
    options: WebOptions,
    deliveries: Deliveries,
    repository: Repository,
    restraint: Restraint,
) -> Web:
    place = Place(origin=options.origin, site_origin=options.site_origin, commits=options.commits)
    messages = read_messages(options.languages)
    if source_language(services.text.languages()) not in messages:
        raise SettingsRefused(
            f"{options.languages} holds no messages.po for the source language; "
            "set FEEDBACK_LANGUAGES to the folder that does."
        )
    sessions = Sessions(
        services,
        secure=place.secure,
        single_sign_on=options.single_sign_on,
        local_accounts=options.local_accounts,
    )
    return Web(
        services=services,
        deliveries=deliveries,
        repository=repository,
        restraint=restraint,
        place=place,
        messages=messages,
        sessions=sessions,
        flights=Flights(services, secure=place.secure),
        single_sign_on=options.single_sign_on,
        local_accounts=options.local_accounts,
        environments=cache(partial(_environment, messages)),
        description=cache(partial(_description, origin=place.origin, cookie=sessions.cookie)),
        lists=KeptLists(services),
        sends_mail=options.sends_mail,
        answer_days=options.answer_days,
        terms=options.terms,
        desk=options.desk,
    )
