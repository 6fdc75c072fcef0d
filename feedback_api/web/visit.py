"""One request with everything a handler may use: collaborators, language, session, fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import UnknownLanguage
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import EditorName, LanguageCode
from feedback_api.domain.section import Language
from feedback_api.services import Services
from feedback_api.services.counting import Purpose
from feedback_api.services.data_requests import DataDesk, NoDataDesk
from feedback_api.services.deadlines import ANSWER_DAYS
from feedback_api.services.privacy_terms import PrivacyTerms
from feedback_api.services.publications import Publication
from feedback_api.services.repository import NO_REPOSITORY, Repository
from feedback_api.services.single_sign_on import SingleSignOn
from feedback_api.services.webhook_attempts import NO_DELIVERIES, Deliveries
from feedback_api.web import fields
from feedback_api.web.cached_answers import CachedAnswers, Latest
from feedback_api.web.description import Description
from feedback_api.web.kept_lists import KeptLists
from feedback_api.web.language_choice import (
    accepted_language,
    choice_parameter,
    choose_language,
    source_language,
)
from feedback_api.web.messages import Messages
from feedback_api.web.metrics import Metrics
from feedback_api.web.permissions import permission_of
from feedback_api.web.refusals import NotPermitted, SignInNeeded
from feedback_api.web.restraint import NO_RESTRAINT, Restraint
from feedback_api.web.sessions import Session, Sessions
from feedback_api.web.sign_in_flights import Flights
from feedback_api.web.threads import AnswerThreads
from feedback_api.web.uploads import read_upload

if TYPE_CHECKING:
    from jinja2 import Environment

_FEEDS_KEPT = 64
_WORDINGS_KEPT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where service and site are reached, each as an origin: scheme, host and port.

    `commits`: where a commit of the text can be read, a URL up to its hash; "" where nowhere.
    """

    origin: str
    site_origin: str
    commits: str = ""

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https:")

    @property
    def is_one_origin(self) -> bool:
        return self.origin == self.site_origin

    def commit_url(self, commit: str) -> str | None:
        return self.commits + commit if self.commits else None

    def site_url(self, path: str) -> str:
        """A path of the site, as a page of the service links to it."""
        return path if self.is_one_origin else self.site_origin + path


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What all requests share."""

    services: Services
    place: Place
    messages: Mapping[LanguageCode, Messages]
    sessions: Sessions
    flights: Flights
    environments: Callable[[LanguageCode], "Environment"]
    description: Callable[[], Description]
    lists: KeptLists
    sends_mail: bool = False
    answer_days: int = ANSWER_DAYS
    deliveries: Deliveries = NO_DELIVERIES
    repository: Repository = NO_REPOSITORY
    threads: AnswerThreads | None = None
    desk: DataDesk = field(default_factory=NoDataDesk)
    terms: PrivacyTerms = field(default_factory=PrivacyTerms)
    single_sign_on: SingleSignOn | None = None
    local_accounts: bool = True
    restraint: Restraint = NO_RESTRAINT
    metrics: Metrics | None = None
    counts: CachedAnswers = field(default_factory=lambda: CachedAnswers(have_addresses=True))
    sections: CachedAnswers = field(default_factory=lambda: CachedAnswers(have_addresses=True))
    figures: CachedAnswers = field(default_factory=CachedAnswers)
    wordings: CachedAnswers = field(default_factory=lambda: CachedAnswers(limit=_WORDINGS_KEPT))
    feeds: CachedAnswers = field(
        default_factory=lambda: CachedAnswers(fields.ATOM_TYPE, limit=_FEEDS_KEPT)
    )
    publications: Latest[tuple[Publication, ...]] = field(default_factory=Latest)
    present: Latest[frozenset[tuple[object, ...]]] = field(default_factory=Latest)


class Visit:
    """A request as handlers see it; what costs time is worked out when first asked for."""

    def __init__(self, request: Request, web: Web) -> None:
        self.request = request
        self.web = web
        self.services = web.services
        self.posted: Mapping[str, str] | None = None
        self.file: bytes | None = None

    @property
    def request_id(self) -> str:
        return str(self.request.scope["state"]["request_id"])

    @property
    def address(self) -> str:
        """From where the request comes, as far as it can be believed; to count by, not to keep."""
        return self.request.client.host if self.request.client else ""

    async def count(self, purpose: Purpose, *, name: str = "") -> None:
        """Raises TooManyRequests."""
        await self.web.restraint.limits.hit(purpose, self.address, name=name)

    @property
    def is_for_machines(self) -> bool:
        """Whether the URL answers JSON whatever happens."""
        path: str = self.request.scope["path"]
        return path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))

    @property
    def has_bearer_token(self) -> bool:
        """Whether a program, not a browser, presents its session; for JSON only."""
        scheme = self.request.headers.get("authorization", "").partition(" ")[0]
        return self.is_for_machines and scheme.lower() == "bearer"

    @property
    def is_part(self) -> bool:
        """Whether only the fragment is wanted that a reader's page puts under a section."""
        return (
            self.request.query_params.get("part") == "1" or (self.posted or {}).get("part") == "1"
        )

    @property
    def wants_page(self) -> bool:
        """Whether an error is best told as a page."""
        if self.is_for_machines:
            return False
        return self.is_part or "text/html" in self.request.headers.get("accept", "")

    def service_url(self, path: str) -> str:
        """A path of the service, as the page or the fragment asked for links to it."""
        place = self.web.place
        return place.origin + path if self.is_part and not place.is_one_origin else path

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        return self.services.text.languages()

    @cached_property
    def language(self) -> Language:
        """The reader's: of the URL where it names one, else chosen; by header alone for JSON."""
        by_code = {language.code: language for language in self.languages}
        named = by_code.get(LanguageCode(self.request.path_params.get("lang", "")))
        if named is not None:
            return named
        if self.is_for_machines:
            header = self.request.headers.get("accept-language", "")
            return by_code[accepted_language(header, self.languages)]
        return by_code[choose_language(self.request, self.languages)]

    @cached_property
    def messages(self) -> Messages:
        """Of the reader's language; of the source's where a language has none yet."""
        known = self.web.messages
        return known.get(self.language.code) or known[source_language(self.languages)]

    @cached_property
    def session(self) -> Session | None:
        """The editor's session, if there is one: of the cookie, or of a token sent by a program."""
        if self.has_bearer_token:
            token = self.request.headers["authorization"].partition(" ")[2]
            return self.web.sessions.of_token(token.strip())
        return self.web.sessions.of_cookie(self.request)

    def look_up_no_session(self) -> None:
        """Unless it was looked up by now, there is none: the store cannot be asked for it."""
        self.__dict__.setdefault("session", None)

    def renew_session(self) -> None:
        """The answer, whatever it is, keeps a cookie in use from ending for want of use."""
        renewed = None if self.has_bearer_token else self.web.sessions.renewed(self.request)
        if renewed is not None:
            self.request.scope["state"]["renewed"] = [(b"set-cookie", renewed.encode("latin-1"))]

    def begin_session(self, editor: Editor, answer: Response) -> None:
        """In place of the one there is, also of a renewed one."""
        self.request.scope["state"].pop("renewed", None)
        self.web.sessions.remember(self.web.sessions.begin(editor), answer)

    def end_session(self, answer: Response) -> None:
        """Have the browser forget its cookie, also a renewed one."""
        self.request.scope["state"].pop("renewed", None)
        self.web.sessions.forget(answer)

    @property
    def editor(self) -> EditorName:
        """Raises SignInNeeded."""
        if self.session is None:
            raise SignInNeeded
        return self.session.editor

    @property
    def account_role(self) -> AccountRole:
        """Raises SignInNeeded."""
        if self.session is None:
            raise SignInNeeded
        return self.session.account_role

    def may(self, operation: str) -> bool:
        """Whether this visitor's account may do it, named as in permissions.py."""
        return self.session is not None and permission_of(operation).admits(
            self.session.account_role
        )

    def require(self, operation: str) -> None:
        """Raises SignInNeeded, NotPermitted."""
        if self.session is None:
            raise SignInNeeded
        if not self.may(operation):
            raise NotPermitted

    def require_language(self) -> Language:
        """The language the URL names. Raises UnknownLanguage."""
        named = self.request.path_params["lang"]
        if self.language.code != named:
            raise UnknownLanguage(language=shown(named))
        return self.language

    def in_language(self, path: str, language: Language) -> str:
        """The same page of the service in another language."""
        named = self.request.path_params.get("lang")
        if named is None:
            joint = "&" if "?" in path else "?"
            return f"{path}{joint}{choice_parameter(path)}={language.code}"
        there = path.replace(f"/feedback/{named}/", f"/feedback/{language.code}/", 1)
        return f"{quote(there)}?{choice_parameter(path)}={language.code}"

    async def form(self) -> Mapping[str, str]:
        """The fields of the posted form. Raises as fields.read_form."""
        if self.posted is None:
            self.posted = await fields.read_form(self.request)
        return self.posted

    async def receive_file(self) -> None:
        """Take a form with a file: `posted` and `file`. Raises as uploads.read_upload."""
        uploaded = await read_upload(self.request)
        self.posted, self.file = uploaded.fields, uploaded.file
