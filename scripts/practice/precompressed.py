"""Puts compressed copies beside the texts of a site, for servers that send them as they are.

`page/index.html` gets `index.html.br`, `.zst` and `.gz`. The same text always gives the same bytes.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import brotli
import zstandard

_TEXTS = frozenset({".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".xml"})
_LEAST_BYTES = 1024
"""Less fits into one packet anyway."""
_MOST_SHARE = 0.95
_HASHED = re.compile(r"\.[0-9a-f]{8,64}\.(?:min\.)?[a-z]+$")
_MOST_BYTES_BY_HAND = 32 * 1024
"""Brotli's best takes half a second for each megabyte of what is fetched once a year."""

_Compress = Callable[[bytes], bytes]


def _brotli(quality: int) -> _Compress:
    return lambda content: brotli.compress(content, quality=quality)


def _zstandard(level: int) -> _Compress:
    return lambda content: _zstandard_compressor(level).compress(content)


@cache
def _zstandard_compressor(level: int) -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=level)


def _gzip(level: int) -> _Compress:
    return lambda content: gzip.compress(content, level, mtime=0)


# Pages of 28 kB: brotli at 5 takes a millisecond and 3 % more bytes than at 9, which takes 13.
_QUICKLY: Mapping[str, _Compress] = {".br": _brotli(5), ".zst": _zstandard(7), ".gz": _gzip(6)}
_WELL: Mapping[str, _Compress] = {".br": _brotli(11), ".zst": _zstandard(19), ".gz": _gzip(9)}
ENDINGS = tuple(_QUICKLY)


def write_compressed(paths: Iterable[Path]) -> None:
    """Write the copies of those files that are texts, large enough, and smaller when compressed.

    A copy has its file's time, so that one is known which is older than its file.
    """
    for path in paths:
        if path.suffix in _TEXTS and (status := path.stat()).st_size >= _LEAST_BYTES:
            _compress(path, status)


def _compress(path: Path, status: os.stat_result) -> None:
    times = status.st_atime_ns, status.st_mtime_ns
    is_small = status.st_size <= _MOST_BYTES_BY_HAND
    ways = _WELL if is_small and _HASHED.search(path.name) else _QUICKLY
    content = b""
    for ending, compress in ways.items():
        copy = path.with_name(path.name + ending)
        if _is_copy_of(copy, times[1]):
            continue  # an asset of an earlier build, linked together with its copies
        content = content or path.read_bytes()
        compressed = compress(content)
        if len(compressed) < _MOST_SHARE * len(content):
            copy.write_bytes(compressed)
            os.utime(copy, ns=times)


def _is_copy_of(copy: Path, time_ns: int) -> bool:
    """Whether it is there and of that time; one of another time is not there any more."""
    try:
        if copy.stat().st_mtime_ns == time_ns:
            return True
    except FileNotFoundError:
        return False
    copy.unlink()
    return False
