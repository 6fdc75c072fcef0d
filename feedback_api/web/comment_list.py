"""The comments of a section as readers find them in its list."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback_api.domain.comment import Comment
from feedback_api.domain.errors import RetiredSection, UnknownComment
from feedback_api.domain.identity import CommentId, LanguageCode, SectionId
from feedback_api.services.seen import merged_publicly_into
from feedback_api.services.support import has_seconded
from feedback_api.web.answers import published_shown
from feedback_api.web.redline import Redline, redline_since
from feedback_api.web.section_view import SectionView, language_tags, view_section, view_wording
from feedback_api.web.shown_models import PublishedCommentShown
from feedback_api.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedComment:
    """`is_seconded` by the reader's browser; `original_path` leads to the one it repeats, or "".

    `redline`: what became of the wording it is about, in the language of `tag`.
    """

    shown: PublishedCommentShown
    redline: Redline | None
    tag: str
    is_seconded: bool
    original_path: str


def comment_path(comment: Comment, language: LanguageCode) -> str:
    """Where readers find a public comment."""
    return f"/feedback/{language}/{comment.section}/comments#comment-{comment.id}"


def section_of_list(visit: Visit) -> SectionView:
    """The section the URL names; a retired one while there are comments on it to read.

    Raises UnknownLanguage, UnknownSection, RetiredSection.
    """
    language = visit.require_language().code
    text = visit.services.text
    section = SectionId(visit.request.path_params["section"])
    try:
        return view_section(section, language, text)
    except RetiredSection:
        comments = visit.services.reads.public(section)
        if not comments:
            raise
        first = comments[0]
        return view_wording(text.wording(section, first.language, first.wording), text)


def listed_comments(visit: Visit, supporter: str | None) -> Sequence[ListedComment]:
    """What readers may see of the section the URL names, oldest first."""
    section = SectionId(visit.request.path_params["section"])
    return [listed(comment, visit, supporter) for comment in visit.services.reads.public(section)]


def listed(comment: Comment, visit: Visit, supporter: str | None) -> ListedComment:
    """A public comment, as this reader finds it."""
    services = visit.services
    original = merged_publicly_into(comment, services)
    wording = services.text.wording(comment.section, comment.language, comment.wording)
    return ListedComment(
        shown=published_shown(comment, services),
        redline=redline_since(wording, services.text),
        tag=language_tags(services.text)[wording.text_language],
        is_seconded=supporter is not None and has_seconded(comment, supporter, services),
        original_path=""
        if original is None
        else comment_path(services.comments.get(original), visit.language.code),
    )


def public_comment(visit: Visit) -> Comment:
    """The one the URL names. Raises UnknownComment, also for one that readers may not see."""
    named = visit.request.path_params
    comment = visit.services.comments.get(CommentId(named["comment"]))
    if not comment.is_public or named.get("section", comment.section) != comment.section:
        raise UnknownComment
    return comment
