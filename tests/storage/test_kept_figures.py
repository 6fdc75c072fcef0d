"""The figures of a cycle's first closing, in data/cycles.json."""

from dataclasses import replace
from pathlib import Path

from feedback_api.domain.cycle import Closing
from feedback_api.domain.identity import CycleId, EditorName
from feedback_api.services.public_figures import public_figures
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.kept_cycles import KeptCycles
from tests.fakes.clockwork import START
from tests.fakes.comments import usual_comment
from tests.fakes.published import OTHER, SOURCE

CYCLE = CycleId("2026-1")


def test_figures_survive_a_restart(tmp_path: Path) -> None:
    comments = [usual_comment(number, public=True) for number in range(1, 8)]
    figures = public_figures(comments, languages=(SOURCE, OTHER))
    closing = Closing(at=START, by=EditorName("Ana"))
    changed = KeptCycles(DocumentsFolder(tmp_path, OperatingSystemFiles())).change(
        CYCLE, lambda record: replace(record, closings=(closing,), figures=figures)
    )

    after = KeptCycles(DocumentsFolder(tmp_path, OperatingSystemFiles())).get(CYCLE)

    assert after == changed
    assert after.figures == figures
    assert figures.comments == 7
