"""`languages add`: makes one more language work, with every section missing until translated."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from practice.new_language import LanguageRefusedError, NewLanguage, add_language
from practice.problem import ProblemsFoundError

ROOT = Path(__file__).resolve().parents[2]
application = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Languages of the code of practice."
)


@application.callback()
def languages() -> None:
    """Languages of the code of practice."""


@application.command("add")
def add_command(
    code: Annotated[str, typer.Argument(help="Names the folders and the address: docs/CODE.")],
    *,
    name: Annotated[str, typer.Option(help="What the language calls itself.")],
    tag: Annotated[str, typer.Option(help="BCP 47 tag, if it is not the code.")] = "",
    locale: Annotated[str, typer.Option(help="Babel locale, if not the usual one.")] = "",
    root: Annotated[Path, typer.Option(help="Folder of the project.", hidden=True)] = ROOT,
) -> None:
    """Add a language."""
    try:
        written = add_language(root, NewLanguage(code=code, name=name, tag=tag, locale=locale))
    except LanguageRefusedError as refusal:
        print(refusal, file=sys.stderr)
        raise typer.Exit(2) from None
    except ProblemsFoundError as found:
        for problem in found.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(1) from None
    for path in written:
        print(path.as_posix())
    print(
        f"Next, in languages/{code}: translate messages.po, “site_name” in mkdocs.yml and “menu” in"
        " language.yml, fill duty.yml and quantities.yml."
        f" Then write docs/{code}, page by page, and accept each with scripts/translate accept."
    )
