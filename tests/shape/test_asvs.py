"""The table of OWASP ASVS requirements names every one of them, and nothing that is not there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/manual/asvs.md"
CHAPTERS = "## Requirement by requirement"
NUMBER = re.compile(r"v5\.0\.0-(\d+\.\d+\.\d+)")
ROW = re.compile(r"^\| v5\.0\.0-(?P<number>[\d.]+) (?P<cells>\|.*) \|$", re.MULTILINE)
SUMMARY = re.compile(r"^\| (?P<by>[a-z ]+|all of level 1 and 2) \| (?P<count>\d+) \|", re.MULTILINE)
DECISIVE = {"test": "tests/", "code": ".", "document": ".md"}

# The level of each requirement, in the order of its section; from OWASP/ASVS, tag v5.0.0,
# 5.0/docs_en/OWASP_Application_Security_Verification_Standard_5.0.0_en.csv.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23", "3.1": "3", "3.2": "113",
    "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222", "5.1": "2", "5.2": "112333",
    "5.3": "113", "5.4": "222", "6.1": "122", "6.2": "111111112222", "6.3": "11223333",
    "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222", "7.1": "222",
    "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22", "8.1": "1233",
    "8.2": "1123", "8.3": "133", "8.4": "23", "9.1": "111", "9.2": "1222", "10.1": "22",
    "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222", "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222",
    "11.5": "23", "11.6": "23", "11.7": "33", "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233", "14.1": "22",
    "14.2": "12223333", "14.3": "122", "15.1": "12233", "15.2": "12233", "15.3": "1222222",
    "15.4": "3333", "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
REQUIRED = {
    f"{section}.{number}": level
    for section, levels in LEVELS.items()
    for number, level in enumerate(levels, 1)
    if level in "12"
}


def _page() -> str:
    return PAGE.read_text("utf-8")


def _rows() -> dict[str, list[str]]:
    """Level, what is asked, by what it is met, how, where; by number."""
    return {
        row["number"]: [cell.strip() for cell in row["cells"].split("|")[1:]]
        for row in ROW.finditer(_page())
    }


@cache
def _anchors(path: Path) -> frozenset[str]:
    """Of headings, as forges make them."""
    tokens = MarkdownIt().parse(path.read_text("utf-8"))
    headings = [
        tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"
    ]
    return frozenset(re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings)


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_standard_has_as_many_requirements_as_it_has() -> None:
    assert Counter("".join(LEVELS.values())) == {"1": 70, "2": 183, "3": 92}


def test_every_requirement_of_level_one_and_two_is_named_once() -> None:
    named = Counter(NUMBER.findall(_page()))

    assert sorted(set(named) ^ set(REQUIRED)) == []
    assert [number for number, times in named.items() if times > 1] == []
    assert {number: row[0] for number, row in _rows().items()} == {
        number: level for number, level in REQUIRED.items() if number in _rows()
    }


def test_every_test_file_and_heading_that_is_named_exists() -> None:
    page = _page()
    paths = re.findall(r"`((?:tests|feedback_api|scripts|requirements|theme)/[^`\s*]+)`", page)
    paths += [where for where in re.findall(r"`([^`]+)`", page) if where == "pyproject.toml"]
    links = re.findall(r"\]\(((?!https:)[^)]+)\)", page)

    gone = [one for one in paths if not (ROOT / one.partition("::")[0]).is_file()]
    gone += [
        one
        for one in paths
        if "::" in one and one.partition("::")[2] not in _functions(ROOT / one.partition("::")[0])
    ]
    for link in links:
        name, _, anchor = link.partition("#")
        target = PAGE.parent / name if name else PAGE
        if not target.is_file() or (anchor and anchor not in _anchors(target)):
            gone.append(link)

    assert len(links) > 50
    assert gone == []


def test_each_row_names_what_proves_it_and_says_what_is_not_met() -> None:
    for number, (_level, _asked, by, how, where) in _rows().items():
        if by in DECISIVE:
            assert DECISIVE[by] in where or (by == "document" and "(#" in where), number
        assert ("not met:" in how) == (by in {"in part", "not met"}), number
        assert (by != "operator") or "y the operator:" in how, number


def test_counts_of_the_summary_are_those_of_the_tables() -> None:
    head = _page().partition(CHAPTERS)[0]
    told = {found["by"]: int(found["count"]) for found in SUMMARY.finditer(head)}
    rows = _rows()

    counted = Counter(row[2] for row in rows.values())
    assert told == {
        **counted,
        "does not apply": len(REQUIRED) - len(rows),
        "all of level 1 and 2": len(REQUIRED),
    }
