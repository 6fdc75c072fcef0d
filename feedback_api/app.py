"""Puts the rooms together: the only file that knows everyone."""

import gc
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette

from feedback_api.background import Worker, at_work
from feedback_api.backups.restoring import finish_restore, refuse_unfinished_restore
from feedback_api.deployments import Deployments
from feedback_api.domain.errors import StartRefused
from feedback_api.mailroom import data_letters, mail_workers
from feedback_api.outgoing.http_post import HttpPost
from feedback_api.outgoing.webhooks import Webhooks
from feedback_api.proposals.engine import missing_tools
from feedback_api.proposals.git_repository import GitRepository
from feedback_api.purging import Purging
from feedback_api.restraint import restraint_of
from feedback_api.services import Services
from feedback_api.services.data_requests import NoDataDesk
from feedback_api.services.ports import Clock, EditorStore, Passphrases
from feedback_api.services.repository import NO_REPOSITORY, Repository
from feedback_api.services.single_sign_on import SingleSignOn
from feedback_api.services.webhook_attempts import NO_DELIVERIES
from feedback_api.settings import Settings
from feedback_api.storage.argon2_passphrases import Argon2Passphrases
from feedback_api.storage.change_feed import ChangeFeed
from feedback_api.storage.deliveries_file import DeliveriesFile
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import FileSystem
from feedback_api.storage.folder_lock import FolderLock
from feedback_api.storage.kept_cycles import KeptCycles
from feedback_api.storage.kept_editors import KeptEditors
from feedback_api.storage.kept_invitations import KeptInvitations
from feedback_api.storage.kept_templates import KeptTemplates
from feedback_api.storage.kept_wordings import KeptWordings
from feedback_api.storage.read_only_files import ReadOnlyFiles
from feedback_api.storage.secret_file import KeyedHashes, secret_of
from feedback_api.storage.sections_file import SectionsFile
from feedback_api.storage.store_files import StoreFiles
from feedback_api.storage.system import SystemClock, SystemRandomness
from feedback_api.storage.tinydb_store import TinydbStore
from feedback_api.web.routes import WebOptions, build_app
from feedback_api.web.sign_in_paths import CALLBACK, SIGN_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountServices:
    """What accounts need; the command line has it while a service holds the rest."""

    editors: EditorStore
    clock: Clock
    passphrases: Passphrases


def account_services(settings: Settings) -> AccountServices:
    """Raises StoreDamaged."""
    refuse_unfinished_restore(settings.data)
    return AccountServices(
        editors=KeptEditors(DocumentsFolder(settings.data, StoreFiles(settings.data))),
        clock=SystemClock(),
        passphrases=Argon2Passphrases(),
    )


def create_app(settings: Settings) -> Starlette:
    """Take the data folder, read everything and be ready to answer.

    The folder is let go when the application shuts down. Raises StartRefused.
    """
    held = ExitStack()
    with ExitStack() as undone_if_refused:
        undone_if_refused.enter_context(held)
        services, text, changes = _open(settings, held)
        webhooks = _webhooks(settings, services, changes)
        posting: Sequence[Worker] = (webhooks,) if webhooks else ()
        following = Deployments(text.refresh, services)
        mailing = mail_workers(settings, services, changes)
        purging = Purging(
            settings.data, settings.privacy.policy, services, daily=settings.privacy.purges
        )
        desk = data_letters(settings, services)
        answering: Sequence[Worker] = (desk.work,) if desk else ()
        workers: Sequence[Worker] = (following, purging, *posting, *mailing, *answering)
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
            lifespan=partial(_lifespan, held, workers),
            deliveries=webhooks or NO_DELIVERIES,
            repository=_repository(settings),
            restraint=restraint_of(settings.limits, services),
        )
        undone_if_refused.pop_all()
    gc.collect()
    gc.freeze()  # what is stored stays: no collection need look at it again
    return app


def look_at(settings: Settings) -> Services | None:
    """The collaborators for a command that reads comments while a service may hold the folder.

    Only accounts can be changed. None where there is no comment yet. Raises StartRefused.
    """
    files = ReadOnlyFiles()
    refuse_unfinished_restore(settings.data)
    comments = TinydbStore(settings.data, files)
    if not len(comments.index):
        return None
    text = SectionsFile(settings.sections, KeptWordings(settings.data, files))
    secret = settings.secret or secret_of(settings.data, files, needed=True)
    return _services(settings, files, text=text, comments=comments, secret=secret)


@contextmanager
def in_hand(settings: Settings) -> Iterator[Services]:
    """The collaborators for a command that changes comments while no service runs.

    Raises StartRefused.
    """
    with ExitStack() as held:
        services, _, _ = _open(settings, held)
        yield services


def _open(settings: Settings, opened: ExitStack) -> tuple[Services, SectionsFile, ChangeFeed]:
    """The collaborators over one data folder; `opened` closes what must be. Raises StartRefused."""
    files = StoreFiles(settings.data)
    opened.callback(FolderLock(settings.data).release)
    finish_restore(settings.data, files)
    text = SectionsFile(settings.sections, KeptWordings(settings.data, files))
    comments = TinydbStore(settings.data, files)
    opened.callback(comments.close)
    has_receipts = len(comments.index) > 0
    secret = settings.secret or secret_of(settings.data, files, needed=has_receipts)
    services = _services(settings, files, text=text, comments=comments, secret=secret)
    return services, text, comments.changes


def _services(
    settings: Settings,
    files: FileSystem,
    *,
    text: SectionsFile,
    comments: TinydbStore,
    secret: str,
) -> Services:
    place = DocumentsFolder(settings.data, files)
    return Services(
        comments=comments,
        reads=comments.index,
        editors=KeptEditors(DocumentsFolder(settings.data, StoreFiles(settings.data))),
        text=text,
        changes=text,
        cycles=text,
        records=KeptCycles(place),
        templates=KeptTemplates(place),
        invitations=KeptInvitations(DocumentsFolder(settings.data, StoreFiles(settings.data))),
        clock=SystemClock(),
        randomness=SystemRandomness(),
        secrets=KeyedHashes(secret),
        passphrases=Argon2Passphrases(),
    )


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


def _webhooks(settings: Settings, services: Services, changes: ChangeFeed) -> Webhooks | None:
    """None where no webhook is configured. Raises StoreDamaged."""
    log = DeliveriesFile(settings.data, StoreFiles(settings.data))  # damage is told all the same
    if settings.webhooks is None:
        return None
    return Webhooks(
        settings.webhooks.targets,
        post=partial(HttpPost, settings.webhooks.key),
        log=log,
        services=services,
        listen=changes.listen,
    )


def _repository(settings: Settings) -> Repository:
    """The one that editors propose changes to, if there is one. Raises StartRefused."""
    if settings.repository is None:
        return NO_REPOSITORY
    if missing := missing_tools():
        raise StartRefused(
            "FEEDBACK_REPOSITORY needs what checks the text, and this is not there: "
            f"{', '.join(missing)}. Install requirements/development.txt, and git."
        )
    return GitRepository(settings.repository, settings.data, service=settings.origin)


@asynccontextmanager
async def _lifespan(
    held: ExitStack, workers: Sequence[Worker], _app: Starlette
) -> AsyncIterator[None]:
    with held:
        async with at_work(workers):
            yield
