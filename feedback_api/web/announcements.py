"""The form by which prepared decisions are announced together: which boxes were ticked."""

from collections.abc import Mapping, Sequence

from feedback_api.domain.fault import Fault, FaultCode, shown
from feedback_api.domain.identity import CommentId
from feedback_api.web.fields import convert
from feedback_api.web.posted_models import Posted, Version
from feedback_api.web.refusals import InvalidRequest

Picked = Sequence[tuple[CommentId, int]]
"""Comments, each in the version the editor saw."""

PICK = "pick-"


def require_picks(names: Sequence[str], limit: int) -> None:
    """Raises InvalidRequest for no comment, for too many, or for one twice."""
    if not names:
        raise InvalidRequest(Fault(code=FaultCode.REQUIRED, field="comments"))
    if len(names) > limit:
        params = {"limit": limit}
        raise InvalidRequest(Fault(code=FaultCode.TOO_MANY, field="comments", params=params))
    if len(set(names)) < len(names):
        raise InvalidRequest(Fault(code=FaultCode.DUPLICATE_FIELD, field="comments"))


class PickEntered(Posted, frozen=True, kw_only=True):
    """A ticked box."""

    version: Version


def picked_in(form: Mapping[str, str]) -> Picked:
    """The ticked boxes, named `pick-<comment>` and worth its version. Raises InvalidRequest."""
    faults = [
        Fault(code=FaultCode.UNKNOWN_FIELD, field=shown(name), params={"field": shown(name)})
        for name in form
        if not name.startswith(PICK) and name != "csrf"
    ]
    ticked = {name.removeprefix(PICK): form[name] for name in form if name.startswith(PICK)}
    picked: list[tuple[CommentId, int]] = []
    for name, value in ticked.items():
        try:
            version = convert({"version": value}, PickEntered, texts=True).version
        except InvalidRequest as invalid:
            faults.extend(invalid.faults)
        else:
            picked.append((CommentId(name), version))
    if not ticked and not faults:
        faults.append(Fault(code=FaultCode.REQUIRED, field="comments"))
    if faults:
        raise InvalidRequest(*faults)
    return picked
