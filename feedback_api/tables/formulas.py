"""Keeps a spreadsheet from taking a stranger's text for a formula.

The rule: a text that begins with one of = + - @, a tab or a line end, also in their full-width
and small forms, also after quotation marks, blanks or invisible characters, gets an apostrophe in
front; no other text is touched. So the apostrophe can be taken off again exactly: `recovered` is
the inverse of `neutralised` for every text. (OWASP, "CSV Injection".)
"""

import re

_MARK = "'"
_FORMULA = re.compile(
    "[\\s'\"`´‘’‚‛“”„‟«»\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    "[=+\\-@\t\r\n＝＋－＠﹦﹢﹣﹫−]"
)


def neutralised(text: str) -> str:
    """`text` as no spreadsheet evaluates it."""
    return _MARK + text if _FORMULA.match(text) else text


def recovered(cell: str) -> str:
    """What was neutralised; any other text as it is."""
    bare = cell.removeprefix(_MARK)
    return bare if bare != cell and _FORMULA.match(bare) else cell
