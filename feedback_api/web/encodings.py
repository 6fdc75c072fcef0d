"""Which of the ready compressed copies of a file a reader may be sent."""

import re
from collections.abc import Sequence

IDENTITY = "identity"
ENDINGS = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}
"""Each encoding with what its copies' names end with, the smallest copies first."""

_ASKED = re.compile(
    r"\s*(?P<coding>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*q\s*=\s*(?P<weight>[01](?:\.\d{0,3})?)\s*)?",
    re.IGNORECASE,
)


def acceptable(accept_encoding: Sequence[str]) -> tuple[str, ...]:
    """The encodings to try, best first, up to where the plain file is as welcome.

    RFC 9110, 12.5.3: by weight, then by size; a part that cannot be read counts as not there.
    """
    weights = _weights(",".join(accept_encoding))
    others = weights.get("*", 0.0)
    plain = weights.get(IDENTITY, others)
    found = {coding: weights.get(coding, others) for coding in ENDINGS}
    welcome = [coding for coding, weight in found.items() if weight > 0 and weight >= plain]
    return tuple(sorted(welcome, key=lambda coding: -found[coding]))


def _weights(text: str) -> dict[str, float]:
    parts = (_ASKED.fullmatch(part) for part in text.split(","))
    return {
        part["coding"].lower().removeprefix("x-"): min(float(part["weight"] or 1), 1.0)
        for part in parts
        if part
    }
