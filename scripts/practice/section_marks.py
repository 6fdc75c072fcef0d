"""What the build tells the Python-Markdown extension about a site and each of its sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ORIGINAL_CLASS = "cop-original"
COPY_LINK = "Copy link"
COPY_LINK_TO = "Copy link to %(title)s"
COMMENT_ON = "Comment on “%(section)s”"
EDIT = "Edit"
EDIT_OF = "Edit this section: %(section)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMark:
    """`wording` is a fingerprint; `tag` and `direction` are set where the text is not the page's.

    `notice` is HTML, one block, that stands between the section's tools and its text.
    `former` are withdrawn ids of the same page whose links land here.
    `edit` is where the lines shown here are edited, empty without a forge.
    """

    number: str = ""
    wording: str = ""
    notice: str = ""
    tag: str = ""
    direction: str = ""
    former: tuple[str, ...] = ()
    edit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMarks:
    """One language's site: `service` is the service's origin, empty for the site's own.

    `sections` is by section id. `retired` is by page id: HTML at the page's end that answers for
    withdrawn ids without a successor there. `record` is given each page's id and finished HTML.
    """

    language: str = ""
    service: str = ""
    sections: Mapping[str, SectionMark] = field(default_factory=lambda: MappingProxyType({}))
    retired: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    copy_link: str = COPY_LINK
    copy_link_to: str = COPY_LINK_TO
    comment_on: str = COMMENT_ON
    edit: str = EDIT
    edit_of: str = EDIT_OF
    record: Callable[[str, str], None] | None = None
