"""Serves the built site: whatever the URL says, only files below its folder, as they are now.

Where the build left compressed copies of a file, readers who take them get those.
"""

import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from feedback_api.web.encodings import ENDINGS, acceptable
from feedback_api.web.refusals import MethodNotAllowed, NotFound

# A table of our own: the system's would make types depend on the machine, and with `nosniff`
# a wrong type is a page that does not work. Pagefind's files are its own formats.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".pdf": "application/pdf",
}
_COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".xml"})
_HASHED_NAME = re.compile(r"\.[0-9a-f]{8,64}\.(?:min\.)?[a-z0-9]+$")
_KEEP_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


class FileFolder:
    """One folder of files, looked up anew for each request, so that a rebuild may swap it.

    Starlette's lookup keeps a path inside the folder (links resolved).
    Files are read whole and named by their content: an answer can then neither stop halfway when
    the file is replaced, nor be called unchanged because a rebuild kept its time and size.
    """

    def __init__(self, folder: Path) -> None:
        self._lookup = StaticFiles(directory=folder, check_dir=False)

    def answer(self, path: str, headers: Headers) -> Response | None:
        """The file at a decoded URL path, a redirect to a folder's own URL, or None if neither."""
        relative = path.lstrip("/")
        if not path.endswith("/") and (file := self.read(relative, headers)):
            return file
        index = self.read(f"{relative.rstrip('/')}/index.html".lstrip("/"), headers)
        if index is None or path.endswith("/"):
            return index
        # Only the path: the Host header is the client's to forge.
        return RedirectResponse(f"/{quote(relative)}/", status_code=308)

    def read(self, relative: str, headers: Headers, *, status: int = 200) -> Response | None:
        """The file as an answer, or None where there is none."""
        try:
            found, kind = self._lookup.lookup_path(relative)
            if kind is None or not stat.S_ISREG(kind.st_mode):
                return None
            return _file_response(Path(found), kind, headers, status=status)
        except (OSError, ValueError):
            # Gone since the look-up, a name too long, a NUL, a folder we may not read.
            return None


def _file_response(path: Path, kind: os.stat_result, headers: Headers, *, status: int) -> Response:
    """The file with its type, a strong ETag and 304 where the reader has it. Raises OSError.

    A compressed copy has other bytes and by that another ETag (RFC 9110, 8.8.3.3).
    """
    coding, body = _read(path, kind, acceptable(headers.getlist("accept-encoding")))
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    kept = {"etag": etag, "cache-control": _cache_rule(path.name)}
    if path.suffix in _COMPRESSED:
        kept["vary"] = "Accept-Encoding"
    if status == 200 and etag_matches(headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=kept)
    if coding is not None:
        kept["content-encoding"] = coding
    media_type = _TYPES.get(path.suffix.lower(), "application/octet-stream")
    return Response(body, status, headers={**kept, "content-type": media_type})


def _read(path: Path, kind: os.stat_result, codings: Sequence[str]) -> tuple[str | None, bytes]:
    """The bytes to send and how they are encoded. Raises OSError."""
    for coding in codings if path.suffix in _COMPRESSED else ():
        copy = path.with_name(path.name + ENDINGS[coding])
        with suppress(OSError):
            found = copy.lstat()
            # A link could lead out of the folder; a copy older than its file is of another text.
            if stat.S_ISREG(found.st_mode) and found.st_mtime_ns >= kind.st_mtime_ns:
                return coding, copy.read_bytes()
    return None, path.read_bytes()


def etag_matches(if_none_match: Sequence[str], etag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison against a list, in one or several fields, or `*`."""
    if not if_none_match:
        return False
    asked = [tag.strip().removeprefix("W/") for tag in ",".join(if_none_match).split(",")]
    return etag in asked or asked == ["*"]


def _cache_rule(name: str) -> str:
    return _KEEP_FOR_GOOD if _HASHED_NAME.search(name) else _ASK_EACH_TIME


class SiteFiles:
    """The built site: its files, and its own 404 page in the language of the URL."""

    def __init__(self, folder: Path) -> None:
        self._files = FileFolder(folder)

    async def answer(self, path: str, method: str, headers: Headers) -> Response:
        """Raises MethodNotAllowed, and NotFound where the site has no 404 page of its own."""
        if method not in ("GET", "HEAD"):
            raise MethodNotAllowed(allowed="GET, HEAD")
        return await run_in_threadpool(self._answer, path, headers)

    def _answer(self, path: str, headers: Headers) -> Response:
        language = path.lstrip("/").split("/", 1)[0]
        found = (
            self._files.answer(path, headers)
            or self._files.read(f"{language}/404.html", headers, status=404)
            or self._files.read("404.html", headers, status=404)
        )
        if found is None:
            raise NotFound
        return found
