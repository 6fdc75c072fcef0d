"""The service's command line: python -m feedback_api serve, editor, invite, config.

Each command imports the rooms it needs: all of them take longer to import than most commands run.
"""

import gc
import ipaddress
import os
import signal
import sys
from types import FrameType
from typing import Annotated, NoReturn

import typer

from feedback_api.backup_commands import commands as backup_commands
from feedback_api.commands_told import settings_in_force, told
from feedback_api.domain.errors import StartRefused
from feedback_api.editor_commands import editor
from feedback_api.invite_commands import invite
from feedback_api.migrate_command import commands as migrate_commands
from feedback_api.settings import read_settings
from feedback_api.storage.folder_lock import FolderLock

_SWITCH_SECONDS = 0.0005
"""Readers wait that long at most for the one thread that writes; usual are 5 ms."""

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The feedback service of the code of practice."
)
cli.add_typer(editor, name="editor")
cli.add_typer(backup_commands)
cli.add_typer(migrate_commands)
cli.add_typer(invite, name="invite")


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Run the service until Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)  # until the server takes over
    gc.disable()  # until all is read: what a start makes, stays
    with told():
        settings = read_settings(os.environ, origin=f"http://{_url_host(host)}:{port}")
        if settings.store.database is None:
            FolderLock(settings.data).release()  # a second process learns at once that it is one
            sys.setswitchinterval(_SWITCH_SECONDS)
        from feedback_api.app import create_app
        from feedback_api.server import run

        app = create_app(settings)
    run(app, host=host, port=port, trusted_proxies=settings.trusted_proxies, log=settings.log)


@cli.command("migrate-schema")
def migrate_schema() -> None:
    """Make the database's tables, or bring those of an earlier release to this one."""
    with told():
        place = settings_in_force().store.database
        if place is None:
            raise StartRefused("FEEDBACK_STORE names no database, and TinyDB needs no migration.")
        from feedback_api.replicated_store import migrate_schema as migrate

        before = migrate(place)
    done = "made" if before is None else f"up to date; they had version {before}"
    print(f"The tables are {done}.")


@cli.command()
def config() -> None:
    """Show the settings in force; the secret is not shown."""
    for name, value in settings_in_force().described().items():
        print(f"{name}={value}")


@cli.command()
def permissions() -> None:
    """Print who may do what, as Markdown: docs/manual/permissions.md is this."""
    from feedback_api.web.permission_page import permission_page

    print(permission_page(), end="")


@cli.command()
def digest(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")
    ] = False,
) -> None:
    """Send every editor with an address what is new, undecided and overdue; for cron."""
    import asyncio

    from feedback_api.mail.smtp_server import ServerTrouble
    from feedback_api.mailroom import DigestRound
    from feedback_api.stores import look_at

    with told():
        settings = settings_in_force()
        if settings.mail is None and not dry_run:
            raise StartRefused("No mail can be sent: FEEDBACK_SMTP is not set.")
        services = look_at(settings)
        if services is None:
            print("There is no comment yet, and nothing to tell.")
            return
        digests = DigestRound(settings, services)
        if dry_run:
            for one, letter in asyncio.run(digests.written()):
                print(f"To {one.editor.name}: {letter.subject}\n\n{letter.text}")
            return
        try:
            sent, found = asyncio.run(digests.send())
        except ServerTrouble as trouble:
            raise StartRefused(f"The mail server cannot be used: {trouble.reason}.") from None
    print(f"{sent} of {found} digests were sent.")
    if sent < found:
        raise typer.Exit(1)


@cli.command()
def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be erased, and erase nothing.")
    ] = False,
) -> None:
    """Erase what is kept no longer: names and addresses some time after the answer; for cron."""
    from feedback_api.purge_command import list_due, purge_now
    from feedback_api.purge_command import told as shown

    with told():
        settings = settings_in_force()
        if dry_run:
            print(f"Would be erased:\n{shown(list_due(settings))}")
        else:
            print(f"Erased:\n{shown(purge_now(settings))}")


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Whoever stops the service while it still starts has stopped it all the same."""
    raise SystemExit(0)


def _url_host(host: str) -> str:
    """How a browser on this machine reaches a listening address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_loopback or address.is_unspecified:
        return "localhost"
    return f"[{address}]" if address.version == 6 else str(address)
