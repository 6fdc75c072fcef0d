"""Reads the project's YAML: mappings only, each key once, mistakes as Problems with a line."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import yaml
from yaml.constructor import SafeConstructor

from practice.problem import Problem, ProblemsFoundError

# libyaml parses ten times as fast, where PyYAML was built with it.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _timestamp(loader: SafeConstructor, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        raise yaml.MarkedYAMLError(
            problem=f"“{node.value}” is in no calendar ({error})", problem_mark=node.start_mark
        ) from error


def _unknown_tag(loader: SafeConstructor, suffix: str, node: yaml.Node) -> None:
    return None


class _Constructor(SafeConstructor):
    """Tags such as `!ENV`, which only MkDocs understands, read as null."""

    yaml_constructors: ClassVar = {
        **SafeConstructor.yaml_constructors,
        "tag:yaml.org,2002:timestamp": _timestamp,
    }
    yaml_multi_constructors: ClassVar = {
        "!": _unknown_tag,
        "tag:yaml.org,2002:python/": _unknown_tag,
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            if key_node.tag.endswith(":merge"):
                continue
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key “{key}” stands twice", problem_mark=key_node.start_mark
                )
            seen.add(str(key))
        return super().construct_mapping(node, deep)


def parse_mapping(text: str, *, path: Path, first_line: int = 1) -> dict[str, object]:
    """The mapping in `text`, keys as text; ProblemsFoundError names `path` and the line.

    `first_line` is the line of `path` on which `text` begins.
    """
    try:
        node = yaml.compose(text, Loader=_PARSER)
        content = None if node is None else _Constructor().construct_document(node)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        what = " ".join(str(getattr(error, "problem", None) or error).split())
        message = f"This is not readable YAML: {what}. Correct the line or quote its value."
        raise ProblemsFoundError([Problem(path, line, "yaml", message)]) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        message = "Expected lines of the form “key: value”."
        raise ProblemsFoundError([Problem(path, first_line, "yaml", message)])
    return {str(key): value for key, value in content.items()}


def read_mapping(root: Path, path: Path) -> dict[str, object]:
    """The mapping in the file `root / path`; a missing or unreadable file is a Problem too."""
    try:
        text = (root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        message = f"This file cannot be read ({error.__class__.__name__}). Restore it as UTF-8."
        raise ProblemsFoundError([Problem(path, 1, "unreadable", message)]) from error
    return parse_mapping(text, path=path)
