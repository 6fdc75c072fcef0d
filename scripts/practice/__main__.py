"""`python -m practice COMMAND`: the commands behind scripts/*."""

import typer

from practice import (
    build_command,
    check_content_command,
    languages_command,
    review_command,
    serve_command,
    translate_command,
)

application = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
application.command("build")(build_command.build)
application.command("check-content")(check_content_command.check_content_command)
application.command("serve")(serve_command.serve)
application.add_typer(languages_command.application, name="languages")
application.add_typer(review_command.application, name="review")
application.add_typer(translate_command.application, name="translate")


@application.callback()
def practice() -> None:
    """Tools of the code of practice."""


if __name__ == "__main__":
    application()
