"""Everything that a build reads before it writes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from practice.cycle import Cycle, CycleId
from practice.cycles import checked_cycles
from practice.earlier import Earlier
from practice.edition import Edition, edition
from practice.history_log import History
from practice.history_text import LanguageHistory
from practice.messages import Messages
from practice.problem import ProblemsFoundError
from practice.report_document import Dispositions
from practice.report_reader import read_reports
from practice.sections_file import revision
from practice.text import Code, LanguageCode, read_code, require_sound
from practice.translation_state import standings


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContent:
    """`texts` are empty where the history is not whole; `stamp` is what sections.json says of when
    and from what the site was built."""

    root: Path
    code: Code
    messages: Mapping[LanguageCode, Messages]
    editions: Mapping[LanguageCode, Edition]
    cycles: tuple[Cycle, ...]
    reports: Mapping[CycleId, Dispositions]
    stamp: Mapping[str, str | None]
    history: History
    texts: Mapping[LanguageCode, LanguageHistory]
    now: datetime


def read_content(root: Path, now: datetime, earlier: Callable[[], Earlier]) -> SiteContent:
    """`earlier` waits for what is read beside the text.

    Raises ProblemsFoundError where the text, its cycles or its messages cannot be used.
    """
    code = read_code(root)
    require_sound(code)
    stamp = revision(root, now)
    known = earlier()
    if known.problems:
        raise ProblemsFoundError(known.problems)
    cycles = checked_cycles(known.cycles, code)
    reports = read_reports(root, code, cycles)
    stands = standings(code, known.locks)
    return SiteContent(
        root=root,
        code=code,
        messages=known.messages,
        editions={language.code: edition(code, language, stands) for language in code.languages},
        cycles=cycles,
        reports=reports,
        stamp=stamp,
        history=known.history,
        texts=known.texts,
        now=now,
    )
