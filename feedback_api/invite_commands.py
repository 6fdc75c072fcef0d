"""The commands for invitations: make, list, revoke."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from feedback_api.commands_told import settings_in_force, told
from feedback_api.domain.errors import StartRefused, StoreError, UnknownSection

if TYPE_CHECKING:
    from feedback_api.domain.invitation import Invitation
    from feedback_api.invitation_services import InvitationServices
    from feedback_api.services.inviting import Made

invite = typer.Typer(
    help="Invitations: links and codes that prove the role of a commenter, and nothing else."
)


@invite.callback(invoke_without_command=True)
def make(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="The role proved: staff, management, customer.")] = "",
    cycle: Annotated[str, typer.Option(help="Id of the review cycle it is for.")] = "",
    expires: Annotated[str, typer.Option(help="The last day it works, as 2027-02-01.")] = "",
    count: Annotated[
        str | None,
        typer.Option(help="So many codes that work once each, instead of one shared link."),
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="The codes as CSV, ready for a mail merge.")
    ] = False,
    language: Annotated[
        str, typer.Option(help="Code of the language that links open in; else the reader's.")
    ] = "",
    section: Annotated[
        str, typer.Option(help="Id of the page or section that links lead to in the end.")
    ] = "",
) -> None:
    """Make one shared link, or with --count printed codes."""
    if context.invoked_subcommand is not None:
        return
    from feedback_api.invitation_services import invitation_services
    from feedback_api.services.inviting import InvitationOrder, invite
    from feedback_api.storage.system import SystemRandomness

    with _told():
        _refuse_missing(role=role, cycle=cycle, expires=expires)
        if as_csv and count is None:
            raise StartRefused("--csv prints codes: say how many with --count.")
        settings = settings_in_force()
        services = invitation_services(settings)
        query = _query(language, section, cycle, services)
        order = InvitationOrder(role=role, cycle=cycle, expires=expires, count=count)
        made = invite(order, randomness=SystemRandomness(), services=services)
    if as_csv:
        _print_csv(made, settings.origin, query)
    else:
        _print_text(made, settings.origin, query)


@invite.command("list")
def list_invitations() -> None:
    """Show what was made, and how much of it was used."""
    from rich.console import Console
    from rich.table import Table

    from feedback_api.invitation_services import invitation_services

    with _told():
        services = invitation_services(settings_in_force())
        invitations = services.invitations.all()
    table = Table("invitation", "role", "cycle", "made on", "last day", "codes used", "state")
    for one in invitations:
        table.add_row(*_row(one, services))
    Console().print(table)


@invite.command("revoke")
def revoke_invitation(invitation: str) -> None:
    """Let an invitation prove nothing any more, also for those who redeemed it already."""
    from feedback_api.invitation_services import invitation_services
    from feedback_api.services.inviting import revoke

    with _told():
        revoked = revoke(invitation, services=invitation_services(settings_in_force()))
    print(f"The invitation {revoked.id} proves nothing any more.")


@contextmanager
def _told() -> Iterator[None]:
    """As `told`, in the words of invitations."""
    from feedback_api.domain.invitation_errors import UnknownInvitation

    with told():
        try:
            yield
        except UnknownInvitation as error:
            raise StartRefused(
                f"There is no invitation {error.params['invitation']}; see `invite list`."
            ) from None
        except StoreError as error:
            raise StartRefused(
                f"The invitation could not be stored ({error.code}); see above."
            ) from None


def _refuse_missing(**given: str) -> None:
    missing = [f"--{name}" for name, value in given.items() if not value.strip()]
    if missing:
        raise StartRefused(
            f"An invitation needs {', '.join(missing)}; for example --role staff "
            "--cycle 2027-1 --expires 2027-02-01."
        )


def _query(language: str, section: str, cycle: str, services: "InvitationServices") -> str:
    """What links carry beside the secret: where they lead, in which language."""
    from feedback_api.domain.fault import shown
    from feedback_api.domain.identity import SectionId

    codes = [one.code for one in services.languages]
    if language and language not in codes:
        known = ", ".join(codes)
        raise StartRefused(f"There is no language “{shown(language)}”; choose one of {known}.")
    if section:
        try:
            services.text.section(SectionId(section))
        except UnknownSection:
            raise StartRefused(f"There is no page or section “{shown(section)}”.") from None
        named = [one for one in services.cycles.all_cycles() if one.id == cycle]
        if not all(one.covers(SectionId(section)) for one in named):
            raise StartRefused(
                f"The section {section} is not among those that the review cycle "
                f"“{shown(cycle)}” hears."
            )
    given = {"section": section, "language": language}
    fields = urlencode({name: value for name, value in given.items() if value})
    return f"?{fields}" if fields else ""


def _link(secret: str, origin: str, query: str) -> str:
    from feedback_api.services.redeem import LINK_PATH

    return f"{origin}{LINK_PATH}{secret}{query}"


def _print_csv(made: "Made", origin: str, query: str) -> None:
    invitation = made.invitation
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("code", "link", "role", "cycle", "expires", "invitation"))
    for code in made.codes:
        shared = (invitation.role.value, invitation.cycle, made.last_day, invitation.id)
        rows.writerow((code, _link(code, origin, query), *shared))


def _print_text(made: "Made", origin: str, query: str) -> None:
    one = made.invitation
    what = "1 code" if len(made.codes) == 1 else f"{len(made.codes)} codes"
    print(
        f"Invitation {one.id}: {what if made.codes else 'one shared link'}, {one.role} in the "
        f"review cycle {one.cycle}, to the end of {made.last_day}."
    )
    if made.link is not None:
        print(f"\n{_link(made.link, origin, query)}")
    for code in made.codes:
        print(f"\n{code}\n{_link(code, origin, query)}\n{made.last_day}")


def _row(one: "Invitation", services: "InvitationServices") -> tuple[str, ...]:
    from feedback_api.services.inviting import last_day_of

    if one.is_revoked:
        state = "revoked"
    else:
        state = "works" if services.clock.now() < one.expires_at else "expired"
    what = "shared link" if one.is_link else f"{one.used} of {len(one.codes)}"
    days = (one.made_on.isoformat(), last_day_of(one, services.cycles).isoformat())
    return (one.id, one.role.value, one.cycle, *days, what, state)
