"""A backup's content: a tar archive, gzip-compressed, that any system can read."""

import gzip
import io
import tarfile
import zlib

import msgspec

from feedback_api.backups.manifest import NAME, Manifest, decode_manifest, described
from feedback_api.backups.members import Members, is_member
from feedback_api.domain.errors import BackupRefused

_COMPRESSION = 6
GZIP_MARK = b"\x1f\x8b"
_DAMAGED = (EOFError, OSError, zlib.error, tarfile.TarError, ValueError)


def packed(manifest: Manifest, members: Members) -> bytes:
    """The manifest comes first."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        written = {NAME: msgspec.json.format(msgspec.json.encode(manifest)), **members}
        for name, content in written.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            header.mode = 0o600
            header.mtime = int(manifest.taken_at.timestamp())
            archive.addfile(header, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), _COMPRESSION)


def unpacked(content: bytes, told: str) -> tuple[Manifest, Members]:
    """Every member checked against the manifest; `told` is how messages call the backup.

    Raises BackupRefused.
    """
    if not content.startswith(GZIP_MARK):
        raise BackupRefused(f"{told} is no backup of this service. Nothing was changed.")
    try:
        members = _members(gzip.decompress(content))
    except _DAMAGED as error:
        raise _damaged(told, f"it is cut off or changed ({error})") from None
    manifest = decode_manifest(members.pop(NAME, b""), told)
    strange = [name for name in members if not is_member(name)]
    if strange:
        raise _damaged(told, f"it holds {strange[0]!r}, which is none of the service's files")
    if described(members) != manifest.members:
        raise _damaged(told, "its files are not those that its manifest lists")
    return manifest, members


def _members(archive: bytes) -> Members:
    """Raises one of _DAMAGED."""
    members: Members = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as opened:
        for header in opened:
            file = opened.extractfile(header) if header.isreg() else None
            if file is None or header.name in members:
                raise ValueError(f"{header.name!r} is no ordinary file, or is there twice")
            members[header.name] = file.read()
    return members


def _damaged(told: str, what: str) -> BackupRefused:
    return BackupRefused(
        f"{told} is damaged: {what}. Nothing was changed; take another backup if there is one."
    )
