"""How often one network may ask: counted under keys from which no address can be read.

A network is an IPv4 /24 or an IPv6 /64; beside it an IPv6 /48 is counted, for whoever has one
has 65,536 of the others.
"""

import ipaddress
import math
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
        for network, factor in networks_of(address):
            key = self._keyed(f"{purpose}\n{network}\n{name}").hex()[:32]
            for rate in self._rates[purpose]:
                yield key, Rate(rate.amount * factor, rate.seconds)


def networks_of(address: str) -> Sequence[tuple[str, int]]:
    """The networks an address is counted in, each with how many times the usual it may ask.

    What is no address, as a proxy might forward it, counts as one network of its own.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return (("unknown", 1),)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return ((_network(found, 64), 1), (_network(found, 48), _WIDE_NETWORK_FACTOR))
        found = found.ipv4_mapped
    return ((_network(found, 24), 1),)


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.ip_network((address.packed, bits), strict=False))


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
