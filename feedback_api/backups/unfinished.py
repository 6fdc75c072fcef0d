"""What a restore leaves while it is not finished; apart, since each start looks for it."""

from pathlib import Path

from feedback_api.domain.errors import StartRefused

STAGED = ".restored.part"
COMMITTED = ".restored"


def has_left_something(folder: Path) -> bool:
    """Whether a restore was begun and its end is not known."""
    return (folder / STAGED).exists() or (folder / COMMITTED).exists()


def refuse_unfinished_restore(folder: Path) -> None:
    """Raises StartRefused where a restore was decided and its files are not all in place."""
    if (folder / COMMITTED).is_dir():
        raise StartRefused(
            f"A restore of {folder} goes on, or was interrupted. "
            "Start the service, or run the restore again: either finishes it."
        )
