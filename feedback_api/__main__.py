"""python -m feedback_api: see command_line."""

import gc


def main() -> None:
    """Whatever is imported stays: looking through it again and again takes a tenth of the time."""
    gc.disable()
    from feedback_api.command_line import cli

    gc.freeze()
    gc.enable()
    cli()


if __name__ == "__main__":
    main()
