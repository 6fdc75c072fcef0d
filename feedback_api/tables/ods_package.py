"""Opens a stranger's OpenDocument package: bounded, and never believing what it says of itself."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from feedback_api.tables.limits import ENTRY_LIMIT, UNPACKED_LIMIT_BYTES
from feedback_api.tables.ods_parts import MIME
from feedback_api.tables.refusal import TableRefused, Unreadable

_CHUNK = 64 * 1024
_MANIFEST_LIMIT = 512 * 1024
_ENCRYPTED_FLAG = 0x1
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # ODF knows no others
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,  # UnicodeDecodeError, too
    NotImplementedError,
    RuntimeError,
    IndexError,
)


def content_chunks(package: bytes) -> Iterator[bytes]:
    """content.xml, piece by piece. Raises TableRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as file:
            _refuse_other_kinds(file)
            yield from _unpacked(file, "content.xml", UNPACKED_LIMIT_BYTES)
    except _BROKEN:
        raise TableRefused(Unreadable.BROKEN) from None


def _refuse_other_kinds(file: zipfile.ZipFile) -> None:
    names = file.namelist()
    if len(names) > ENTRY_LIMIT:
        raise TableRefused(Unreadable.TOO_LARGE)
    if "[Content_Types].xml" in names:
        raise TableRefused(Unreadable.EXCEL)
    if "encrypted-package" in names or _is_encrypted(file):
        raise TableRefused(Unreadable.ENCRYPTED)
    if "mimetype" not in names or "content.xml" not in names:
        raise TableRefused(Unreadable.UNKNOWN_FORMAT)
    if not b"".join(_unpacked(file, "mimetype", _CHUNK)).startswith(MIME.encode()):
        raise TableRefused(Unreadable.OTHER_DOCUMENT)


def _is_encrypted(file: zipfile.ZipFile) -> bool:
    """By the ZIP, or by the manifest (ODF 1.2, part 3, 3.4)."""
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in file.infolist()):
        return True
    name = "META-INF/manifest.xml"
    if name not in file.namelist():
        return False
    return b"encryption-data" in b"".join(_unpacked(file, name, _MANIFEST_LIMIT))


def _unpacked(file: zipfile.ZipFile, name: str, limit: int) -> Iterator[bytes]:
    entry = file.getinfo(name)
    if entry.compress_type not in _PACKINGS:
        raise TableRefused(Unreadable.BROKEN)
    left = limit
    with file.open(entry) as stream:
        while chunk := stream.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise TableRefused(Unreadable.TOO_LARGE)
            yield chunk
