"""What keeps strangers from sending too much: limits, and a look at what only programs do."""

from collections.abc import Mapping
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

    def mark_of(self, earlier: str) -> str:
        """For a form shown now; see FormChecks."""
        return "" if self.forms is None else self.forms.mark(earlier)

    def refuse_form(self, form: Mapping[str, str]) -> None:
        """Raises TakenForSpam."""
        if self.forms is not None:
            self.forms.refuse(form)


NO_RESTRAINT = Restraint()
