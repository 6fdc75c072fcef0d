"""`python -m practice COMMAND`: the commands behind scripts/*."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

# A command's module is imported when the command is called: the checks of the text need much that
# a build does not.
COMMANDS = {
    "check-content": "check_content_command:check_content_command",
    "languages": "languages_command:application",
    "rebuild": "rebuild_command:rebuild",
    "review": "review_command:application",
    "serve": "serve_command:serve",
    "translate": "translate_command:application",
}


def main(arguments: list[str]) -> None:
    """Run the command that the first argument names; Typer tells of them all where it is none."""
    called = arguments[0] if arguments else ""
    if called == "build":
        gc.disable()  # a tenth of the time, for a process that ends soon
        # It reads its three options itself: Typer takes as long to import as a language to read.
        from practice.build_command import build

        sys.exit(build(arguments[1:]))
    command_line(called)(arguments)


def command_line(called: str) -> typer.Typer:
    """The command `called`, or all of them where it is none, as for `--help`."""
    import typer

    application = typer.Typer(
        no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    application.callback()(practice)
    for name in [called] if called in COMMANDS else COMMANDS:
        command = _loaded(COMMANDS[name])
        if isinstance(command, typer.Typer):
            application.add_typer(command, name=name)
        else:
            application.command(name)(command)
    return application


def practice() -> None:
    """Tools of the code of practice. The one not listed is `build`: see `build --help`."""


def _loaded(place: str) -> typer.Typer | Callable[..., None]:
    module, _, name = place.partition(":")
    command: typer.Typer | Callable[..., None] = getattr(import_module(f"practice.{module}"), name)
    return command


if __name__ == "__main__":
    main(sys.argv[1:])
