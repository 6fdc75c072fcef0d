"""The real text, copied so that it may be damaged."""

from pathlib import Path

import pytest

from practice.rules.dictionaries import CachedDictionaries
from tests.content.copies import ROOT, copy_project


@pytest.fixture(scope="session")
def dictionaries() -> CachedDictionaries:
    """With the memory that the checks themselves use: dictionaries are slow to read."""
    return CachedDictionaries(ROOT / "build" / "spelling")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path / "project")
