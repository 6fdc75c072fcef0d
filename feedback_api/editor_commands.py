"""The commands for accounts: add, change, passphrase, sign-out, list, remove."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from feedback_api.commands_told import settings_in_force, told
from feedback_api.domain.editor import AccountRole
from feedback_api.domain.errors import StartRefused
from feedback_api.settings import Settings

if TYPE_CHECKING:
    from feedback_api.domain.editor import Editor
    from feedback_api.services.editor_profiles import Profile

editor = typer.Typer(no_args_is_help=True, help="Accounts of those who read and decide comments.")
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

Role = Annotated[
    AccountRole, typer.Option(help="A reviewer reads, notes and assigns; only an editor decides.")
]
NewRole = Annotated[
    AccountRole | None, typer.Option(help="What the account may do; a change ends its sessions.")
]


@editor.command("add")
def editor_add(
    name: str,
    role: Role = AccountRole.EDITOR,
    email: Email = None,
    owner: Owner = None,
    language: Language = None,
) -> None:
    """Make an account; the passphrase is asked for twice, or is one line of standard input."""
    from feedback_api.app import account_services
    from feedback_api.services.editor_profiles import change_profile
    from feedback_api.services.editors import add_editor

    with told():
        settings = settings_in_force()
        services = account_services(settings)
        profile = _profile(settings, email, owner, language)
        made = add_editor(name, _passphrase(), account_role=role, services=services)
        change_profile(made.name, profile, services=services)
    print(f"{made.name} can sign in now, as {_role(made)}.")


@editor.command("change")
def editor_change(
    name: str,
    role: NewRole = None,
    email: Email = None,
    owner: Owner = None,
    language: Language = None,
) -> None:
    """Change what an account may do, and where and of which pages the digest tells."""
    from feedback_api.app import account_services
    from feedback_api.services.editor_profiles import change_profile
    from feedback_api.services.editors import change_role

    with told():
        settings = settings_in_force()
        profile = _profile(settings, email, owner, language)
        services = account_services(settings)
        if role is not None:  # first: it may be refused, a profile that was checked is not
            change_role(name, role, services=services)
        changed = change_profile(name, profile, services=services)
    print(f"{changed.name} is {_role(changed)} and {_reached(changed)}.")


@editor.command("passphrase")
def editor_passphrase(name: str) -> None:
    """Give an account another passphrase, asked for as by `add`; its sessions end."""
    from feedback_api.app import account_services
    from feedback_api.domain.identity import EditorName
    from feedback_api.services.editors import change_passphrase, composed

    with told():
        services = account_services(settings_in_force())
        known = services.editors.get(EditorName(composed(name).strip()))
        if known.subject is not None:
            raise StartRefused(f"{known.name} signs in at the OpenID provider. Nothing was stored.")
        change_passphrase(known.name, _passphrase(), services=services)
    print(f"{known.name} signs in with the new passphrase from now on.")


@editor.command("sign-out")
def editor_sign_out(names: list[str]) -> None:
    """End every session of these accounts, on every device; they may sign in again."""
    from feedback_api.app import account_services
    from feedback_api.domain.identity import EditorName
    from feedback_api.services.editors import composed, end_sessions

    with told():
        services = account_services(settings_in_force())
        for name in names:
            end_sessions(EditorName(composed(name).strip()), services=services)
            print(f"Every session of {name} is over.")


@editor.command("list")
def editor_list() -> None:
    """Show who has an account."""
    from rich.console import Console
    from rich.table import Table

    from feedback_api.app import account_services

    with told():
        editors = account_services(settings_in_force()).editors.all()
    table = Table("name", "role", "since", "e-mail", "owner", "language")
    for one in editors:
        since = one.added_at.date().isoformat()
        owners = ", ".join(one.owners)
        table.add_row(
            one.name, one.account_role, since, one.email or "", owners, one.language or ""
        )
    Console().print(table)


@editor.command("remove")
def editor_remove(name: str) -> None:
    """End an account and its sessions; what the editor decided stays."""
    from feedback_api.app import account_services
    from feedback_api.services.editors import remove_editor

    with told():
        remove_editor(name, services=account_services(settings_in_force()))
    print(f"{name} can no longer sign in.")


def _profile(
    settings: Settings, email: str | None, owners: list[str] | None, language: str | None
) -> "Profile":
    """Raises InvalidEditor."""
    from feedback_api.services.editor_profiles import Profile, checked_profile

    known = [path.parent.name for path in settings.languages.glob("*/messages.po")]
    given = Profile(email=email, owners=None if not owners else tuple(owners), language=language)
    return checked_profile(given, known_languages=known)


def _role(editor: "Editor") -> str:
    return "an editor" if editor.account_role is AccountRole.EDITOR else "a reviewer"


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
