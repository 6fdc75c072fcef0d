"""A wording takes the place of a section's own text, and not of one byte more."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.apply_bytes import plain_lines, with_wording
from practice.apply_merge import MergeConflictError, merged

BLOCKS = (
    "Ein Satz mit ё und ção.",
    "Trailing spaces stay.  ",
    "\tA tab, and\tanother.",
    "- a\n    - b\n        - c",
    "1. one\n\n    more\n2. two",
    "| a | b |\n|---|--:|\n| \\| | 2 |",
    "A note[^n].\n\n[^n]: Below.",
    "```\n# no heading\n```",
    '!!! note "Box"\n    Words.',
    "<!-- a comment -->",
)
LINE_ENDS = ("\n", "\r\n", "\r")
BLANKS = st.lists(st.sampled_from(["", "  ", "\t"]), max_size=3)


@dataclass(frozen=True)
class _Written:
    """A file in parts; the section is what stands between `above` and `below`."""

    above: bytes
    blank_above: bytes
    core: bytes
    blank_below: bytes
    below: bytes
    line: int
    end_line: int
    line_end: str

    @property
    def content(self) -> bytes:
        return self.above + self.blank_above + self.core + self.blank_below + self.below


@st.composite
def _files(draw: st.DrawFn) -> _Written:
    end = draw(st.sampled_from(LINE_ENDS))
    # A bare carriage return before a bare line feed would be one line end.
    others = st.just("\r") if end == "\r" else st.sampled_from(["\n", "\r\n"])

    def lines(texts: list[str], *, own: bool = False) -> bytes:
        return b"".join(f"{text}{end if own else draw(others)}".encode() for text in texts)

    def blocks(least: int) -> list[str]:
        found = draw(st.lists(st.sampled_from(BLOCKS), min_size=least, max_size=3))
        return "\n\n".join(found).split("\n") if found else []

    above = ["---", "title: T", "---", "", "# T { #t }", "", *blocks(0), "", "## S { #t-s }"]
    core = blocks(1)
    blank_above, blank_below = draw(BLANKS), draw(BLANKS)
    last = draw(st.booleans())
    below = [] if last else ["## N { #t-n }", "", *blocks(1)]
    line = len(above)
    end_line = line + len(blank_above) + len(core) + len(blank_below) + 1
    return _Written(
        above=lines(above),
        blank_above=lines(blank_above),
        core=lines(core, own=True),
        blank_below=lines(blank_below),
        below=lines(below),
        line=line,
        end_line=end_line,
        line_end=end,
    )


@settings(max_examples=150, deadline=None)
@given(file=_files(), wording=st.sampled_from(BLOCKS), unended=st.booleans())
def test_every_byte_around_a_replaced_text_stays(
    file: _Written, wording: str, unended: bool
) -> None:
    content = file.content
    below = file.below
    # One line without its end has none left that the new lines could end with.
    several = file.core.count(file.line_end.encode()) > 1
    if unended and several and not file.blank_below and not below:
        content = content.removesuffix(file.line_end.encode())

    new = with_wording(content, line=file.line, end_line=file.end_line, wording=wording)

    written = file.line_end.join(wording.split("\n")).encode()
    end = b"" if content != file.content else file.line_end.encode()
    around = (file.above + file.blank_above, file.blank_below + below)
    assert new == around[0] + written + end + around[1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"# A { #a }\n## B { #b }\n", b"# A { #a }\n\nNew.\n\n## B { #b }\n"),
        (b"# A { #a }\n\n## B { #b }\n", b"# A { #a }\n\nNew.\n\n## B { #b }\n"),
        (b"# A { #a }\r\n\r\n\r\n## B\r\n", b"# A { #a }\r\n\r\nNew.\r\n\r\n## B\r\n"),
    ],
)
def test_section_without_text_gets_one_between_blank_lines(before: bytes, after: bytes) -> None:
    end_line = before.count(b"\n")

    assert with_wording(before, line=1, end_line=end_line, wording="New.") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"# A { #a }", b"# A { #a }\n\nNew."),
        (b"# A { #a }\n", b"# A { #a }\n\nNew.\n"),
        (b"# A { #a }\n\nOld.", b"# A { #a }\n\nNew."),
        (b"# A { #a }\n\nOld.\n \n", b"# A { #a }\n\nNew.\n \n"),
    ],
)
def test_last_section_ends_the_file_as_it_did(before: bytes, after: bytes) -> None:
    end_line = before.count(b"\n") + 1 + (not before.endswith(b"\n"))

    assert with_wording(before, line=1, end_line=end_line, wording="\r\nNew.\r\n\r\n") == after


def test_line_ends_of_a_wording_are_plain_and_its_spaces_stay() -> None:
    assert plain_lines(" \r\n\tA.  \rB.\r\n\n") == "\tA.  \nB."


def test_changes_of_different_sentences_come_together() -> None:
    base = "One.\nTwo.\nThree.\nFour."

    found = merged(base, ours="One!\nTwo.\nThree.\nFour.", theirs="One.\nTwo.\nThree.\nFour!")

    assert found == "One!\nTwo.\nThree.\nFour!"


@pytest.mark.parametrize("theirs", ["One?\nTwo.", "One.\nTwo, too."])
def test_changes_of_neighbouring_sentences_are_a_conflict(theirs: str) -> None:
    with pytest.raises(MergeConflictError):
        merged("One.\nTwo.", ours="One!\nTwo.", theirs=theirs)


def test_same_change_on_both_sides_is_no_conflict() -> None:
    assert merged("One.\nTwo.", ours="One!\nTwo.", theirs="One!\nTwo.") == "One!\nTwo."
