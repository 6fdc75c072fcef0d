"""Writes mails in the language of whoever reads them: as plain text, and the same as HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from feedback_api.domain.comment import Comment
from feedback_api.domain.identity import LanguageCode
from feedback_api.mail.message import Letter
from feedback_api.services import Services
from feedback_api.services.email_links import Purpose, link_token
from feedback_api.services.letters_due import DueLetter, Occasion
from feedback_api.web.labels import STATE_MEANINGS
from feedback_api.web.language_choice import source_language
from feedback_api.web.messages import Messages, mark
from feedback_api.web.pages import labeller, phraser
from feedback_api.web.section_view import language_tags, view_wording

_TEMPLATES = Path(__file__).with_name("templates")
_NAME_BYTES = 16

SUBJECTS: Mapping[Occasion, str] = {
    Occasion.CONFIRM: mark("Please confirm your e-mail address"),
    Occasion.DECIDED: mark("Your comment is decided"),
    Occasion.UNDONE: mark("Your comment is being decided anew"),
    Occasion.QUESTION: mark("An editor has a question about your comment"),
    Occasion.PUBLISHED: mark("What came of your comment is published"),
    Occasion.TAKEN_BACK: mark("What came of your comment was taken back"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where the links in mails lead: origins of the service and of the site."""

    service: str
    site: str


class LetterWriter:
    """Knows all languages; a comment in one that has no messages gets the source's."""

    def __init__(
        self, services: Services, messages: Mapping[LanguageCode, Messages], origins: Origins
    ) -> None:
        self._services = services
        self._messages = messages
        self._origins = origins
        self._environments = {code: _environments(said) for code, said in messages.items()}

    def write(self, comment: Comment, due: DueLetter) -> Letter:
        """The mail that is due; what was commented and suggested stays out of it."""
        messages = self.messages(comment.language)
        confirm = self._link("confirm", Purpose.CONFIRM, comment)
        unsubscribe = self._link("unsubscribe", Purpose.UNSUBSCRIBE, comment)
        text = self._services.text
        original = due.original
        return self.render(
            due.occasion,
            messages,
            name=self.name(f"{comment.id} {due.channel} {due.upto}"),
            subject=SUBJECTS[due.occasion],
            headers={
                "List-Unsubscribe": f"<{unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            },
            due=due,
            section=self._section(comment),
            original=self._section(original) if original else None,
            meaning=_meaning(due),
            tags=language_tags(text),
            confirm=confirm,
            unsubscribe=unsubscribe,
            receipt=f"{self._origins.service}/feedback/receipt?language={messages.language}",
        )

    def render(
        self,
        template: str,
        messages: Messages,
        *,
        name: str,
        subject: str,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> Letter:
        """A mail from `<template>.txt` and `<template>.html`; `subject` is still a message."""
        plain, marked_up = self._environments[messages.language]
        given = {
            **values,
            "subject": messages.say(subject),
            "origins": self._origins,
            "language": self._language(messages),
        }
        text = plain.get_template(f"{template}.txt").render(given)
        return Letter(
            name=name,
            subject=messages.say(subject),
            text=f"{text.strip()}\n",
            html=marked_up.get_template(f"{template}.html").render(given),
            language=messages.tag,
            headers=headers or {},
        )

    def messages(self, language: LanguageCode | None) -> Messages:
        """Of the language, or of the source's where it has none."""
        source = source_language(self._services.text.languages())
        return self._messages.get(language or source) or self._messages[source]

    def name(self, about: str) -> str:
        """Permanent, and says nothing of what it is about."""
        return self._services.secrets.keyed_hash("message-id", about)[:_NAME_BYTES].hex()

    def _link(self, page: str, purpose: Purpose, comment: Comment) -> str:
        language = self.messages(comment.language).language
        token = link_token(comment, purpose, self._services.secrets)
        query = urlencode({"token": token, "language": language})
        return f"{self._origins.service}/feedback/email/{page}?{query}"

    def _section(self, comment: Comment) -> object:
        text = self._services.text
        return view_wording(text.wording(comment.section, comment.language, comment.wording), text)

    def _language(self, messages: Messages) -> object:
        languages = self._services.text.languages()
        return next(one for one in languages if one.code == messages.language)


def _meaning(due: DueLetter) -> str:
    """What the outcome means, still a message; "" without one."""
    return STATE_MEANINGS[due.decision.outcome] if due.decision else ""


def _environments(messages: Messages) -> tuple[Environment, Environment]:
    """For plain text, where nothing is escaped, and for HTML, where everything is."""
    return _environment(messages, messages.say), _environment(messages, phraser(messages))


def _environment(messages: Messages, phrase: Callable[..., str]) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "_": phrase,
        "count": messages.count,
        "moment": messages.moment,
        "label": labeller(messages),
    }
    return made
