"""The real service with short deadlines: `python -m tests.system.impatient serve --port=…`."""

from functools import partial

from feedback_api import command_line, server
from feedback_api.slow_clients import Patience
from feedback_api.web import security

PATIENCE = Patience(header_seconds=1.0, body_seconds=2.0, read_seconds=1.0, connections=1_200)

if __name__ == "__main__":
    server.run = partial(server.run, patience=PATIENCE)
    security.BODY_SECONDS = 1.5
    command_line.cli()
