"""The service's command line: python -m feedback_api serve, editor, config.

Each command imports the rooms it needs: all of them take longer to import than most commands run.
"""

import getpass
import ipaddress
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from feedback_api.domain.errors import (
    EditorExists,
    InvalidEditor,
    StartRefused,
    StoreError,
    UnknownEditor,
)
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.settings import Settings, read_settings
from feedback_api.storage.folder_lock import FolderLock

if TYPE_CHECKING:
    from feedback_api.domain.editor import Editor
    from feedback_api.services.editor_profiles import Profile

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The feedback service of the code of practice."
)
Email = Annotated[
    str | None, typer.Option(help="Where the digest goes; blank takes the address away.")
]
Owner = Annotated[
    list[str] | None,
    typer.Option(help="An owner of pages whose comments the digest tells; may be repeated."),
]
Language = Annotated[
    str | None, typer.Option(help="Code of the language of the digest, as a folder of languages.")
]
editor = typer.Typer(no_args_is_help=True, help="Accounts of those who read and decide comments.")
cli.add_typer(editor, name="editor")

_WORDS = {
    FaultCode.REQUIRED: "is missing",
    FaultCode.NOT_VISIBLE: "holds nothing one can see",
    FaultCode.TOO_SHORT: "must have at least {limit} characters",
    FaultCode.TOO_LONG: "must have at most {limit} characters",
    FaultCode.SINGLE_LINE: "must be one line",
    FaultCode.FORBIDDEN_CHARACTER: "holds a character it must not, {character}",
    FaultCode.RESERVED: "is one the service uses itself",
    FaultCode.NOT_EMAIL: "is no address that mail can be sent to",
    FaultCode.UNKNOWN_VALUE: "is none of {allowed}",
}


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Run the service until Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)  # until the server takes over
    with _told():
        settings = read_settings(os.environ, origin=f"http://{_url_host(host)}:{port}")
        FolderLock(settings.data).release()  # a second process learns at once that it is one
        from feedback_api.app import create_app
        from feedback_api.server import run

        app = create_app(settings)
    run(app, host=host, port=port, trusted_proxies=settings.trusted_proxies)


@cli.command()
def config() -> None:
    """Show the settings in force; the secret is not shown."""
    for name, value in _settings().described().items():
        print(f"{name}={value}")


@editor.command("add")
def editor_add(
    name: str, email: Email = None, owner: Owner = None, language: Language = None
) -> None:
    """Make an account; the passphrase is asked for twice, or is one line of standard input."""
    from feedback_api.app import account_services
    from feedback_api.services.editor_profiles import change_profile
    from feedback_api.services.editors import add_editor

    with _told():
        settings = _settings()
        services = account_services(settings)
        profile = _profile(settings, email, owner, language)
        made = add_editor(name, _passphrase(), services=services)
        change_profile(made.name, profile, services=services)
    print(f"{made.name} can sign in now.")


@editor.command("change")
def editor_change(
    name: str, email: Email = None, owner: Owner = None, language: Language = None
) -> None:
    """Change where an editor gets the daily digest, for which pages, in which language."""
    from feedback_api.app import account_services
    from feedback_api.services.editor_profiles import change_profile

    with _told():
        settings = _settings()
        profile = _profile(settings, email, owner, language)
        changed = change_profile(name, profile, services=account_services(settings))
    print(f"{changed.name} {_reached(changed)}.")


@editor.command("list")
def editor_list() -> None:
    """Show who has an account."""
    from rich.console import Console
    from rich.table import Table

    from feedback_api.app import account_services

    with _told():
        editors = account_services(_settings()).editors.all()
    table = Table("name", "since", "e-mail", "owner", "language")
    for one in editors:
        since = one.added_at.date().isoformat()
        owners = ", ".join(one.owners)
        table.add_row(one.name, since, one.email or "", owners, one.language or "")
    Console().print(table)


@editor.command("remove")
def editor_remove(name: str) -> None:
    """End an account and its sessions; what the editor decided stays."""
    from feedback_api.app import account_services
    from feedback_api.services.editors import remove_editor

    with _told():
        remove_editor(name, services=account_services(_settings()))
    print(f"{name} can no longer sign in.")


@cli.command()
def digest(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")
    ] = False,
) -> None:
    """Send every editor with an address what is new, undecided and overdue; for cron."""
    import asyncio

    from feedback_api.app import look_at
    from feedback_api.mail.smtp_server import ServerTrouble
    from feedback_api.mailroom import DigestRound

    with _told():
        settings = _settings()
        if settings.mail is None and not dry_run:
            raise StartRefused("No mail can be sent: FEEDBACK_SMTP is not set.")
        services = look_at(settings)
        if services is None:
            print("There is no comment yet, and nothing to tell.")
            return
        digests = DigestRound(settings, services)
        if dry_run:
            for told, letter in asyncio.run(digests.written()):
                print(f"To {told.editor.name}: {letter.subject}\n\n{letter.text}")
            return
        try:
            sent, found = asyncio.run(digests.send())
        except ServerTrouble as trouble:
            raise StartRefused(f"The mail server cannot be used: {trouble.reason}.") from None
    print(f"{sent} of {found} digests were sent.")
    if sent < found:
        raise typer.Exit(1)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Whoever stops the service while it still starts has stopped it all the same."""
    raise SystemExit(0)


def _settings() -> Settings:
    with _told():
        return read_settings(os.environ)


def _profile(
    settings: Settings, email: str | None, owners: list[str] | None, language: str | None
) -> "Profile":
    """Raises InvalidEditor."""
    from feedback_api.services.editor_profiles import Profile, checked_profile

    known = [path.parent.name for path in settings.languages.glob("*/messages.po")]
    given = Profile(email=email, owners=None if not owners else tuple(owners), language=language)
    return checked_profile(given, known_languages=known)


def _reached(editor: "Editor") -> str:
    if editor.email is None:
        return "gets no mail"
    pages = f"the pages of {', '.join(editor.owners)}" if editor.owners else "all pages"
    return f"gets the digest of {pages} at {editor.email}"


def _passphrase() -> str:
    """Nothing is echoed on a terminal; elsewhere the first line, without its end."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    passphrase = getpass.getpass("Passphrase (12 characters or more): ")
    if getpass.getpass("The same again: ") != passphrase:
        raise StartRefused("The two passphrases differ. Nothing was stored.")
    return passphrase


@contextmanager
def _told() -> Iterator[None]:
    """What is refused is told in words, on standard error, and ends the command."""
    try:
        yield
    except StartRefused as refused:
        _end(refused.message)
    except InvalidEditor as invalid:
        _end("\n".join(map(_fault, invalid.faults)))
    except EditorExists as error:
        _end(f"There is an editor {error.params['editor']} already.")
    except UnknownEditor as error:
        _end(f"There is no editor {error.params['editor']}.")
    except StoreError as error:
        _end(f"The account could not be stored ({error.code}); see above.")


def _fault(fault: Fault) -> str:
    return f"The {fault.field} {_WORDS[fault.code].format(**fault.params)}."


def _end(message: str) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(1)


def _url_host(host: str) -> str:
    """How a browser on this machine reaches a listening address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_loopback or address.is_unspecified:
        return "localhost"
    return f"[{address}]" if address.version == 6 else str(address)


if __name__ == "__main__":
    cli()
