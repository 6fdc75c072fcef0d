"""Puts the rooms together: the only file that knows everyone."""

import gc
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from feedback_api.background import Worker, at_work
from feedback_api.background_work import background_work
from feedback_api.domain.errors import StartRefused
from feedback_api.metrics_settings import Readers
from feedback_api.request_lines import RequestLines
from feedback_api.restraint import restraint_of
from feedback_api.services import Services
from feedback_api.services.data_requests import NoDataDesk
from feedback_api.services.ports import Clock, EditorStore, Passphrases
from feedback_api.services.repository import NO_REPOSITORY, Repository
from feedback_api.services.single_sign_on import SingleSignOn
from feedback_api.settings import Settings
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.system import SystemClock
from feedback_api.store_metrics import Contents, WriteFigures
from feedback_api.stores import Stored, open_store, passphrases_of, records_place
from feedback_api.web.metrics import Metrics, MetricsReaders
from feedback_api.web.routes import WebOptions, build_app
from feedback_api.web.sign_in_paths import CALLBACK, SIGN_IN
from feedback_api.web.threads import AnswerThreads

if TYPE_CHECKING:
    from feedback_api.mail.data_letters import DataLetters


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountServices:
    """What accounts need; the command line has it while a service holds the rest."""

    editors: EditorStore
    clock: Clock
    passphrases: Passphrases


def account_services(settings: Settings) -> AccountServices:
    """Raises StartRefused."""
    return AccountServices(
        editors=KeptEditors(records_place(settings)),
        clock=SystemClock(),
        passphrases=passphrases_of(settings),
    )


def create_app(settings: Settings) -> Starlette:
    """Take the data folder, read everything and be ready to answer.

    The folder is let go when the application shuts down. Raises StartRefused.
    """
    held = ExitStack()
    with ExitStack() as undone_if_refused:
        undone_if_refused.enter_context(held)
        writes = WriteFigures()
        stored = open_store(settings, held, watch=writes)
        services = stored.services
        background, deliveries = background_work(settings, stored)
        desk = _desk(settings, services)
        log = RequestLines(sys.stderr, settings.log)
        answering: Sequence[Worker] = (desk.work,) if desk else ()
        workers = (*background, *answering)
        options = WebOptions(
            origin=settings.origin,
            site_origin=settings.site_origin,
            site=settings.site,
            languages=settings.languages,
            answer_days=settings.answer_days,
            commits=settings.commits,
            sends_mail=settings.mail is not None,
            single_sign_on=_single_sign_on(settings, services),
            local_accounts=settings.sign_in.local_accounts,
            terms=settings.privacy,
            desk=desk or NoDataDesk(),
        )
        app = build_app(
            services,
            options,
            lifespan=partial(_lifespan, held, workers, log),
            log=log,
            deliveries=deliveries,
            repository=_repository(settings),
            restraint=restraint_of(settings.limits, services),
            threads=_threads(stored, held),
            metrics=_metrics(settings, stored, writes),
        )
        if stored.replicas is None:
            stored.changes.listen(app.state.comment_changed)
        undone_if_refused.pop_all()
    gc.freeze()  # what was read and made stays: no collection need look at it, not even now
    gc.enable()
    return app


@contextmanager
def in_hand(settings: Settings) -> Iterator[Services]:
    """The collaborators for a command that changes comments while no service runs.

    Raises StartRefused.
    """
    with ExitStack() as held:
        yield open_store(settings, held).services


def _metrics(settings: Settings, stored: Stored, writes: WriteFigures) -> Metrics | None:
    """None where nobody may read what is measured."""
    wanted = settings.metrics
    if wanted.readers is Readers.OFF:
        return None
    is_alone = stored.replicas is None
    contents = Contents(
        stored.services.reads,
        folder=settings.data if is_alone else None,
        waiting=stored.waiting,
    )
    readers = MetricsReaders(everybody=wanted.readers is Readers.ON, token=wanted.token)
    return Metrics(readers, (contents, writes) if is_alone else (contents,))


def _desk(settings: Settings, services: Services) -> "DataLetters | None":
    """Who mails links to people's own data; nobody where no mail is sent."""
    if settings.mail is None:
        return None
    from feedback_api.mailroom import data_letters  # a tenth of a second, for some

    return data_letters(settings, services)


def _threads(stored: Stored, opened: ExitStack) -> AnswerThreads | None:
    """None where no read waits."""
    if stored.replicas is None:
        return None
    threads = AnswerThreads(stored.replicas.answering)
    opened.callback(threads.close)
    return threads


def _single_sign_on(settings: Settings, services: Services) -> SingleSignOn | None:
    """None where nobody signs in by a provider."""
    oidc = settings.sign_in.oidc
    if oidc is None:
        return None
    from feedback_api.oidc.provider import OidcProvider  # a quarter of a second, for few
    from feedback_api.oidc.wire import Wire

    provider = OidcProvider(
        oidc,
        Wire(oidc),
        services.clock,
        redirect_uri=settings.origin + CALLBACK,
        signed_out_uri=settings.origin + SIGN_IN,
    )
    return SingleSignOn(
        provider=provider,
        issuer=oidc.issuer,
        groups=oidc.groups,
        label=oidc.label,
        lasts=oidc.session,
    )


def _repository(settings: Settings) -> Repository:
    """The one that editors propose changes to, if there is one. Raises StartRefused."""
    if settings.repository is None:
        return NO_REPOSITORY
    from feedback_api.proposals.engine import missing_tools  # for few, too
    from feedback_api.proposals.git_repository import GitRepository

    if missing := missing_tools():
        raise StartRefused(
            "FEEDBACK_REPOSITORY needs what checks the text, and this is not there: "
            f"{', '.join(missing)}. Install requirements/development.txt, and git."
        )
    return GitRepository(settings.repository, settings.data, service=settings.origin)


@asynccontextmanager
async def _lifespan(
    held: ExitStack, workers: Sequence[Worker], log: RequestLines, _app: Starlette
) -> AsyncIterator[None]:
    with held, closing(log):
        async with at_work(workers):
            yield
