"""On which line of a YAML text a value stands, so that a Problem can name it."""

from __future__ import annotations

import yaml

Place = tuple[str | int, ...]


class YamlLines:
    """Knows the lines of a text that has been read without a Problem before."""

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, *place: str | int) -> int:
        """The line, from 1, of the key or item at `place`, else of what should hold it."""
        # Only where there is a Problem: few texts have one.
        node, line = yaml.compose(self._text, Loader=yaml.SafeLoader), 1
        for step in place:
            found = _below(node, step)
            if found is None:
                return line
            line, node = found
        return line


def _below(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None
