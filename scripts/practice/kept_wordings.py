"""Wordings as they were accepted, kept beside the lock so that no history is needed to show them.

`languages/<code>/accepted.yml` maps a fingerprint to the wording it names. The blocks are written
one on a line, indented like the text, so that the fingerprint can be computed from them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from practice.blocks import Block, read_blocks
from practice.fingerprint import Fingerprint, fingerprint
from practice.languages import Language
from practice.problem import Problem, ProblemsFoundError
from practice.text import Section
from practice.yaml_file import read_mapping

FILE = "accepted.yml"
_HEADER = (
    "# The wordings that translation.lock names. Written by scripts/translate; not for editing.\n"
)
_LINE = re.compile(r"(?P<indent> *)(?P<kind>[a-z]+)(?: (?P<detail>[^:]*))?:(?: (?P<words>.*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWording:
    """`translates` are the source wordings for which a translation was written; none for a source.

    They are several where sections happen to read the same.
    """

    title: str
    blocks: tuple[Block, ...]
    translates: tuple[Fingerprint, ...] = ()

    @property
    def fingerprint(self) -> Fingerprint:
        """The name of this wording, computed anew."""
        return fingerprint(self.title, self.blocks)


KeptWordings = Mapping[Fingerprint, KeptWording]


def keep(section: Section, *, translates: tuple[Fingerprint, ...] = ()) -> KeptWording:
    """The present wording of a section."""
    return KeptWording(
        title=section.title, blocks=read_blocks(section.tokens), translates=translates
    )


def read_kept_wordings(root: Path, language: Language) -> KeptWordings:
    """Empty where there is no file; raises ProblemsFoundError where it was changed by hand."""
    path = language.folder / FILE
    if not (root / path).exists():
        return {}
    kept: dict[Fingerprint, KeptWording] = {}
    problems = []
    for name, content in read_mapping(root, path).items():
        wording = _wording(content)
        if wording is None or wording.fingerprint != name:
            message = (
                f"The wording {name} is not the one that was accepted: restore the file from the"
                " last commit, then run scripts/translate accept."
            )
            problems.append(Problem(path, _line(root / path, name), "lock-wording", message))
        else:
            kept[Fingerprint(name)] = wording
    if problems:
        raise ProblemsFoundError(problems)
    return kept


def write_kept_wordings(root: Path, language: Language, kept: KeptWordings) -> None:
    """Replace the file; the order of `kept` is the order of the file."""
    content = {str(name): _content(wording) for name, wording in kept.items()}
    text = yaml.dump(
        content, Dumper=PlainDumper, allow_unicode=True, sort_keys=False, width=1_000_000
    )
    (root / language.folder / FILE).write_text(_HEADER + text, encoding="utf-8")


class PlainDumper(yaml.SafeDumper):
    """Writes text of several lines as it is read, and everything as often as it is there."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _block_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


PlainDumper.add_representer(str, _block_text)


def _content(wording: KeptWording) -> dict[str, object]:
    content: dict[str, object] = {"title": wording.title}
    if wording.translates:
        content["translates"] = [str(name) for name in wording.translates]
    return content | {"text": "".join(f"{line}\n" for line in _written(wording.blocks, 0))}


def _written(blocks: Sequence[Block], depth: int) -> Iterator[str]:
    for block in blocks:
        name = f"{block.kind} {block.detail}" if block.detail else block.kind
        words = block.words.replace("\\", "\\\\").replace("\n", "\\n")
        yield f"{'  ' * depth}{name}: {words}".rstrip()
        yield from _written(block.children, depth + 1)


def _wording(content: object) -> KeptWording | None:
    if not isinstance(content, dict):
        return None
    title, text, translates = content.get("title"), content.get("text"), content.get("translates")
    if not isinstance(title, str) or not isinstance(text, str):
        return None
    if not isinstance(translates, list | None):
        return None
    matches = [_LINE.fullmatch(line) for line in text.split("\n") if line.strip()]
    lines = [match for match in matches if match]
    if len(lines) != len(matches):
        return None
    return KeptWording(
        title=title,
        blocks=tuple(_nested(lines, 0)),
        translates=tuple(Fingerprint(str(name)) for name in translates or ()),
    )


def _nested(lines: Sequence[re.Match[str]], depth: int) -> Iterator[Block]:
    starts = [place for place, line in enumerate(lines) if len(line["indent"]) == 2 * depth]
    for start, end in pairwise([*starts, len(lines)]):
        line = lines[start]
        yield Block(
            kind=line["kind"],
            detail=line["detail"] or "",
            words=_unescaped(line["words"] or ""),
            children=tuple(_nested(lines[start + 1 : end], depth + 1)),
        )


def _unescaped(words: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], words)


def _line(path: Path, name: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    found = (n for n, line in enumerate(lines, 1) if line.startswith((f"{name}:", f"'{name}':")))
    return next(found, 1)
