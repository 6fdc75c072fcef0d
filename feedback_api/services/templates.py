"""Answer templates: reasons that editors give often."""

from collections.abc import Mapping
from dataclasses import replace

from feedback_api.domain.cycle import AnswerTemplate
from feedback_api.domain.errors import InvalidTemplate, UnknownTemplate
from feedback_api.domain.fault import Fault, FaultCode, shown
from feedback_api.domain.identity import LanguageCode
from feedback_api.domain.text import TEMPLATE_NAME, TEMPLATE_TEXT
from feedback_api.services import Services

TEMPLATES_LIMIT = 200


def put_template(
    template_id: str | None,
    name: str,
    texts: Mapping[LanguageCode, str],
    *,
    services: Services,
) -> AnswerTemplate:
    """Make a template, or change the one of this id; languages with a blank text are left out.

    Raises UnknownTemplate, InvalidTemplate, StoreError.
    """
    present = {template.id: template for template in services.templates.all()}
    if template_id is not None and template_id not in present:
        raise UnknownTemplate
    faults: list[Fault] = []
    tidy_name = TEMPLATE_NAME.tidy_into(faults, name)
    tidy_texts = _tidy_texts(texts, faults, services)
    if not tidy_texts and not faults:
        faults.append(Fault(code=FaultCode.REQUIRED, field="texts"))
    if template_id is None and len(present) >= TEMPLATES_LIMIT:
        limit = {"limit": TEMPLATES_LIMIT}
        faults.append(Fault(code=FaultCode.TOO_MANY, field="name", params=limit))
    if faults:
        raise InvalidTemplate(*faults)
    template = AnswerTemplate(
        id=template_id or services.randomness.template_id(), name=tidy_name, texts=tidy_texts
    )
    services.templates.put(template)
    return template


def remove_template(template_id: str, *, services: Services) -> None:
    """Reasons that were made from it stay. Raises UnknownTemplate, StoreError."""
    services.templates.remove(template_id)


def all_templates(services: Services) -> tuple[AnswerTemplate, ...]:
    """By name."""
    return services.templates.all()


def _tidy_texts(
    texts: Mapping[LanguageCode, str], faults: list[Fault], services: Services
) -> Mapping[LanguageCode, str]:
    known = {language.code for language in services.text.languages()}
    tidy: dict[LanguageCode, str] = {}
    for language, text in texts.items():
        if language not in known:
            faults.append(Fault(code=FaultCode.UNKNOWN_LANGUAGE, field=f"texts.{shown(language)}"))
            continue
        found: list[Fault] = []
        said = TEMPLATE_TEXT.tidy_into(found, text)
        faults.extend(replace(fault, field=f"texts.{language}") for fault in found)
        if said:
            tidy[language] = said
    return tidy
