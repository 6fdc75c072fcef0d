"""What the operator has settled about people's data, as the privacy notice tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from feedback_api.domain.identity import LanguageCode
from feedback_api.services.retention import Policy

Said = Mapping[str, str]
"""By code of language; "" is for every language that has none of its own."""

LANGUAGE = "{language}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The company's whistle-blower channel. What is reported there never enters this service.

    `url` may hold LANGUAGE; `url` or `phone` is there.
    """

    url: str = ""
    name: Said = field(default_factory=dict)
    phone: Said = field(default_factory=dict)

    def url_in(self, language: LanguageCode) -> str:
        """ "" without one."""
        return self.url.replace(LANGUAGE, language)

    def name_in(self, language: LanguageCode) -> str:
        """ "" where it has no name of its own."""
        return _in(self.name, language)

    def phone_in(self, language: LanguageCode) -> str:
        """ "" without one."""
        return _in(self.phone, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyTerms:
    """`contact` is who answers for the data, as people should reach them; "" when not set.

    `purges`: whether the service erases by itself what is kept no longer.
    """

    contact: str = ""
    channel: Channel | None = None
    policy: Policy = field(default_factory=Policy)
    purges: bool = True


def _in(said: Said, language: LanguageCode) -> str:
    return said.get(language) or said.get("", "")
