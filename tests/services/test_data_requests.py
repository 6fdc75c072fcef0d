"""Links to one's own data: which are believed, and for how long."""

import base64
from datetime import timedelta

import pytest

from feedback_api.domain.data_link_errors import UnknownDataLink
from feedback_api.services import Services
from feedback_api.services.data_requests import LINK_HOURS, address_of, data_token
from tests.fakes.clockwork import START
from tests.fakes.collaborators import at_time

ADDRESS = "Reader@example.net"


def test_link_leads_to_its_address_until_it_ends(services: Services) -> None:
    token = data_token(ADDRESS, now=START, secrets=services.secrets)
    ends = START + timedelta(hours=LINK_HOURS)

    last = at_time(services, ends - timedelta(seconds=1))
    assert address_of(token, services=last) == "reader@example.net"
    with pytest.raises(UnknownDataLink):
        address_of(token, services=at_time(services, ends))


@pytest.mark.parametrize("place", range(30))
def test_link_changed_anywhere_is_unknown(services: Services, place: int) -> None:
    token = data_token(ADDRESS, now=START, secrets=services.secrets)
    bits = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    bits[place] ^= 0x80
    changed = base64.urlsafe_b64encode(bits).rstrip(b"=").decode()

    with pytest.raises(UnknownDataLink):
        address_of(changed, services=at_time(services, START))
