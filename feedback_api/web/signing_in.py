"""Signs in by passphrase, and changes it: counted before the slow hash, and few at a time."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import SignInRefused
from feedback_api.domain.passphrase_errors import InvalidPassphrase
from feedback_api.domain.sign_in_errors import LocalAccountsOff
from feedback_api.services.counting import Purpose
from feedback_api.services.editors import change_own_passphrase, composed, sign_in
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_AT_ONCE = 8
"""Hashing or waiting for it, each in a thread: the others stay free for readers."""
_BUSY_SECONDS = 2
_places = threading.BoundedSemaphore(_AT_ONCE)
_log = logging.getLogger(__name__)


async def sign_in_counted(visit: Visit, name: str, passphrase: str) -> Editor:
    """The editor. Raises LocalAccountsOff, SignInRefused, TooManyRequests.

    Counted for the network, and for the name within it: whoever tries an account's name from
    elsewhere does not lock its owner out. A passphrase that is right takes the latter back.
    """
    require_local_accounts(visit)
    counted_name = await _counted(visit, name)
    with _place():
        try:
            editor = await in_thread(sign_in, name, passphrase, services=visit.services)
        except SignInRefused:
            _log.info("A sign-in by passphrase was refused.")  # what was typed may be a passphrase
            raise
    _log.info("%s signed in by passphrase.", editor.name)
    await _forget(visit, counted_name)
    return editor


async def change_counted(visit: Visit, present: str, passphrase: str) -> Editor:
    """The editor with the new one, if the present one is right, counted as a sign-in is.

    Raises InvalidPassphrase, ProviderAccount, StoreError, TooManyRequests.
    """
    counted_name = await _counted(visit, visit.editor)
    change = partial(change_own_passphrase, visit.editor, services=visit.services)
    with _place():
        try:
            editor = await in_thread(change, present, passphrase)
        except InvalidPassphrase:
            _log.info("A change of the passphrase of %s was refused.", visit.editor)
            raise
    _log.info("%s changed the passphrase.", editor.name)
    await _forget(visit, counted_name)
    return editor


async def _counted(visit: Visit, name: str) -> str:
    """The name as it was counted. Raises TooManyRequests."""
    counted_name = composed(name).strip().casefold()
    await visit.count(Purpose.SIGN_IN)
    await visit.count(Purpose.SIGN_IN_NAME, name=counted_name)
    return counted_name


async def _forget(visit: Visit, counted_name: str) -> None:
    limits = visit.web.restraint.limits
    await limits.forget(Purpose.SIGN_IN_NAME, visit.address, name=counted_name)


def require_local_accounts(visit: Visit) -> None:
    """Raises LocalAccountsOff."""
    if not visit.web.local_accounts:
        raise LocalAccountsOff


@contextmanager
def _place() -> Iterator[None]:
    """Raises TooManyRequests when all are taken, by whomever."""
    if not _places.acquire(blocking=False):
        raise TooManyRequests(seconds=_BUSY_SECONDS)
    try:
        yield
    finally:
        _places.release()
