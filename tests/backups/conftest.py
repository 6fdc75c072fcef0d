"""A data folder with every kind of file, and the ways into and out of a backup of it."""

from pathlib import Path

import pytest

from tests.backups.whole_store import lay_whole_store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """See lay_whole_store."""
    return lay_whole_store(tmp_path / "data")
