"""Whatever the web room says, it can say in every language."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from feedback_api.domain.errors import SettingsRefused
from feedback_api.domain.identity import LanguageCode
from feedback_api.web.messages import read_messages
from tests.web.reading import ROOT

ROOMS = [ROOT / "feedback_api" / room for room in ("web", "mail")]
LANGUAGES = sorted(path.parent.name for path in (ROOT / "languages").glob("*/messages.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
Message = str | tuple[str, str]


def _used() -> set[Message]:
    """Every message that code or templates name."""
    names: dict[str, None] = dict.fromkeys(("mark", "say"))
    keywords = {**names, "count": (1, 2)}
    found: set[Message] = set()
    for path in (path for room in ROOMS for path in room.glob("*.py")):
        with path.open("rb") as source:
            found |= {_plain(message) for _, message, *_ in extract("python", source, keywords)}
    for path in (path for room in ROOMS for path in room.glob("templates/*")):
        with path.open("rb") as source:
            found |= {
                _plain(message)
                for _, _, message, _ in babel_extract(source, ["_", "count"], [], {})
            }
    return found - {""}


def _plain(message: str | tuple[str | None, ...] | None) -> Message:
    if message is None or isinstance(message, str):
        return message or ""
    singular, plural = (*message, None)[:2]
    return (singular or "", plural) if plural else singular or ""


def _catalogue(code: str) -> Iterator[tuple[Message, list[str]]]:
    with (ROOT / "languages" / code / "messages.po").open("rb") as source:
        for message in read_po(source):
            name, said = message.id, message.string
            yield (
                name if isinstance(name, str) else (name[0], name[1]),
                [said] if isinstance(said, str) else [str(text) for text in said or ()],
            )


def test_there_is_something_to_say() -> None:
    assert len(_used()) > 200


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_message_is_in_the_catalogue(code: str) -> None:
    assert _used() - {name for name, _ in _catalogue(code)} == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations_are_complete_and_keep_their_placeholders(code: str) -> None:
    used = _used()
    said = {name: texts for name, texts in _catalogue(code) if name in used}
    is_source = not any(text for texts in said.values() for text in texts)

    for name, texts in said.items():
        wanted = set(PLACEHOLDER.findall(name if isinstance(name, str) else name[1]))
        for text in texts if not is_source else ():
            assert text, name
            assert set(PLACEHOLDER.findall(text)) == wanted, text


@pytest.mark.parametrize(
    ("code", "number", "said"),
    [
        ("en", 1, "1 comment"),
        ("en", 1_234, "1,234 comments"),
        ("pt", 1, "1 comentário"),
        ("pt", 2, "2 comentários"),
        ("ru", 1, "1 комментарий"),
        ("ru", 3, "3 комментария"),
        ("ru", 11, "11 комментариев"),
        ("ru", 22, "22 комментария"),
        ("ru", 101, "101 комментарий"),
    ],
)
def test_numbers_take_the_right_plural(code: str, number: int, said: str) -> None:
    messages = read_messages(ROOT / "languages")[LanguageCode(code)]

    assert messages.count("%(count)s comment", "%(count)s comments", number) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("pt", "21 de novembro de 2026, 09:05 UTC"),
        ("ru", "21 ноября 2026\u202fг., 09:05 UTC"),
    ],
)
def test_moments_take_the_form_of_the_language(code: str, said: str) -> None:
    messages = read_messages(ROOT / "languages")[LanguageCode(code)]

    moment = messages.moment(datetime(2026, 11, 21, 9, 5, tzinfo=UTC))

    assert " ".join(moment.split()) == " ".join(said.split())


def test_catalogue_without_a_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "messages.po").write_text('msgid "a"\nmsgstr "b"\n')

    with pytest.raises(SettingsRefused, match="must name a Language"):
        read_messages(tmp_path)
