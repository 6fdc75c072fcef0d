"""Figures of a closed cycle that anybody may know."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback_api.domain.comment import Kind, Role
from feedback_api.domain.decision import State
from feedback_api.domain.identity import LanguageCode


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFigures:
    """Numbers of comments, margins only; None where a figure is withheld.

    A margin names each of its possible values, so that a name tells nothing.
    """

    comments: int | None
    by_outcome: Mapping[State, int | None]
    by_role: Mapping[Role, int | None]
    by_language: Mapping[LanguageCode, int | None]
    by_kind: Mapping[Kind, int | None]
