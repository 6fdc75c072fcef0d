"""How often one network may ask: counted under keys from which no address can be read.

A network is an IPv4 /24 or an IPv6 /64; beside it an IPv6 /48 is counted, for whoever has one
has 65,536 of the others.
"""

import ipaddress
import math
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence

from feedback_api.services.counting import Counters, Purpose, Rate
from feedback_api.web.held_back import TooManyRequests
from feedback_api.web.threads import in_thread

_WIDE_NETWORK_FACTOR = 8
Keyed = Callable[[str], bytes]


class Limits:
    """Refuses what comes too often; a purpose without rates is not limited."""

    def __init__(
        self, rates: Mapping[Purpose, Sequence[Rate]], counters: Counters, keyed: Keyed
    ) -> None:
        """`keyed`: a hash that nobody without its key can repeat."""
        self._rates = {
            purpose: sorted(of_purpose, key=lambda rate: rate.seconds)
            for purpose, of_purpose in rates.items()
        }
        self._wide_rates = {
            purpose: [Rate(rate.amount * _WIDE_NETWORK_FACTOR, rate.seconds) for rate in of_purpose]
            for purpose, of_purpose in self._rates.items()
        }
        self._counters = counters
        self._keyed = keyed

    async def hit(self, purpose: Purpose, address: str, *, name: str = "") -> None:
        """Count one of `purpose` from the network of `address`. Raises TooManyRequests.

        `name`: counted apart from others of the same network. What is refused for a minute is not
        counted for the day: the shorter rates come first.
        """
        await self._each(self._counters.count, purpose, address, name)

    async def check(self, purpose: Purpose, address: str, *, name: str = "") -> None:
        """Raises TooManyRequests where hit would; counts nothing."""
        await self._each(self._counters.remaining_wait, purpose, address, name)

    async def forget(self, purpose: Purpose, address: str, *, name: str = "") -> None:
        """Take back what was counted: it was rightful."""

        def forget(key: str, rate: Rate) -> float:
            self._counters.forget(key, rate)
            return 0.0

        await self._each(forget, purpose, address, name)

    async def _each(
        self, step: Callable[[str, Rate], float], purpose: Purpose, address: str, name: str
    ) -> None:
        if not self._rates.get(purpose):
            return
        counted = list(self._counted(purpose, address, name))
        if self._counters.waits:
            wait = await in_thread(_first_wait, step, counted)
        else:
            wait = _first_wait(step, counted)
        if wait:
            raise TooManyRequests(seconds=math.floor(wait) + 1)

    def _counted(self, purpose: Purpose, address: str, name: str) -> Iterator[tuple[str, Rate]]:
        for network, is_wide in networks_of(address):
            key = self._keyed(f"{purpose}\n{network}\n{name}").hex()[:32]
            for rate in (self._wide_rates if is_wide else self._rates)[purpose]:
                yield key, rate


def networks_of(address: str) -> Sequence[tuple[str, bool]]:
    """The networks an address is counted in, and whether each is a wide one, which may ask more.

    What is no address, as a proxy might forward it, counts as one network of its own.
    """
    bare = address.partition("%")[0]
    try:
        packed = socket.inet_pton(socket.AF_INET, bare)
    except (OSError, ValueError):  # ValueError: a NUL in it
        return _networks_of_six(bare)
    return ((_network_of_four(packed), False),)


def _networks_of_six(address: str) -> Sequence[tuple[str, bool]]:
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return (("unknown", False),)
    if found.ipv4_mapped is not None:
        return ((_network_of_four(found.ipv4_mapped.packed), False),)
    return ((_network_of_six(found, 64), False), (_network_of_six(found, 48), True))


def _network_of_four(packed: bytes) -> str:
    return f"{packed[0]}.{packed[1]}.{packed[2]}.0/24"


def _network_of_six(address: ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.IPv6Network((address.packed, bits), strict=False))


def _first_wait(step: Callable[[str, Rate], float], counted: Sequence[tuple[str, Rate]]) -> float:
    return next((wait for key, rate in counted if (wait := step(key, rate))), 0.0)


class NoCounters:
    """Counts nothing, for where nothing is limited."""

    waits = False

    def count(self, key: str, rate: Rate) -> float:
        """See Counters."""
        return 0.0

    remaining_wait = count

    def forget(self, key: str, rate: Rate) -> None:
        """See Counters."""


NO_LIMITS = Limits({}, NoCounters(), str.encode)
