"""What the API says of itself, made when it is first asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
"""A JSON Schema or a part of an OpenAPI document: open by nature, hence Any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The OpenAPI document, and its bytes."""

    document: Schema
    encoded: bytes
