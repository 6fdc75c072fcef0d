"""What one comment must be and what it may be, by what its commenter was told of it.

What was acknowledged must be there. What was only asked for, when the service died, may be there;
once somebody has seen it there, it must stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from feedback_api.domain.decision import State

FaultKind = Literal["lost", "doubled", "stale", "resurrected", "stuck", "unexpected"]


class Fault(NamedTuple):
    """What the service did wrong, and to which comment."""

    kind: FaultKind
    what: str


@dataclass(frozen=True, slots=True)
class Post:
    """A comment as posted, over kills and as often as it takes, with one key."""

    key: str
    body: str
    by_form: bool


@dataclass(slots=True)
class Sayings:
    """Texts that were sent to be added; each stands there once or not at all."""

    asked: set[str] = field(default_factory=set)
    acknowledged: list[str] = field(default_factory=list)

    def faults(self, stored: Sequence[str], what: str) -> list[Fault]:
        found = []
        if [one for one in stored if one in self.acknowledged] != self.acknowledged:
            found.append(Fault("stale", f"{what}: {self.acknowledged} became {stored}"))
        if len(set(stored)) != len(stored):
            found.append(Fault("doubled", f"{what}: {stored}"))
        if not self.asked.issuperset(stored):
            found.append(Fault("unexpected", f"{what}: nobody sent {set(stored) - self.asked}"))
        return found


@dataclass(slots=True)
class Known:
    """A comment that was acknowledged."""

    post: Post
    receipt: str
    id: str | None = None
    version: int = 1
    states: set[str] = field(default_factory=lambda: {State.RECEIVED.value})
    """One of them it is in: more than one after a change that nobody answered."""
    additions: Sayings = field(default_factory=Sayings)
    reasons: Sayings = field(default_factory=Sayings)
    erasure_asked: bool = False
    erased: bool = False

    @property
    def decision_asked(self) -> bool:
        return bool(self.reasons.asked)

    @property
    def withdrawn(self) -> bool:
        return self.states == {State.WITHDRAWN}

    def faults(self, stored: Sequence[dict[str, Any]]) -> list[Fault]:
        """`stored`: every comment with its body that the editors' list holds."""
        if self.erased:
            return [Fault("resurrected", f"{self.post.body} was erased")] if stored else []
        if not stored:
            if not self.erasure_asked:
                return [Fault("lost", self.post.body)]
            self.erased = True
            return []
        if len(stored) > 1:
            return [Fault("doubled", self.post.body)]
        return self._faults_of(stored[0])

    def saw(self, state: str) -> list[Fault]:
        """An answer showed the comment in this state; it stays in it."""
        if state not in self.states:
            kind: FaultKind = "resurrected" if self.withdrawn else "stale"
            return [Fault(kind, f"{self.post.body} is {state}, not one of {self.states}")]
        self.states = {state}
        self.erasure_asked = False  # one asked for was not done
        return []

    def _faults_of(self, comment: dict[str, Any]) -> list[Fault]:
        name = self.post.body
        self.id = self.id or comment["id"]
        found = self.saw(comment["state"])
        if comment["id"] != self.id:
            found.append(Fault("lost", f"{name} has another id"))
        if comment["version"] < self.version:
            found.append(Fault("stale", f"{name} has version {comment['version']} again"))
        additions = [one["body"] for one in comment["additions"]]
        reasons = [one["reason"] for one in comment["events"] if one.get("reason")]
        found += self.additions.faults(additions, f"additions to {name}")
        found += self.reasons.faults(reasons, f"reasons of {name}")
        self.version = max(self.version, comment["version"])
        self.additions.acknowledged = additions
        self.reasons.acknowledged = reasons
        return found
