"""What the storage reports of its work, to whoever measures it."""

from typing import Protocol


class StoreWatch(Protocol):
    """Called by the thread that writes: quick, and raises nothing."""

    def group_written(self, changes: int) -> None:
        """So many changes were taken together."""

    def flushed(self, seconds: float) -> None:
        """One fsync of a file or a folder took so long."""


class NoWatch:
    """Nobody measures."""

    def group_written(self, changes: int) -> None:
        """See StoreWatch."""

    def flushed(self, seconds: float) -> None:
        """See StoreWatch."""


NO_WATCH = NoWatch()
