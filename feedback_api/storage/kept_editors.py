"""Accounts of editors; the command line changes them while the service runs."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from feedback_api.domain.editor import AccountRole, Editor
from feedback_api.domain.errors import EditorExists, UnknownEditor
from feedback_api.domain.fault import shown
from feedback_api.domain.identity import EditorName
from feedback_api.services.ports import EditorStep
from feedback_api.storage.comment_document import Moment
from feedback_api.storage.documents import DocumentsPlace, Form, encode_record

_Editors = Mapping[str, Editor]
"""By name without case: no two may differ in that alone."""


class _EditorDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """See domain Editor."""

    name: str
    passphrase_hash: str | None
    added_at: Moment
    session_epoch: int
    email: str | None = None
    owners: tuple[str, ...] = ()
    language: str | None = None
    digest_at: Moment | None = None
    account_role: AccountRole = AccountRole.EDITOR
    subject: str | None = None


_decoder = msgspec.json.Decoder(_EditorDocument)


def _decode(document: bytes) -> Editor:
    return msgspec.convert(_decoder.decode(document), Editor, from_attributes=True)


FORM: Form[Editor] = Form(
    table="editors",
    key=lambda editor: editor.name.casefold(),
    encode=lambda editor: encode_record(editor, _EditorDocument),
    decode=_decode,
)


class KeptEditors:
    """See EditorStore."""

    def __init__(self, place: DocumentsPlace) -> None:
        """Raises StartRefused."""
        self._documents = place.documents(FORM, is_shared=True)

    def add(self, editor: Editor) -> None:
        """See EditorStore."""

        def added(editors: _Editors) -> _Editors:
            subjects = {one.subject for one in editors.values()} - {None}
            if editor.name.casefold() in editors or editor.subject in subjects:
                raise EditorExists(editor=shown(editor.name))
            return {**editors, editor.name.casefold(): editor}

        self._documents.change(added)

    def get(self, name: EditorName) -> Editor:
        """See EditorStore."""
        return _known(self._documents.all(), name)

    def change(self, name: EditorName, step: EditorStep) -> Editor:
        """See EditorStore."""

        def changed(editors: _Editors) -> _Editors:
            after = step(_known(editors, name))
            return {**editors, name.casefold(): replace(after, name=name)}

        return _known(self._documents.change(changed), name)

    def remove(self, name: EditorName) -> None:
        """See EditorStore."""

        def rest(editors: _Editors) -> _Editors:
            gone = _known(editors, name)
            return {key: editor for key, editor in editors.items() if editor is not gone}

        self._documents.change(rest)

    def all(self) -> tuple[Editor, ...]:
        """See EditorStore."""
        return tuple(sorted(self._documents.all().values(), key=lambda editor: editor.name))


def _known(editors: _Editors, name: EditorName) -> Editor:
    editor = editors.get(name.casefold())
    if editor is None or editor.name != name:
        raise UnknownEditor(editor=shown(name))
    return editor
