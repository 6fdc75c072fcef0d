"""What commands tell their operator: settings, and whatever is refused, in words."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from feedback_api.domain.errors import (
    EditorExists,
    InvalidEditor,
    StartRefused,
    StoreError,
    UnknownEditor,
)
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.sign_in_errors import ProviderAccount
from feedback_api.settings import Settings, read_settings

_WORDS = {
    FaultCode.REQUIRED: "is missing",
    FaultCode.NOT_VISIBLE: "holds nothing one can see",
    FaultCode.TOO_SHORT: "must have at least {limit} characters",
    FaultCode.TOO_LONG: "must have at most {limit} characters",
    FaultCode.SINGLE_LINE: "must be one line",
    FaultCode.FORBIDDEN_CHARACTER: "holds a character it must not, {character}",
    FaultCode.RESERVED: "is one the service uses itself",
    FaultCode.NOT_EMAIL: "is no address that mail can be sent to",
    FaultCode.UNKNOWN_VALUE: "is none of {allowed}",
    FaultCode.EASY_TO_GUESS: (
        "is guessed soon: it is frequent, leaked, or made of the account's or the place's name; "
        "take four words by chance"
    ),
}


def settings_in_force() -> Settings:
    """Ends the command when they are refused."""
    with told():
        return read_settings(os.environ)


@contextmanager
def told() -> Iterator[None]:
    """What is refused is told in words, on standard error, and ends the command."""
    try:
        yield
    except StartRefused as refused:
        _end(refused.message)
    except InvalidEditor as invalid:
        _end("\n".join(map(_fault, invalid.faults)))
    except EditorExists as error:
        _end(f"There is an editor {error.params['editor']} already.")
    except UnknownEditor as error:
        _end(f"There is no editor {error.params['editor']}.")
    except ProviderAccount as error:
        _end(
            f"{error.params['editor']} signs in at the OpenID provider: "
            "the role comes from groups there, and there is no passphrase to change."
        )
    except StoreError as error:
        _end(f"The account could not be stored ({error.code}); see above.")


def _fault(fault: Fault) -> str:
    return f"The {fault.field} {_WORDS[fault.code].format(**fault.params)}."


def _end(message: str) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(1)
