"""What a stranger's text may be: plain, bounded, readable."""

import re
import unicodedata
from dataclasses import dataclass

from feedback_api.domain.errors import Invalid
from feedback_api.domain.fault import Fault, FaultCode

# Letters by category that nobody can see: Hangul fillers, the braille blank.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_NONCHARACTERS = "".join(
    chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17)
)
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")
# In one line among others they would turn what stands around it.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_VISIBLE_ASCII = re.compile("[!-~]")
# No dots where no server takes them, and no encoded words (RFC 2047), which can hide line ends.
_EMAIL = re.compile(
    r'(?!\.|.*\.\.|.*\.@|.*=\?)[^\s@<>()\[\],;:\\"]+'
    r'@[^\s@<>()\[\],;:\\".]+(\.[^\s@<>()\[\],;:\\".]+)+'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """The rule of one field; lengths in characters after line ends are made one."""

    field: str
    limit: int
    least: int = 0
    required: bool = False
    single_line: bool = False
    email: bool = False
    keeps_indent: bool = False

    def tidy(self, raw: str) -> str:
        """`raw` with line ends as \\n and no blank edges; "" when an optional field is blank.

        Raises Invalid with exactly one Fault.
        """
        text = raw.replace("\r\n", "\n").replace("\r", "\n")
        text = text.strip("\n").rstrip() if self.keeps_indent else text.strip()
        _refuse_length(self, len(text))
        if not text.replace("\n", "").isprintable():  # else it has none of them: 1 µs, not 24
            _refuse_characters(self.field, text, _FORBIDDEN)
            if self.single_line:
                _refuse_characters(self.field, text, _TURNING)
        if not _is_visible(text):
            return self._blank(text)
        if len(text) < self.least:
            raise _invalid(FaultCode.TOO_SHORT, self.field, limit=self.least, length=len(text))
        if self.single_line and len(text.splitlines()) > 1:
            raise _invalid(FaultCode.SINGLE_LINE, self.field)
        if self.email and not _EMAIL.fullmatch(text):
            raise _invalid(FaultCode.NOT_EMAIL, self.field)
        return text

    def tidy_or(self, refusal: type[Invalid], raw: str) -> str:
        """As `tidy`; what cannot be taken raises `refusal` with its fault."""
        try:
            return self.tidy(raw)
        except Invalid as invalid:
            raise refusal(*invalid.faults) from None

    def tidy_into(self, faults: list[Fault], raw: str) -> str:
        """As `tidy`; of what cannot be taken the fault goes to `faults`, and "" comes back."""
        try:
            return self.tidy(raw)
        except Invalid as invalid:
            faults.extend(invalid.faults)
            return ""

    def _blank(self, text: str) -> str:
        if not self.required:
            return ""
        raise _invalid(FaultCode.NOT_VISIBLE if text else FaultCode.REQUIRED, self.field)


BODY = TextRule(field="body", limit=4_000, required=True)
SUGGESTION = TextRule(field="suggestion", limit=8_000, keeps_indent=True)
NAME = TextRule(field="name", limit=100, single_line=True)
EMAIL = TextRule(field="email", limit=254, single_line=True, email=True)
REASON = TextRule(field="reason", limit=4_000, required=True)
WHY = TextRule(field="why", limit=500, required=True)
NOTE = TextRule(field="body", limit=4_000, required=True)
QUESTION = TextRule(field="body", limit=2_000, required=True)
GLOSS = TextRule(field="text", limit=300, single_line=True)
SUMMARY = TextRule(field="text", limit=4_000)
TEMPLATE_NAME = TextRule(field="name", limit=100, required=True, single_line=True)
TEMPLATE_TEXT = TextRule(field="texts", limit=4_000)
OWNER = TextRule(field="owner", limit=100, single_line=True)
EDITOR_NAME = TextRule(field="name", limit=60, required=True, single_line=True)
PASSPHRASE = TextRule(field="passphrase", limit=1_000, least=12, required=True, single_line=True)
IDEMPOTENCY_KEY = TextRule(field="Idempotency-Key", limit=255, required=True, single_line=True)


def _invalid(code: FaultCode, field: str, **params: str | int) -> Invalid:
    return Invalid(Fault(code=code, field=field, params=params))


def _refuse_length(rule: TextRule, length: int) -> None:
    if length > rule.limit:
        raise _invalid(FaultCode.TOO_LONG, rule.field, limit=rule.limit, length=length)


def _refuse_characters(field: str, text: str, refused: re.Pattern[str]) -> None:
    match = refused.search(text)
    if match:
        named = f"U+{ord(match.group()):04X}"
        position = match.start() + 1
        raise _invalid(FaultCode.FORBIDDEN_CHARACTER, field, character=named, position=position)


def _is_visible(text: str) -> bool:
    if _VISIBLE_ASCII.search(text):
        return True
    return any(
        unicodedata.category(c)[0] not in "ZM"
        and unicodedata.category(c) not in {"Cc", "Cf"}
        and c not in _BLANKS
        for c in text
    )
