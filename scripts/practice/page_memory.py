"""What is kept of each page of a site that was built, so that the next build need not make it anew.

The page's HTML and its compressed copies are in the site itself, and are linked into the next one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from practice.languages import LanguageCode
from practice.page_keys import Address
from practice.precompressed import ENDINGS

INDEX = "index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPage:
    """`key` names what it was made of; `scripts` and `styles` are what the policy must allow.

    `assets` are the names of files of the theme that it uses. Of pages of the text, `markup` is the
    text as rendered and `searched` the copy for the search.
    """

    key: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    assets: tuple[str, ...]
    markup: str = ""
    searched: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMemory:
    """The pages of one language's site that lies in the folder `site`."""

    site: Path
    pages: Mapping[Address, BuiltPage] = field(default_factory=dict)

    def still_good(self, keys: Mapping[Address, str]) -> dict[Address, BuiltPage]:
        """Those pages that would come out the same, and are there."""
        return {
            address: page
            for address, page in self.pages.items()
            if keys.get(address) == page.key and (self.site / address / INDEX).is_file()
        }

    def take_over(self, address: Address, fresh: Path) -> None:
        """Link a page into the new site of its language; files of a site are not written again."""
        (fresh / address).mkdir(parents=True, exist_ok=True)
        for name in (INDEX, *(INDEX + ending for ending in ENDINGS)):
            origin = self.site / address / name
            if origin.exists():
                os.link(origin, fresh / address / name)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFile:
    """Where one language's pages are remembered; `folder` is the build's own.

    What a build writes counts from `keep` on, when its site is the one that is served.
    """

    folder: Path
    language: LanguageCode

    @property
    def _kept(self) -> Path:
        return self.folder / f"{self.language}-pages.json"

    @property
    def _new(self) -> Path:
        return self.folder / f"{self.language}-pages.new"

    def read(self, site: Path) -> PageMemory:
        """Of the language's site in that folder; empty where nothing readable is known."""
        return _read(self._kept, site)

    def write(self, pages: Mapping[Address, BuiltPage]) -> None:
        """What is known of the pages of a site that nobody is served yet."""
        names = BuiltPage.__slots__
        content = {
            address: {name: getattr(page, name) for name in names}
            for address, page in pages.items()
        }
        self._new.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def drop(self) -> None:
        """Forget what was written and not kept."""
        self._new.unlink(missing_ok=True)

    def keep(self) -> None:
        """If anything was written: a language that was taken over is remembered as it is."""
        if self._new.exists():
            self._new.replace(self._kept)


def _read(path: Path, site: Path) -> PageMemory:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        pages = {address: _page(entry) for address, entry in content.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return PageMemory(site=site)
    return PageMemory(site=site, pages=pages)


def _page(entry: Mapping[str, object]) -> BuiltPage:
    return BuiltPage(
        key=str(entry["key"]),
        scripts=tuple(_texts(entry["scripts"])),
        styles=tuple(_texts(entry["styles"])),
        assets=tuple(_texts(entry["assets"])),
        markup=str(entry["markup"]),
        searched=str(entry["searched"]),
    )


def _texts(entry: object) -> Iterator[str]:
    if not isinstance(entry, list):
        raise TypeError
    yield from map(str, entry)
