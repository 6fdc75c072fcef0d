"""The API against its own description, with requests that Schemathesis makes up.

`SCHEMATHESIS_EXAMPLES=500` is the long form: so many for each operation, in some ten minutes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.fakes.sections_json import FINGERPRINTS
from tests.system.conftest import SmallSite, post_comment
from tests.system.running import ROOT, Service

_EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES")
_HOW_MUCH = (
    ("--max-examples", _EXAMPLES, "--phases", "examples,coverage,fuzzing")
    if _EXAMPLES
    else ("--max-examples", "6", "--phases", "fuzzing")
)
_SESSION = "/api/v1/session"


def test_every_operation_keeps_what_the_description_says(
    service: Service, site: SmallSite, editor: dict[str, str], tmp_path: Path
) -> None:
    service.start()
    posted = [post_comment(service, site, body=f"Comment {number}").body for number in range(8)]
    token = service.ask("POST", _SESSION, editor).body["token"]
    known = {
        "comment": [comment["id"] for comment in posted],
        "receipt": [comment["receipt"] for comment in posted],
        "section": ["complaints-acknowledge"],
        "page": ["complaints"],
        "language": [site.language],
        "wording": [FINGERPRINTS["complaints-acknowledge"]],
        "fingerprint": [FINGERPRINTS["complaints-acknowledge"]],
    }

    as_editor = _checked(service, known, tmp_path, f"Bearer {token}", "--exclude-path", _SESSION)
    as_commenter = _checked(
        service,
        known,
        tmp_path,
        f"Receipt {posted[0]['receipt']}",
        "--include-path-regex",
        "^/api/v1/receipt",
    )
    of_sessions = _checked(service, known, tmp_path, f"Bearer {token}", "--include-path", _SESSION)

    assert as_editor == "", as_editor
    assert as_commenter == "", as_commenter
    assert of_sessions == "", of_sessions
    assert "Traceback" not in service.log.read_text("utf-8")


def _checked(
    service: Service, known: Mapping[str, object], folder: Path, authorization: str, *chosen: str
) -> str:
    """What a run of every check complained of; "" when nothing."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run"),
            f"http://127.0.0.1:{service.port}/api/v1/openapi.json",
            *("--header", f"Authorization: {authorization}"),
            *_HOW_MUCH,
            *("--warnings", "off", "--no-color", "--generation-deterministic", *chosen),
        ],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.system.schemathesis_hooks",
            "KNOWN_NAMES": json.dumps(known),
        },
        cwd=folder,  # where it would keep what it found
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "schemathesis.txt").write_text(run.stdout, "utf-8")
    return "" if run.returncode == 0 else run.stdout + run.stderr
