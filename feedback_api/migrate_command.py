"""The command that moves everything to another kind of store: migrate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feedback_api.commands_told import settings_in_force, told
from feedback_api.domain.errors import StartRefused, StoreError

if TYPE_CHECKING:
    from feedback_api.moving.migrating import Migration, Place

commands = typer.Typer()


@commands.command()
def migrate(
    source: Annotated[str, typer.Option("--from", help="As in FEEDBACK_STORE: tinydb:./data.")],
    target: Annotated[str, typer.Option("--to", help="As in FEEDBACK_STORE, and empty.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything, and write nothing.")
    ] = False,
) -> None:
    """Copy everything from one store into another one; see docs/manual/migrate.md."""
    from feedback_api.moving.migrating import migrate as moved

    with told():
        secret = settings_in_force().secret
        here, there = _place("--from", source), _place("--to", target)
        if isinstance(here, Path) == isinstance(there, Path):
            raise StartRefused(
                "One of --from and --to is a folder (tinydb:…), the other one a database "
                "(postgresql://…)."
            )
        if secret is None:
            raise StartRefused(
                "FEEDBACK_SECRET must be set: receipts hang on it, before and after. If the "
                "service made its own, it is in the file `secret` of the data folder."
            )
        try:
            done = moved(here, there, secret, dry_run=dry_run)
        except StoreError as error:
            raise StartRefused(
                f"The move was interrupted ({error.code}); run the same command again."
            ) from error
        except OSError as error:
            raise StartRefused(
                f"The move was interrupted: {error.filename}: {error.strerror}. "
                "Mend that and run the same command again."
            ) from error
    _show(done)


def _place(option: str, text: str) -> "Place":
    from feedback_api.database_settings import read_store

    try:
        return read_store(text)
    except ValueError as error:
        raise StartRefused(f"{option} {error}.") from None


def _show(done: "Migration") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.ASCII2)
    for title in ("collection", "source", "target", "SHA-256"):
        table.add_column(title, justify="right" if title in ("source", "target") else "left")
    for name, here in done.here.items():
        there = done.there[name] if done.there is not None else None
        table.add_row(name, str(here.count), str(there.count) if there else "–", here.checksum[:16])
    Console(highlight=False).print(table)
    for note in done.notes:
        print(note)
    if done.there is None:
        print("Everything can be moved. Nothing was written.")
        return
    print(
        "All was moved, read back and compared; the source is as it was. Start the service with "
        "the new FEEDBACK_STORE and the same FEEDBACK_SECRET."
    )
