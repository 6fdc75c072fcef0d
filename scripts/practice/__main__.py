"""`python -m practice COMMAND`: the commands behind scripts/*."""

import sys
from collections.abc import Callable
from importlib import import_module

import typer

# A command's module is imported when the command is called: the checks of the text need much that
# a build does not.
COMMANDS = {
    "build": "build_command:build",
    "check-content": "check_content_command:check_content_command",
    "languages": "languages_command:application",
    "rebuild": "rebuild_command:rebuild",
    "review": "review_command:application",
    "serve": "serve_command:serve",
    "translate": "translate_command:application",
}


def command_line(called: str) -> typer.Typer:
    """The command `called`, or all of them where it is none, as for `--help`."""
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
    """Tools of the code of practice."""


def _loaded(place: str) -> typer.Typer | Callable[..., None]:
    module, _, name = place.partition(":")
    command: typer.Typer | Callable[..., None] = getattr(import_module(f"practice.{module}"), name)
    return command


if __name__ == "__main__":
    command_line(sys.argv[1] if len(sys.argv) > 1 else "")()
