"""Comments that an editor collected for others: looked at first, stored once.

A row is known again by the cycle, by what it says, and by which of several equal rows it is: so
uploading the same form twice stores nothing twice, and two people who say the same are two.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from feedback_api.domain.comment import Draft, tidied, without_echo
from feedback_api.domain.cycle import Cycle, Phase
from feedback_api.domain.errors import (
    Erased,
    FeedbackError,
    Invalid,
    InvalidComment,
    RetiredSection,
    StoreError,
    Unknown,
    UnknownLanguage,
    UnknownSection,
)
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.services import Services
from feedback_api.services.agenda import phase_of
from feedback_api.services.submit import Submitted, stored_earlier, submit


class Standing(StrEnum):
    """What became of the section since the form was made."""

    CURRENT = "current"
    EARLIER = "earlier"  # it reads otherwise now
    RETIRED = "retired"  # it is no longer part of the code


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A row that can be stored: `draft` as it will be, `equal` which of several equal ones."""

    draft: Draft
    equal: int
    standing: Standing
    is_stored: bool
    was_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one row: stored (or found stored), or the error that hindered it."""

    draft: Draft
    sent: Submitted | None = None
    error: FeedbackError | None = None


def look_at(
    cycle_id: CycleId, drafts: Sequence[Draft], *, services: Services
) -> tuple[Collected | Invalid, ...]:
    """For each draft what would be stored, or everything that is wrong with it; stores nothing.

    Raises UnknownCycle.
    """
    cycle = services.cycles.cycle(cycle_id)
    seen: Counter[Draft] = Counter()
    looked: list[Collected | Invalid] = []
    for raw in drafts:
        try:
            draft, standing = _checked(raw, cycle, services)
        except Invalid as invalid:
            looked.append(invalid)
            continue
        seen[draft] += 1
        looked.append(_collected(cycle_id, draft, seen[draft], standing, services))
    return tuple(looked)


def keep(
    cycle_id: CycleId,
    rows: Sequence[tuple[Draft, int]],
    *,
    editor: EditorName,
    services: Services,
) -> tuple[Kept, ...]:
    """Store each row, checked again, for readers to see only when an editor lets them.

    While the cycle still decides, what comes late is on its agenda. After a fault of the store the
    rows that follow are not tried. Raises UnknownCycle.
    """
    cycle = services.cycles.cycle(cycle_id)
    is_late = phase_of(cycle, services) is Phase.DECIDING
    kept: list[Kept] = []
    failed: StoreError | None = None
    for raw, equal in rows:
        if failed is not None:
            kept.append(Kept(draft=raw, error=failed))
            continue
        try:
            draft, _ = _checked(raw, cycle, services)
            sent = submit(
                draft,
                idempotency_key=_key(cycle_id, draft, equal, services),
                collected_by=editor,
                agenda=cycle_id if is_late else None,
                services=services,
            )
            kept.append(Kept(draft=draft, sent=sent))
        except (Invalid, Unknown, Erased) as error:
            kept.append(Kept(draft=raw, error=error))
        except StoreError as error:
            failed = error
            kept.append(Kept(draft=raw, error=error))
    return tuple(kept)


def _checked(raw: Draft, cycle: Cycle, services: Services) -> tuple[Draft, Standing]:
    """Raises InvalidComment."""
    faults: list[Fault] = []
    draft = raw
    try:
        draft = tidied(raw)
    except InvalidComment as invalid:
        faults.extend(invalid.faults)
    if not cycle.covers(draft.section):
        faults.append(Fault(code=FaultCode.OUT_OF_SCOPE, field="section"))
    try:
        wording = services.text.wording(draft.section, draft.language, draft.wording)
    except Unknown as unknown:
        faults.append(_fault_of(unknown))
    if faults:
        raise InvalidComment(*faults)
    return without_echo(draft, wording), _standing(draft, services)


def _fault_of(unknown: Unknown) -> Fault:
    match unknown:
        case UnknownLanguage():
            return Fault(code=FaultCode.UNKNOWN_LANGUAGE, field="language")
        case UnknownSection() if not isinstance(unknown, RetiredSection):
            return Fault(code=FaultCode.UNKNOWN_SECTION, field="section")
    return Fault(code=FaultCode.UNKNOWN_WORDING, field="wording")


def _standing(draft: Draft, services: Services) -> Standing:
    try:
        published = services.text.section(draft.section).languages.get(draft.language)
    except RetiredSection:
        return Standing.RETIRED
    is_current = published is not None and published.fingerprint == draft.wording
    return Standing.CURRENT if is_current else Standing.EARLIER


def _collected(
    cycle: CycleId, draft: Draft, equal: int, standing: Standing, services: Services
) -> Collected:
    is_stored = was_erased = False
    try:
        key = _key(cycle, draft, equal, services)
        is_stored = stored_earlier(draft, idempotency_key=key, services=services) is not None
    except Erased:
        was_erased = True
    return Collected(
        draft=draft, equal=equal, standing=standing, is_stored=is_stored, was_erased=was_erased
    )


def _key(cycle: CycleId, draft: Draft, equal: int, services: Services) -> str:
    """An Idempotency-Key that nobody outside can make, and so use up."""
    said = json.dumps([cycle, equal, asdict(draft)], sort_keys=True, ensure_ascii=False)
    return services.secrets.keyed_hash("collected-row", said).hex()
