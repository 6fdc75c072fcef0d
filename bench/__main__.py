"""`python -m bench [COMMAND]`: the commands behind scripts/bench."""

import sys
from collections.abc import Callable
from importlib import import_module

import typer

# A command's module is imported when it is called, as in practice; each is one function.
COMMANDS = {
    "cluster": "cluster_command:cluster",
    "replicas": "replicas_command:replicas",
    "service": "service_command:service",
    "site": "site_command:site",
    "sizes": "cluster_sizes_command:sizes",
}
LEFT_OUT_OF_ALL = frozenset({"cluster", "replicas", "sizes"})
"""They kill servers for many minutes, or measure no speed: each is run by its name."""


def command_line(called: str) -> typer.Typer:
    """The command `called`, or all of them where it is none, as for `--help`."""
    application = typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, invoke_without_command=True
    )
    application.callback()(bench)
    for name in [called] if called in COMMANDS else COMMANDS:
        application.command(name)(_loaded(name))
    return application


def bench(context: typer.Context) -> None:
    """Measure the service and the building of the site beside others.

    Without a command: service and site; the others are run by their names.
    Results: build/bench/results.json, results.md, results.svg.
    """
    if context.invoked_subcommand is None:
        for name in COMMANDS:
            if name not in LEFT_OUT_OF_ALL:
                failed = command_line(name)([name], standalone_mode=False)
                if failed:
                    raise typer.Exit(failed)


def _loaded(name: str) -> Callable[..., None]:
    module, _, function = COMMANDS[name].partition(":")
    command: Callable[..., None] = getattr(import_module(f"bench.{module}"), function)
    return command


if __name__ == "__main__":
    command_line(sys.argv[1] if len(sys.argv) > 1 else "")()
