"""A role with whether it is proved: the two are never told without each other."""

from feedback_api.domain.comment import Comment, Role
from feedback_api.web.labels import ROLES
from feedback_api.web.messages import Messages


def role_words(role: Role, messages: Messages, *, verified: bool) -> str:
    """The role in the reader's language, and in brackets who vouches for it."""
    name = messages.say(ROLES[role])
    if verified:
        return messages.say("%(role)s (verified)", role=name)
    return messages.say("%(role)s (as stated)", role=name)


def role_of(comment: Comment, messages: Messages) -> str:
    """As role_words."""
    return role_words(comment.role, messages, verified=comment.role_verified)
