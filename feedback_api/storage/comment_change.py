"""What every store holds to when a comment changes."""

from dataclasses import replace

from feedback_api.domain.comment import Comment, is_new_version
from feedback_api.services.ports import Step

_IDENTITY = ("id", "cycle", "page", "section", "submitted_at", "version")


def changed(present: Comment, step: Step) -> Comment:
    """What `step` makes of it, with its version counted; the same object means no change.

    Raises what `step` raises, and ValueError if it changes who the comment is.
    """
    after = step(present)
    if after is present:
        return present
    for name in _IDENTITY:
        if getattr(present, name) != getattr(after, name):
            raise ValueError(f"a change must leave the {name} of a comment alone")
    if is_new_version(present, after):
        return replace(after, version=present.version + 1)
    return after
