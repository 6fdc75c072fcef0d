"""Answer templates on the board: add, change and remove reasons that are given often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import RedirectResponse, Response

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.errors import (
    FeedbackError,
    InvalidTemplate,
    StoreError,
    UnknownTemplate,
)
from feedback_api.services.templates import all_templates, put_template, remove_template
from feedback_api.web.fields import convert, read_query
from feedback_api.web.form_state import FormState
from feedback_api.web.messages import mark
from feedback_api.web.pages import render
from feedback_api.web.posted_models import Posted
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.texts_by_language import (
    at_fields,
    labels_of,
    refuse_others,
    text_fields,
    texts_of,
)
from feedback_api.web.threads import in_thread
from feedback_api.web.visit import Visit

_PATH = "/review/templates"
_NAMED = frozenset({"csrf", "name"})
_DONE: Mapping[str, str] = {
    "added": mark("The template is there; it can be chosen on every comment’s page."),
    "saved": mark("The template is saved."),
    "removed": mark("The template is removed. Reasons made from it stay as they are."),
}


class RemovalEntered(Posted, frozen=True, kw_only=True):
    """The template is named by the URL."""

    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _TemplateForm:
    """A template with the form that changes it."""

    id: str
    name: str
    languages: str
    form: FormState


async def show_templates(visit: Visit) -> Response:
    """All of them, each with its form, and an empty one."""
    done = read_query(visit.request).get("done", "")
    return _page(visit, done=_DONE.get(done, ""))


async def post_template(visit: Visit) -> Response:
    """Add a template; with faults, the form again with everything typed."""
    return await _put(visit, None)


async def post_change(visit: Visit) -> Response:
    """Change a template; with faults, its form again with everything typed."""
    return await _put(visit, _id(visit))


async def post_removal(visit: Visit) -> Response:
    """Remove a template."""
    form = await visit.form()
    try:
        convert(form, RemovalEntered, texts=True)
        await in_thread(remove_template, _id(visit), services=visit.services)
    except (InvalidRequest, UnknownTemplate, StoreError) as error:
        return _page(visit, refused=None, error=error)
    return RedirectResponse(f"{_PATH}?done=removed", status_code=303)


async def _put(visit: Visit, template: str | None) -> Response:
    form = await visit.form()
    try:
        refuse_others(form, visit, named=_NAMED)
        texts = texts_of(form, visit)
        name = form.get("name", "")
        await in_thread(put_template, template, name, texts, services=visit.services)
    except (InvalidRequest, InvalidTemplate, UnknownTemplate, StoreError) as error:
        return _page(visit, typed=form, refused=template, error=error)
    done = "added" if template is None else "saved"
    return RedirectResponse(f"{_PATH}?done={done}", status_code=303)


def _page(
    visit: Visit,
    *,
    typed: Mapping[str, str] | None = None,
    refused: str | None = None,
    error: FeedbackError | None = None,
    done: str = "",
) -> Response:
    """`refused`: the template whose form is given back; without one, the form that adds."""
    forms = [_form(template, visit) for template in all_templates(visit.services)]
    added = FormState(prefix="new", values=text_fields({}, visit))
    if error is not None:
        given_back = next((one for one in forms if one.id == refused), None)
        of = given_back.form if given_back else added
        told = _told(replace(of, values={**of.values, **(typed or {})}), error, visit)
        added = added if given_back else told
        forms = [replace(one, form=told) if one is given_back else one for one in forms]
    return render(
        visit,
        "review_templates.html",
        error=error,
        here=_PATH,
        templates=forms,
        added=added,
        done=visit.messages.say(done) if done else "",
    )


def _told(form: FormState, error: FeedbackError, visit: Visit) -> FormState:
    labels = labels_of(visit)
    shows = ("name", *labels)
    return form.refused(at_fields(error, visit), visit.messages, shows=shows, labels=labels)


def _form(template: AnswerTemplate, visit: Visit) -> _TemplateForm:
    return _TemplateForm(
        id=template.id,
        name=template.name,
        languages=", ".join(
            language.name for language in visit.languages if language.code in template.texts
        ),
        form=FormState(
            prefix=template.id, values={**text_fields(template.texts, visit), "name": template.name}
        ),
    )


def _id(visit: Visit) -> str:
    template: str = visit.request.path_params["template"]
    return template
