"""A site whose review cycle is open for long, and codes for it from the command line."""

import csv
import io
from collections.abc import Mapping, Sequence

from tests.fakes.sections_json import sections_json, write_sections
from tests.system.conftest import SmallSite
from tests.system.running import Service

CYCLE_ID = "2027-1"
CYCLE = {
    "id": CYCLE_ID,
    "opens": "2020-01-01T00:00:00Z",
    "closes": "2099-12-31T12:00:00Z",
    "time_zone": "UTC",
    "scope": "all",
    "questions": [],
    "roles": ["staff"],
    "reviewers": [],
    "objection_days": 14,
    "retention_days": 180,
}
MAKE = ("invite", "--role", "staff", "--cycle", CYCLE_ID, "--expires", "2099-01-31")


def open_cycle(site: SmallSite) -> None:
    """Lay the site anew, with CYCLE."""
    texts = {site.language: "Review"}
    cycle = {**CYCLE, "titles": texts, "introductions": texts, "urls": {site.language: "/"}}
    codes = [site.language, "qq"]
    write_sections(
        site.folder / "sections.json",
        sections_json(codes, source=site.language, cycles=[cycle]),
    )


def make_codes(service: Service, count: int) -> Sequence[Mapping[str, str]]:
    """As rows of the CSV."""
    made = service.run(*MAKE, f"--count={count}", "--csv")
    assert made.returncode == 0, made.stderr
    return list(csv.DictReader(io.StringIO(made.stdout)))
