"""Puts an answer template into the reason that an editor is writing; nothing is stored by it."""

from starlette.responses import Response

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.fault import Fault, FaultCode
from feedback_api.domain.identity import LanguageCode
from feedback_api.services.templates import all_templates
from feedback_api.web.comment_actions import comment_id
from feedback_api.web.messages import mark
from feedback_api.web.pages_review_comment import comment_page
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.visit import Visit

_NO_TEXT = mark(
    "The template “%(name)s” has no text in the language chosen for the reason. "
    "It is there in: %(languages)s."
)


async def put_in_template(visit: Visit) -> Response:
    """The page again, the template's text in the reason, after whatever was typed there."""
    typed = await visit.form()
    comment = visit.services.comments.get(comment_id(visit))
    template = _template(typed.get("template", ""), visit)
    if template is None:
        fault = Fault(code=FaultCode.UNKNOWN_VALUE, field="template")
        error = InvalidRequest(fault)
        return comment_page(visit, comment, form="decide", typed=typed, error=error)
    language = LanguageCode(typed.get("reason_language", ""))
    if language not in template.texts:
        told = visit.messages.say(
            _NO_TEXT, name=template.name, languages=_languages(template, visit)
        )
        return comment_page(visit, comment, form="decide", typed=typed, told=told)
    said = typed.get("reason", "").rstrip()
    text = template.texts[language]
    filled = {**typed, "reason": f"{said}\n\n{text}" if said else text, "template": ""}
    return comment_page(visit, comment, form="decide", typed=filled)


def _template(template_id: str, visit: Visit) -> AnswerTemplate | None:
    found = (one for one in all_templates(visit.services) if one.id == template_id)
    return next(found, None)


def _languages(template: AnswerTemplate, visit: Visit) -> str:
    return ", ".join(one.name for one in visit.languages if one.code in template.texts)
