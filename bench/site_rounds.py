"""The rounds of `scripts/bench site`: in each, everything once, one after the other."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, Figures
from bench.site_builds import Spent, built, built_plainly
from bench.site_repository import copy_repository, longer_repository
from bench.site_text import languages
from bench.site_watching import Watched, watched

BUILD, PLAIN, SOURCE, TRANSLATION = "build", "plain", "source", "translation"
WALL, CPU = "wall", "processors"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """`pages` in each language; `watched` has a repository of its own, as alike as can be."""

    pages: int
    repository: Path
    watched: Watched | None


class SiteRounds:
    """`figures` are named by the work, by WALL or CPU, and by how many pages there are."""

    def __init__(self, folder: Path, *, pages: int, watching: bool) -> None:
        self.figures = Figures()
        self.pages: list[int] = []
        self._folder = folder
        self._wanted = [0, pages] if pages else [0]
        self._watching = watching

    def measure(self, rounds: int) -> None:
        """Raises CalledProcessError where a build fails, NotServedError."""
        with ExitStack() as stack:
            texts = [stack.enter_context(self._text(wanted)) for wanted in self._wanted]
            self.pages = [text.pages for text in texts]
            for _ in range(rounds):
                for text in texts:
                    self._round(text)

    @contextmanager
    def _text(self, wanted: int) -> Iterator[_Text]:
        folder = self._folder / f"{wanted}"
        folder.mkdir()
        make = (lambda target: longer_repository(target, wanted)) if wanted else copy_repository
        repository = make(folder / "built")
        codes = languages(repository)
        count = sum(1 for _ in (repository / "docs" / codes[0]).rglob("*.md"))
        built(repository)  # what is there once: compiled modules, and a site to exchange
        with ExitStack() as stack:
            serving = None
            if self._watching:
                serving = stack.enter_context(watched(make(folder / "watched"), folder))
                for code in codes[:2]:
                    serving.changed(code)
            yield _Text(pages=count, repository=repository, watched=serving)

    def _round(self, text: _Text) -> None:
        self._keep(BUILD, text, built(text.repository))
        self._keep(PLAIN, text, built_plainly(text.repository, text.repository / "build/plain"))
        if text.watched:
            source, translation, *_ = languages(text.repository)
            self._keep(SOURCE, text, text.watched.changed(source))
            self._keep(TRANSLATION, text, text.watched.changed(translation))

    def _keep(self, work: str, text: _Text, spent: Spent) -> None:
        self.figures.keep(Figure(work, WALL, text.pages), spent.wall)
        self.figures.keep(Figure(work, CPU, text.pages), spent.cpu)
