"""The public figures of one cycle, from the comments it heard and what it decided about them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from feedback_api.domain.comment import Comment
from feedback_api.domain.cycle import CycleRecord
from feedback_api.domain.errors import CycleNotClosed
from feedback_api.domain.figures import PublicFigures
from feedback_api.domain.identity import CycleId, LanguageCode
from feedback_api.services import Services
from feedback_api.services.agenda import Heard, heard_in
from feedback_api.services.public_figures import public_figures, still_true


def cycle_figures(cycle_id: CycleId, *, services: Services) -> PublicFigures:
    """What anybody may know of a closed cycle.

    Raises UnknownCycle, CycleNotClosed.
    """
    cycle = services.cycles.cycle(cycle_id)
    record = services.records.get(cycle.id)
    if not record.is_closed:
        raise CycleNotClosed(cycle=cycle.id)
    return figures_now(record, heard_in(cycle.id, services), services)


def figures_to_publish(heard: Iterable[Heard], services: Services) -> PublicFigures:
    """For the first closing of a cycle."""
    return public_figures(_as_decided(heard), languages=_languages(services))


def figures_now(record: CycleRecord, heard: Iterable[Heard], services: Services) -> PublicFigures:
    """For every time after; nothing at all before the first closing."""
    if record.figures is None:
        return public_figures((), languages=_languages(services))
    return still_true(record.figures, _as_decided(heard))


def _as_decided(heard: Iterable[Heard]) -> Iterator[Comment]:
    """Each comment with the decision of this cycle, whatever became of it in a later one."""
    return (replace(one.comment, decision=one.decision) for one in heard)


def _languages(services: Services) -> Iterable[LanguageCode]:
    return tuple(language.code for language in services.text.languages())
