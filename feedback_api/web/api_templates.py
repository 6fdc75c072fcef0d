"""The JSON of answer templates, for editors."""

from starlette.responses import Response

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.identity import LanguageCode
from feedback_api.services.templates import put_template, remove_template
from feedback_api.web.api import json_answer
from feedback_api.web.cycle_models import (
    TemplateListShown,
    TemplatePosted,
    TemplateRemoved,
    TemplateShown,
)
from feedback_api.web.fields import convert, read_json
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit


async def list_templates(visit: Visit) -> Response:
    """Every template, by name."""
    templates = visit.services.templates.all()
    return json_answer(TemplateListShown(templates=[_shown(one) for one in templates]))


async def post_template(visit: Visit) -> Response:
    """Add a template, or replace the one of the id given."""
    posted = convert(await read_json(visit.request), TemplatePosted)
    template = await in_thread(
        put_template,
        posted.id,
        posted.name,
        {LanguageCode(code): text for code, text in posted.texts.items()},
        services=visit.services,
    )
    return json_answer(_shown(template), status=200 if posted.id else 201)


async def post_removal(visit: Visit) -> Response:
    """Remove a template."""
    if await visit.request.body():
        convert(await read_json(visit.request), TemplateRemoved)
    template = visit.request.path_params["template"]
    await in_thread(remove_template, template, services=visit.services)
    return Response(status_code=204)


def _shown(template: AnswerTemplate) -> TemplateShown:
    return TemplateShown(id=template.id, name=template.name, texts=template.texts)
