"""What is refused though nothing in it is wrong: it came too often, too fast, again, or filled in.

Refused (refusals.py)
├── TooManyRequests
├── BodyTooSlow
└── TakenForSpam            a person sends it once more, and it is taken
    ├── SentTooFast
    ├── TrapFilled
    └── SameTextAgain
"""

from feedback_api.web.refusals import Refused


class TooManyRequests(Refused):
    """RFC 6585, 4. params: seconds, after which it is taken, and minutes, which people read."""

    code = "too-many-requests"

    def __init__(self, *, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds, minutes=-(-seconds // 60))


class BodyTooSlow(Refused):
    """The body did not come within its time; params: seconds."""

    code = "body-too-slow"


class TakenForSpam(Refused):
    """What programs do that post to every form they find."""

    code = "taken-for-spam"


class SentTooFast(TakenForSpam):
    """Sent sooner than anybody types, or without the form having been shown. params: seconds."""

    code = "sent-too-fast"


class TrapFilled(TakenForSpam):
    """A field that people neither see nor reach holds something."""

    code = "trap-filled"


class SameTextAgain(TakenForSpam):
    """The same words on the same section came from the same network within a day."""

    code = "same-text-again"
