"""The goals as a chart: how far from its goal each ratio lies, with least and greatest.

Written by hand: one picture of lines and dots is not worth a library.
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_ROW, _LEFT, _WIDTH, _TOP = 22, 540, 1040, 46
_DECADES = 1.5
"""On each side of the goal."""


def chart(rows: Sequence[Mapping[str, Any]]) -> str:
    """SVG; `rows` as results.json has them. Right of the middle line is better than the goal."""
    height = _TOP + _ROW * len(rows) + 12
    middle = _x(0.0)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12">',
        "<title>Each ratio beside its goal, logarithmic</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{middle}" y="16" text-anchor="middle">worse ← the goal → better</text>',
        f'<line x1="{middle}" x2="{middle}" y1="22" y2="{height - 8}" stroke="#555"/>',
    ]
    for factor in (0.1, 0.5, 2, 10):
        x = _x(math.log10(factor))
        said = f"{factor:g} ×" if factor > 1 else f"1/{1 / factor:g}"
        lines.append(f'<text x="{x}" y="34" text-anchor="middle" fill="#555">{said}</text>')
        lines.append(f'<line x1="{x}" x2="{x}" y1="38" y2="{height - 8}" stroke="#ddd"/>')
    for number, row in enumerate(rows):
        lines.extend(_row(row, _TOP + _ROW * number + _ROW / 2))
    return "\n".join([*lines, "</svg>", ""])


def _row(row: Mapping[str, Any], y: float) -> list[str]:
    colour = "#1a7f37" if row["holds"] else "#c0392b"
    name = f"{row['work']}, {row['stored']} stored" if row["stored"] else str(row["work"])
    ratio = row["ratio"]
    ends = sorted(_x(_better(row, ratio[end])) for end in ("least", "greatest"))
    dot = _x(_better(row, ratio["median"]))
    told = f"{row['relation']} {row['limit']:g}, is {ratio['median']:.3g}"
    return [
        f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>',
        f'<line x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y}" y2="{y}" '
        f'stroke="{colour}" stroke-width="3"/>',
        f'<circle cx="{dot:.1f}" cy="{y}" r="5" fill="{colour}">'
        f"<title>{escape(told)}</title></circle>",
    ]


def _better(row: Mapping[str, Any], value: float) -> float:
    """Decades by which a value is better than the goal."""
    distance = math.log10(max(value, 1e-9) / row["limit"])
    return distance if row["relation"] == "≥" else -distance


def _x(decades: float) -> float:
    inside = max(-_DECADES, min(_DECADES, decades))
    span = _WIDTH - _LEFT - 20
    return _LEFT + span * (inside + _DECADES) / (2 * _DECADES)
