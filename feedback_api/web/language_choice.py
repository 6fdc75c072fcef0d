"""Which language a reader wants: an explicit choice, else Accept-Language, else the source."""

import re
from collections.abc import Sequence

from babel import negotiate_locale
from starlette.requests import HTTPConnection
from starlette.responses import Response

from feedback_api.domain.identity import LanguageCode
from feedback_api.domain.section import Language

COOKIE = "language"
_BOARD = "/review"
_YEAR_SECONDS = 365 * 24 * 60 * 60
# RFC 9110, 12.5.4: a language range and its weight; anything else in the header is passed over.
_WEIGHTED = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_HEADER_MAXIMUM_LENGTH = 1000


def explicit_choice(
    connection: HTTPConnection, languages: Sequence[Language]
) -> LanguageCode | None:
    """What the reader asks for in the URL, or is remembered to have asked for."""
    codes = {str(language.code): language.code for language in languages}
    asked = connection.query_params.get(choice_parameter(connection.scope["path"]), "")
    return codes.get(asked) or codes.get(connection.cookies.get(COOKIE, ""))


def choice_parameter(path: str) -> str:
    """`language`; on the board, where that filters the comments, `interface`."""
    return "interface" if path.startswith(_BOARD) else COOKIE


def remember_language(response: Response, code: str, *, secure: bool) -> None:
    """Keep an explicit choice for a year; the site's own script sets the same cookie."""
    response.set_cookie(COOKIE, code, max_age=_YEAR_SECONDS, secure=secure)


def choose_language(connection: HTTPConnection, languages: Sequence[Language]) -> LanguageCode:
    """The language of an answer that its URL does not name."""
    return explicit_choice(connection, languages) or accepted_language(
        connection.headers.get("accept-language", ""), languages
    )


def accepted_language(header: str, languages: Sequence[Language]) -> LanguageCode:
    """The best of our languages for an Accept-Language header, whatever it holds.

    A language is found by its tag or its code, so that a reader of any regional form of it is
    served; `*` and a header that names none of ours give the source language.
    """
    names = {
        name: language.code for language in languages for name in (language.tag, language.code)
    }
    found = negotiate_locale(_ranges_by_weight(header), list(names), sep="-")
    if found is not None:
        return {name.lower(): code for name, code in names.items()}[found.lower()]
    return source_language(languages)


def source_language(languages: Sequence[Language]) -> LanguageCode:
    return next(language.code for language in languages if language.source)


def _ranges_by_weight(header: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in header[:_HEADER_MAXIMUM_LENGTH].split(","):
        match = _WEIGHTED.fullmatch(part)
        if match and (weight := float(match[2] or 1)) > 0:
            weighted.append((weight, match[1]))
    # The sort is stable: of two equal weights the one written first wins.
    weighted.sort(key=lambda entry: -entry[0])
    return [name for _, name in weighted]
