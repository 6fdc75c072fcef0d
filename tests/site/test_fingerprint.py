"""A wording keeps its name under cosmetic edits, and gets a new one under any other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.fingerprint import fingerprint_of_markdown

WORDS = st.text("abcdeféñçãжёшыяъ", min_size=1, max_size=6) | st.integers(0, 9999).map(str)
PHRASES = st.lists(WORDS, min_size=1, max_size=6).map(tuple)


@dataclass(frozen=True)
class Part:
    """One block: a paragraph, a list, a table or a note; a phrase is a tuple of words."""

    kind: str
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Wording:
    title: tuple[str, ...]
    parts: tuple[Part, ...]


PARTS = st.builds(
    Part,
    st.sampled_from(["paragraph", "bullets", "steps", "table", "note"]),
    st.lists(PHRASES, min_size=1, max_size=3).map(tuple),
).map(lambda part: replace(part, phrases=part.phrases[:1]) if part.kind == "paragraph" else part)


def _apart(parts: list[Part]) -> tuple[Part, ...]:
    """Two lists of one kind in a row would be one list; a paragraph keeps them apart."""
    kept: list[Part] = []
    for part in parts:
        if kept and part.kind == kept[-1].kind and part.kind != "paragraph":
            kept.append(Part("paragraph", (("and",),)))
        kept.append(part)
    return tuple(kept)


WORDINGS = st.builds(Wording, PHRASES, st.lists(PARTS, min_size=1, max_size=4).map(_apart))


@dataclass(frozen=True)
class Style:
    """What no fingerprint may notice."""

    bullet: str = "-"
    emphasis: str = ""
    emphasised: int = 0
    link: str = ""
    linked: int = 1
    gap: str = " "
    comment: str = ""
    counting: bool = False
    loose: bool = False


STYLES = st.builds(
    Style,
    bullet=st.sampled_from("-*+"),
    emphasis=st.sampled_from(["", "*", "**", "_", "__", "***"]),
    emphasised=st.integers(0, 3),
    link=st.sampled_from(["", "a.md#b", "https://example.org/", "../c.md", '<x y> "title"']),
    linked=st.integers(0, 3),
    gap=st.sampled_from([" ", "\n", "  ", "\u00a0", "&nbsp;", "\u202f", "\t", " \u00ad\u200b "]),
    comment=st.sampled_from(["", "<!-- note -->\n", "<!--\n- a\n\n# b\n-->\n"]),
    counting=st.booleans(),
    loose=st.booleans(),
)


def _phrase(words: tuple[str, ...], style: Style, indent: str = "") -> str:
    dressed = list(words)
    if style.link:
        place = style.linked % len(dressed)
        dressed[place] = f"[{dressed[place]}]({style.link})"
    if style.emphasis:
        place = style.emphasised % len(dressed)
        dressed[place] = f"{style.emphasis}{dressed[place]}{style.emphasis}"
    # A line that begins with a number and a stop would be a list; here none does.
    return style.gap.join(dressed).replace("\n", "\n" + indent)


def _markdown(wording: Wording, style: Style) -> str:
    return "\n\n".join(style.comment + _part_markdown(part, style) for part in wording.parts)


def _part_markdown(part: Part, style: Style) -> str:
    inline = replace(style, gap=style.gap.replace("\n", " "))
    match part.kind:
        case "bullets" | "steps":
            between = "\n\n" if style.loose else "\n"
            marks = [
                f"{style.bullet} " if part.kind == "bullets" else f"{n if style.counting else 1}. "
                for n in range(1, len(part.phrases) + 1)
            ]
            items = zip(marks, part.phrases, strict=True)
            return between.join(mark + _phrase(words, style, "    ") for mark, words in items)
        case "table":
            rows = [f"| {_phrase(words, inline)} |" for words in part.phrases]
            return "\n".join([rows[0], "|---|", *rows[1:]])
        case "note":
            body = "\n\n".join("    " + _phrase(words, style, "    ") for words in part.phrases)
            return f'!!! note "Why"\n{body}'
    return _phrase(part.phrases[0], style)


def _name(wording: Wording, style: Style) -> str:
    return fingerprint_of_markdown(" ".join(wording.title), _markdown(wording, style))


@settings(max_examples=200, deadline=None)
@given(WORDINGS, STYLES, STYLES)
def test_style_never_makes_a_new_wording(wording: Wording, one: Style, other: Style) -> None:
    assert _name(wording, one) == _name(wording, other)


def _other_word(wording: Wording) -> Wording:
    first, *rest = wording.parts
    words = (*first.phrases[0][:-1], first.phrases[0][-1] + "x")
    changed = replace(first, phrases=(words, *first.phrases[1:]))
    return replace(wording, parts=(changed, *rest))


def _word_added(wording: Wording) -> Wording:
    first, *rest = wording.parts
    changed = replace(first, phrases=((*first.phrases[0], "not"), *first.phrases[1:]))
    return replace(wording, parts=(changed, *rest))


def _words_swapped_into_one(wording: Wording) -> Wording:
    first, *rest = wording.parts
    words = ("".join(first.phrases[0]), "b")
    return replace(wording, parts=(replace(first, phrases=(words, *first.phrases[1:])), *rest))


def _block_added(wording: Wording) -> Wording:
    return replace(wording, parts=(*wording.parts, Part("paragraph", (("more",),))))


def _block_removed(wording: Wording) -> Wording:
    return replace(wording, parts=wording.parts[1:])


def _item_added(wording: Wording) -> Wording:
    first, *rest = wording.parts
    if first.kind == "paragraph":
        return _block_added(wording)
    changed = replace(first, phrases=(*first.phrases, ("more",)))
    return replace(wording, parts=(changed, *rest))


def _other_kind(wording: Wording) -> Wording:
    first, *rest = wording.parts
    kind = {"bullets": "steps", "steps": "note", "note": "table", "table": "bullets"}
    changed = replace(first, kind=kind.get(first.kind, "bullets"))
    return replace(wording, parts=(changed, Part("paragraph", (("and",),)), *rest))


def _other_title(wording: Wording) -> Wording:
    return replace(wording, title=(*wording.title, "x"))


EDITS: list[Callable[[Wording], Wording]] = [
    _other_word,
    _word_added,
    _words_swapped_into_one,
    _block_added,
    _block_removed,
    _item_added,
    _other_kind,
    _other_title,
]


@settings(max_examples=200, deadline=None)
@given(WORDINGS, STYLES, STYLES, st.sampled_from(EDITS))
def test_an_edit_of_words_or_structure_makes_a_new_wording(
    wording: Wording, one: Style, other: Style, edit: Callable[[Wording], Wording]
) -> None:
    assert _name(edit(wording), other) != _name(wording, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("an *urgent* case", "an **urgent** case"),
        ("an urgent case", "an _urgent_ case"),
        ("see [the page](a.md)", "see [the page](https://example.org/a#b)"),
        ("see [the page](a.md)", "see [the page][p]\n\n[p]: b.md"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one two"),
        ("10\u00a0days", "10 days"),
        ("10&nbsp;days", "10 days"),
        ("caf\u00e9", "cafe\u0301"),
        ("caf&eacute;", "café"),
        ("a &mdash; b", "a — b"),
        ("a &#8212; b", "a \\— b".replace("\\", "")),
        ("one <!-- why --> two", "one two"),
        ("one\n<!-- why -->\ntwo", "one two"),
        ("- a\n- b", "* a\n* b"),
        ("- a\n- b", "- a\n\n<!-- x -->\n\n- b"),
        ("1. a\n2. b", "1. a\n1. b"),
        ("- a\n- b", "- a\n\n- b"),
        ("| a | b |\n|---|---|\n| c | d |", "|a|b|\n|:-:|--:|\n|c|d|"),
        ("use `code`", "use code"),
        ("a soft\u00adhyphen", "a softhyphen"),
        ("one\r\ntwo".replace("\r", ""), "one two"),
    ],
)
def test_the_same_words_in_the_same_structure_are_one_wording(one: str, other: str) -> None:
    assert fingerprint_of_markdown("T", one) == fingerprint_of_markdown("T", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within 5 days", "within 6 days"),
        ("must not", "must"),
        ("one two", "onetwo"),
        ("one two", "one\n\ntwo"),
        ("one two", "one, two"),
        ("the Company", "the company"),
        ("- a\n- b", "1. a\n2. b"),
        ("- a\n- b", "- a b"),
        ("- a\n    - b", "- a\n- b"),
        ("- a\n\n    b", "- a\n- b"),
        ("- [ ] a", "- a"),
        ('!!! note "T"\n    a', '!!! example "T"\n    a'),
        ('!!! note "T"\n    a', '!!! note "U"\n    a'),
        ('!!! note "T"\n    a', "T\n\na"),
        ("> a", "a"),
        ("```\na\n```", "a"),
        ("```\na\nb\n```", "```\na b\n```"),
        ("| a | b |\n|---|---|\n| c | d |", "| a | b |\n|---|---|\n| d | c |"),
        ("| a |\n|---|\n| b |", "| a | b |\n|---|---|"),
        ("a ![x](y.png)", "a x"),
        ("a[^1]\n\n[^1]: b", "a\n\nb"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("#### a", "a"),
    ],
)
def test_other_words_or_another_structure_are_another_wording(one: str, other: str) -> None:
    assert fingerprint_of_markdown("T", one) != fingerprint_of_markdown("T", other)


def test_a_fingerprint_is_sixteen_hex_digits_and_never_changes_with_the_program() -> None:
    assert fingerprint_of_markdown("Title", "Words.\n\n- a\n- b") == "770723c067bf51b1"
