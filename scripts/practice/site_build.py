"""The whole build: from docs/ to site/, or to the list of what stands in the way."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from practice.build_settings import BuildSettings
from practice.earlier import earlier_beside
from practice.languages import read_languages
from practice.site_swap import alone, fresh_folder, swap
from practice.text import Code

WORK = Path("build/site")


def build_site(
    root: Path,
    *,
    site: Path,
    settings: BuildSettings,
    now: datetime,
    keep_unchanged: bool = False,
) -> Code:
    """Build every language into `site`; on ProblemsFoundError the old site stays as it was.

    With `keep_unchanged`, what would come out the same is taken from the old site.
    """
    with earlier_beside(root, read_languages(root)) as earlier:
        # Everything else takes as long to import as what was earlier to read.
        from practice.built_before import forget, read_built_before, write_built_before
        from practice.history_log import require_history
        from practice.site_content import read_content
        from practice.site_parts import write_parts

        content = read_content(root, now, earlier)
    require_history(content.history, needed=settings.needs_history)
    with alone(root / WORK):
        fresh = fresh_folder(site)
        before = read_built_before(root / WORK, site)
        built = write_parts(
            content,
            before=before,
            fresh=fresh,
            work=root / WORK,
            settings=settings,
            keep_unchanged=keep_unchanged,
        )
        forget(root / WORK)
        swap(fresh, site)
        write_built_before(root / WORK, built)
    return content.code
