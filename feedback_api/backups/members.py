"""Which files of a data folder a backup holds: all that the service writes, and nothing else.

Locks, leftovers of a crash and the clone of the text's repository are made anew by themselves.
"""

import re
from pathlib import Path

KEY_FILE = "secret"
"""What all receipts hang on."""
_SMALL_FILE = re.compile(r"[a-z][a-z-]{0,60}\.json")
_FOLDER = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_SEGMENT = re.compile(r"[0-9]{6}\.json")
WORDINGS = "wordings"

Members = dict[str, bytes]
"""Content by name, as "editors.json" or "waiting/000000.json"."""


def is_member(name: str) -> bool:
    """Whether a backup may hold a file of this name; every other name is an attack or a mistake."""
    folder, slash, file = name.rpartition("/")
    if not slash:
        return name == KEY_FILE or bool(_SMALL_FILE.fullmatch(name))
    return bool(_FOLDER.fullmatch(folder) and _SEGMENT.fullmatch(file))


def holds_comments(name: str) -> bool:
    """Whether the file is a segment of comments."""
    folder, slash, _ = name.rpartition("/")
    return bool(slash) and folder != WORDINGS


def names_in(folder: Path) -> list[str]:
    """The names of all members there now. Raises OSError."""
    found: list[str] = []
    for path in folder.iterdir():
        if _FOLDER.fullmatch(path.name) and path.is_dir() and path.name != KEY_FILE:
            inside = (f"{path.name}/{file.name}" for file in path.iterdir())
            found += filter(is_member, inside)
        elif is_member(path.name):
            found.append(path.name)
    return sorted(found)


def entries_of(names: list[str]) -> list[str]:
    """The files and folders of the data folder itself that these members are, or are in."""
    return sorted({name.partition("/")[0] for name in names})
