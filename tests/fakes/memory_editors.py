"""Accounts without a disk, and passphrases without the slow hash."""

from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import EditorExists, UnknownEditor
from feedback_api.domain.identity import EditorName
from feedback_api.services.ports import EditorStep


class MemoryEditors:
    """See EditorStore."""

    def __init__(self) -> None:
        self.editors: dict[EditorName, Editor] = {}

    def add(self, editor: Editor) -> None:
        subjects = {one.subject for one in self.editors.values()} - {None}
        if editor.name.casefold() in map(str.casefold, self.editors) or editor.subject in subjects:
            raise EditorExists(editor=editor.name)
        self.editors[editor.name] = editor

    def get(self, name: EditorName) -> Editor:
        if name not in self.editors:
            raise UnknownEditor(editor=name)
        return self.editors[name]

    def change(self, name: EditorName, step: EditorStep) -> Editor:
        self.editors[name] = step(self.get(name))
        return self.editors[name]

    def remove(self, name: EditorName) -> None:
        del self.editors[self.get(name).name]

    def all(self) -> tuple[Editor, ...]:
        return tuple(self.editors[name] for name in sorted(self.editors))


class PlainPassphrases:
    """See Passphrases; remembers what it was asked."""

    def __init__(self) -> None:
        self.compared: list[str | None] = []

    def hash(self, passphrase: str) -> str:
        return f"hash of {passphrase}"

    def matches(self, passphrase: str, passphrase_hash: str | None) -> bool:
        self.compared.append(passphrase_hash)
        return passphrase_hash == self.hash(passphrase)

    def is_easy(self, passphrase: str, name: str) -> bool:
        return passphrase in ("password1234", f"{name} {name} {name} {name}")
