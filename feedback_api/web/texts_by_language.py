"""Forms with one text per language: the fields are named after the languages there are."""

from collections.abc import Mapping
from dataclasses import replace

from feedback_api.domain.errors import FeedbackError, Invalid
from feedback_api.domain.fault import Fault, FaultCode, shown
from feedback_api.domain.identity import LanguageCode
from feedback_api.web.language_choice import source_language
from feedback_api.web.refusals import InvalidRequest
from feedback_api.web.visit import Visit

TEXT, WAS = "text-", "was-"
_POSTED = "texts"


def texts_of(
    form: Mapping[str, str], visit: Visit, *, prefix: str = TEXT
) -> Mapping[LanguageCode, str]:
    """What was typed for each language of the site; nothing for one whose field is not there."""
    return {
        language.code: form[prefix + language.code]
        for language in visit.languages
        if prefix + language.code in form
    }


def text_fields(
    texts: Mapping[LanguageCode, str], visit: Visit, *, prefix: str = TEXT
) -> dict[str, str]:
    """The values of the fields, "" for a language without a text."""
    return {prefix + one.code: texts.get(one.code, "") for one in visit.languages}


def refuse_others(form: Mapping[str, str], visit: Visit, *, named: frozenset[str]) -> None:
    """Raises InvalidRequest for a field that is neither `named` nor one of a language."""
    ours = {prefix + language.code for language in visit.languages for prefix in (TEXT, WAS)}
    faults = [
        Fault(code=FaultCode.UNKNOWN_FIELD, field=shown(name), params={"field": shown(name)})
        for name in form
        if name not in ours | named
    ]
    if faults:
        raise InvalidRequest(*faults)


def at_fields(error: FeedbackError, visit: Visit) -> FeedbackError:
    """The error with its faults at the fields of the form: `texts.<language>` is `text-<language>`.

    A fault of all the texts is told at the first of them, the source's.
    """
    if not isinstance(error, Invalid):
        return error
    moved = []
    for fault in error.faults:
        name, _, language = fault.field.partition(".")
        if name == _POSTED:
            fault = replace(fault, field=TEXT + (language or source_language(visit.languages)))
        moved.append(fault)
    return type(error)(*moved)


def labels_of(visit: Visit) -> Mapping[str, str]:
    """What the fields are called: by the name of their language."""
    return {TEXT + language.code: language.name for language in visit.languages}
