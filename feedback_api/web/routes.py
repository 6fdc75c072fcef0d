"""Builds the web application: the tables, the site behind them, and the door in front."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from feedback_api.domain.errors import SettingsRefused
from feedback_api.services import Services
from feedback_api.services.data_requests import DataDesk, NoDataDesk
from feedback_api.services.deadlines import ANSWER_DAYS
from feedback_api.services.privacy_terms import PrivacyTerms
from feedback_api.services.repository import NO_REPOSITORY, Repository
from feedback_api.services.single_sign_on import SingleSignOn
from feedback_api.services.webhook_attempts import NO_DELIVERIES, Deliveries
from feedback_api.web.api_table import API_TABLE
from feedback_api.web.elsewhere import Elsewhere
from feedback_api.web.language_choice import source_language
from feedback_api.web.messages import read_messages
from feedback_api.web.metrics import Metrics
from feedback_api.web.openapi import describe
from feedback_api.web.operations import routes
from feedback_api.web.page_table import PAGE_TABLE
from feedback_api.web.pages import environment
from feedback_api.web.pages_error import refuse
from feedback_api.web.problem import refusal_of
from feedback_api.web.restraint import NO_RESTRAINT, Restraint
from feedback_api.web.security import Door, SiteOrigin, SitePolicy, body_limit
from feedback_api.web.sessions import Sessions
from feedback_api.web.sign_in_flights import Flights
from feedback_api.web.threads import AnswerThreads
from feedback_api.web.visit import Place, Web

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
) -> Starlette:
    """The application. Raises SettingsRefused without the interface messages.

    `threads`: what answers where the store's reads wait; `metrics`: what is measured, if anything.
    """
    made = _web(services, options, deliveries, repository, restraint)
    web = replace(made, threads=threads, metrics=metrics)
    told = partial(refuse, web=web)

    async def starlette_refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        return told(request, refusal_of(error, body_limit(request.scope)))

    place = web.place
    policy = SitePolicy(options.site / "csp.json")
    other_origin = [] if place.is_one_origin else [Middleware(SiteOrigin, origin=place.site_origin)]
    app = Starlette(
        routes=routes(web, [*API_TABLE, *PAGE_TABLE], told),
        middleware=[
            Middleware(
                Door,
                refuse=told,
                policy=policy,
                secure=place.secure,
                figures=metrics.requests if metrics else None,
            ),
            *other_origin,
        ],
        exception_handlers={HTTPException: starlette_refused},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # it would redirect to whatever Host the client names
    app.router.default = Elsewhere(web, options.site)
    return app


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
        environments={code: environment(spoken) for code, spoken in messages.items()},
        description=describe(API_TABLE, origin=place.origin, cookie=sessions.cookie),
        sends_mail=options.sends_mail,
        answer_days=options.answer_days,
        terms=options.terms,
        desk=options.desk,
    )
