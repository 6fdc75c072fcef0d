"""The rounds of `scripts/bench site`: in each, everything once, one after the other."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, Figures
from bench.site_builds import Spent, built, built_plainly
from bench.site_repository import copy_repository, longer_repository
from bench.site_text import languages
from bench.site_watching import Watched, watched

BUILD, PLAIN, SOURCE, TRANSLATION = "build", "plain", "source", "translation"
BESIDE = "build-beside-long"
"""The real text, in the rounds of the long one."""
WALL, CPU = "wall", "processors"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """`pages` in each language; what is watched is a copy, so that builds do not disturb it."""

    pages: int
    repository: Path
    folder: Path

    @contextmanager
    def served(self) -> Iterator[Watched]:
        """After a first change of each kind, which no editor would measure either."""
        with watched(self.folder / "watched", self.folder) as serving:
            for code in languages(self.repository)[:2]:
                serving.changed(code)
            yield serving


class SiteRounds:
    """`figures` are named by the work, by WALL or CPU, and by how many pages there are.

    `folder` takes the repositories, and keeps them; `told` is called after each round.
    """

    def __init__(self, folder: Path, *, pages: int, told: Callable[[], None]) -> None:
        self.figures = Figures()
        self._told = told
        self._folder = folder
        self._wanted = pages
        self._real = _text(folder / "real", copy_repository)
        self._long: _Text | None = None

    @property
    def pages(self) -> tuple[int, int]:
        """Of the real text and of the long one, in each language; 0: there is none."""
        return self._real.pages, self._long.pages if self._long else 0

    def measure(self, rounds: int, long_rounds: int, *, long_watched: bool) -> None:
        """First the real text, then the long one, which is made only then.

        Raises CalledProcessError where a build fails, NotServedError.
        """
        with self._real.served() if rounds else nullcontext() as serving:
            for _ in range(rounds):
                self._round(self._real, serving)
        if not self._wanted:
            return
        self._long = long = _text(
            self._folder / "long", lambda target: longer_repository(target, self._wanted)
        )
        with long.served() if long_watched and long_rounds else nullcontext() as serving:
            for _ in range(long_rounds):
                self._keep(BESIDE, self._real, built(self._real.repository))
                self._round(long, serving)

    def _round(self, text: _Text, serving: Watched | None) -> None:
        self._keep(BUILD, text, built(text.repository))
        self._keep(PLAIN, text, built_plainly(text.repository, text.folder / "plain"))
        if serving:
            source, translation, *_ = languages(text.repository)
            self._keep(SOURCE, text, serving.changed(source))
            self._keep(TRANSLATION, text, serving.changed(translation))
        self._told()

    def _keep(self, work: str, text: _Text, spent: Spent) -> None:
        self.figures.keep(Figure(work, WALL, text.pages), spent.wall)
        self.figures.keep(Figure(work, CPU, text.pages), spent.cpu)


def _text(folder: Path, make: Callable[[Path], Path]) -> _Text:
    """In a folder that is there already, it has been made before."""
    repository = folder / "built"
    if not repository.exists():
        folder.mkdir(parents=True)
        make(repository)
        shutil.copytree(repository, folder / "watched", symlinks=True)
        built(repository)  # what is there once: compiled modules, and a site to exchange
    source = languages(repository)[0]
    pages = sum(1 for _ in (repository / "docs" / source).rglob("*.md"))
    return _Text(pages=pages, repository=repository, folder=folder)
