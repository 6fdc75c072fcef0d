"""The table of permissions as Markdown: docs/manual/permissions.md is exactly this."""

from collections.abc import Iterator

from feedback_api.web.permissions import PERMISSIONS, Permission, Who

_BEFORE = """\
# Who may do what

This page is what `python -m feedback_api permissions` prints; a test fails when it is not.
It is made from the one table that the service asks before it does anything, \
`feedback_api/web/permissions.py`.

What is not in the table nobody may: an operation without a row, and a row without an operation, \
keep the service from starting.
`HEAD` is `GET` without the body; any other method is answered 405, any other address 404.

- **Reader**: whoever asks, without account and without receipt.
- **Commenter**: whoever sends the receipt of a comment, in the form or as `Authorization: \
Receipt …`, an editor as well as anybody else.
- **Reviewer**: is signed in with an account made by `editor add NAME --role reviewer`, or by \
single sign-on. Reads all that the board shows, notes, sums up, assigns and collects; decides \
nothing.
- **Editor**: is signed in with an account of an editor.

A request without session is answered 401 `sign-in-needed`, or led to the sign-in page; with an \
account of the other role 403 `not-permitted`.
Without a receipt it is answered 401 `receipt-missing`, with one that no comment has 404 \
`unknown-receipt`.
The page that says so gives back what was typed.

What must be one's own:

- *own receipt*: a receipt opens the one comment it was given for, and no other; nothing in the \
address names a comment.
- *own link*: what a link in a mail may do hangs on the secret in it, which opens the one \
comment it was sent for.
- *the service’s own machine, or its operator’s token*: figures for whoever looks after the \
service, of nobody and of no comment; see [monitoring](monitoring.md). Everybody else is answered \
404.
- *own session*: it begins, shows or ends the session of the request itself.
- *not the first decider*: an objection is not decided by who made the decision that it is \
about; they are answered 409 `other-editor-needed`.

| Operation | Reader | Commenter | Reviewer | Editor | What must be one's own |
| --- | --- | --- | --- | --- | --- |
"""


def permission_page() -> str:
    """The whole page."""
    return _BEFORE + "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    for operation, permission in sorted(PERMISSIONS.items(), key=lambda row: _place(row[0])):
        cells = [_cell(who, permission) for who in Who]
        yield f"| `{operation}` | {' | '.join(cells)} | {permission.own.value or '–'} |"


def _cell(who: Who, permission: Permission) -> str:
    """A receipt makes a commenter of anybody: it is the receipt that may."""
    return "yes" if who in permission.who else "no"


def _place(operation: str) -> tuple[str, str]:
    method, _, path = operation.partition(" ")
    return path, method
