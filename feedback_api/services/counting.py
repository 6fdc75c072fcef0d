"""What is counted so that nobody asks too often, and the port of whoever counts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Purpose(StrEnum):
    """What is counted, each by itself; an operator may choose how much of it is taken."""

    COMMENTS = "comments"
    RECEIPTS = "receipts"  # whatever is done with one, whether it is right or wrong
    WRONG_CODES = "wrong-codes"  # receipts, codes and links that somebody guesses
    SIGN_IN = "sign-in"  # whatever the name
    SIGN_IN_NAME = "sign-in-name"  # of one name, until it succeeds
    SUPPORT = "support"
    REQUESTS = "requests"  # what makes us write a mail or a file: confirm, export, erase


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `amount` in any `seconds`."""

    amount: int
    seconds: int


class Counters(Protocol):
    """Counts under keys that tell nobody what they stand for."""

    @property
    def waits(self) -> bool:
        """Whether counting waits for another machine."""

    def count(self, key: str, rate: Rate) -> float:
        """0 and counted; or the seconds after which it would be, and not counted."""

    def remaining_wait(self, key: str, rate: Rate) -> float:
        """The same, and never counted."""

    def forget(self, key: str, rate: Rate) -> None:
        """As if nothing had been counted."""
