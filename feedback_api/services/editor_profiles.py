"""Where an editor is reached, in which language, and for which pages the editor answers."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from feedback_api.domain.editor import Editor
from feedback_api.domain.errors import InvalidEditor
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import EditorName, LanguageCode
from feedback_api.domain.text import EMAIL, OWNER
from feedback_api.services import Accounts
from feedback_api.services.editors import composed


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What to set; None leaves as it is, a blank text or no owners take it away."""

    email: str | None = None
    owners: tuple[str, ...] | None = None
    language: str | None = None


def change_profile(name: str, profile: Profile, *, services: Accounts) -> Editor:
    """Set a profile that was checked. Raises UnknownEditor, StoreError."""

    def step(editor: Editor) -> Editor:
        email, language = profile.email, profile.language
        return replace(
            editor,
            email=editor.email if email is None else email or None,
            owners=editor.owners if profile.owners is None else profile.owners,
            language=editor.language if language is None else LanguageCode(language) or None,
        )

    return services.editors.change(EditorName(composed(name).strip()), step)


def checked_profile(profile: Profile, *, known_languages: Collection[str]) -> Profile:
    """The same, tidy. Raises InvalidEditor with every fault at once."""
    faults: list[Fault] = []
    email = None if profile.email is None else EMAIL.tidy_into(faults, profile.email)
    owners = [OWNER.tidy_into(faults, owner) for owner in profile.owners or ()]
    if profile.language and profile.language not in known_languages:
        allowed = {"allowed": ", ".join(sorted(known_languages))}
        faults.append(Fault(code=FaultCode.UNKNOWN_VALUE, field="language", params=allowed))
    if faults:
        raise InvalidEditor(*faults)
    named = tuple(dict.fromkeys(owner for owner in owners if owner))
    return replace(profile, email=email, owners=None if profile.owners is None else named)
