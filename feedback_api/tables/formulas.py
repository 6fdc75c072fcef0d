"""Keeps a spreadsheet from taking a stranger's text for a formula, a number or a date.

The rule: an apostrophe is put in front of a text
- that begins with one of = + - @, a tab or a line end, also in their full-width and small forms,
  also after quotation marks, blanks or invisible characters (OWASP, "CSV Injection"); and
- that is nothing but a number or a date written so that a spreadsheet would write it otherwise:
  0012, 5.10, 3-4, 1e5; a plain whole number stays as it is.
No other text is touched, so the apostrophe can be taken off again exactly: `recovered` is the
inverse of `neutralised` for every text.
"""

import re

_MARK = "'"
_FORMULA = re.compile(
    "[\\s'\"`´‘’‚‛“”„‟«»\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    "[=+\\-@\t\r\n＝＋－＠﹦﹢﹣﹫−]"
)

_NUMBER = re.compile(r"['\s]*\d[\d\s.,:/%e-]*", re.IGNORECASE)
_PLAIN_NUMBER = re.compile("0|[1-9][0-9]{0,14}")  # 15 digits are exact in every spreadsheet


def neutralised(text: str) -> str:
    """`text` as no spreadsheet changes it."""
    return _MARK + text if _is_changed(text) else text


def recovered(cell: str) -> str:
    """What was neutralised; any other text as it is."""
    bare = cell.removeprefix(_MARK)
    return bare if bare != cell and _is_changed(bare) else cell


def _is_changed(text: str) -> bool:
    """True for the text with another apostrophe in front, too, or that could not be told apart."""
    if _FORMULA.match(text):
        return True
    return bool(_NUMBER.fullmatch(text)) and not _PLAIN_NUMBER.fullmatch(text)
