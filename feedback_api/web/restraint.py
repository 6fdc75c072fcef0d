"""What keeps strangers from sending too much: limits, and a look at what only programs do."""

from dataclasses import dataclass

from feedback_api.web.form_checks import FormChecks
from feedback_api.web.limits import NO_LIMITS, Limits
from feedback_api.web.recent_comments import RecentComments


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint:
    """Each part can be left out."""

    limits: Limits = NO_LIMITS
    forms: FormChecks | None = None
    recent: RecentComments | None = None


NO_RESTRAINT = Restraint()
