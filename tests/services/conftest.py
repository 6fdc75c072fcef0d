"""Services over fakes."""

import pytest

from feedback_api.services import Services
from tests.fakes.collaborators import fake_services


@pytest.fixture
def services() -> Services:
    return fake_services()
