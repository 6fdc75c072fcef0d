"""`kill -9` just between the mark on a printed code and the comment that it verifies, over HTTP."""

from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path

import pytest

from feedback_api.domain.invitation import Invitation
from feedback_api.storage.documents_folder import DocumentsFolder
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.kept_invitations import KeptInvitations
from tests.faults.nursery import allow_tracing
from tests.faults.strace import Tracer
from tests.system.conftest import lay_small_site
from tests.system.invited import CYCLE_ID, make_codes, open_cycle
from tests.system.running import Answer, Service, comment_body

KEY = {"Idempotency-Key": "the first"}
OTHER = {"Idempotency-Key": "another"}


class Invited:
    """A service at work with one comment of the cycle, and codes for more."""

    def __init__(self, folder: Path) -> None:
        self.site = lay_small_site(folder / "site")
        open_cycle(self.site)
        self.service = Service(folder, {"FEEDBACK_SITE": str(self.site.folder)})
        self.codes = [row["code"] for row in make_codes(self.service, 3)]
        self.service.start(allow_tracing)
        assert self.service.ask("POST", "/api/v1/comments", self.body()).status == 201
        self._log = folder / "trace"

    def body(self, **fields: str) -> Mapping[str, str]:
        return comment_body(self.site.language, role="staff", **fields)

    def post(self, code: str, headers: Mapping[str, str]) -> Answer:
        body = self.body(invitation=code, body="By code.")
        return self.service.ask("POST", "/api/v1/comments", body, headers)

    def die_before_the_comment(self, code: str, headers: Mapping[str, str]) -> None:
        """At the first look of the process at the file that the comment would be in; start anew."""
        used, stored = self.invitation.used, self.stored
        segment = self.service.data / CYCLE_ID / ".000000.json.tmp"
        assert self.service.process is not None
        options = ("-P", str(segment), "-e", "inject=openat:signal=SIGKILL:when=1")
        with (
            Tracer(self.service.process.pid, self._log, *options),
            pytest.raises((OSError, HTTPException)),
        ):
            self.post(code, headers)
        self.service.kill()
        assert (self.invitation.used, self.stored) == (used + 1, stored)
        self.service.start(allow_tracing)

    def end(self) -> None:
        if self.service.process is not None and self.service.process.poll() is None:
            self.service.kill()

    @property
    def invitation(self) -> Invitation:
        place = DocumentsFolder(self.service.data, OperatingSystemFiles())
        (one,) = KeptInvitations(place).all()
        return one

    @property
    def stored(self) -> str:
        return (self.service.data / CYCLE_ID / "000000.json").read_text("utf-8")


def test_code_marked_by_a_request_that_died_is_that_request_s_alone(tmp_path: Path) -> None:
    """Without a key it is nobody's, as docs/manual/invitations.md says; other codes still work."""
    invited = Invited(tmp_path)
    keyed, keyless, other = invited.codes
    try:
        invited.die_before_the_comment(keyed, KEY)
        stranger = invited.post(keyed, OTHER)
        again, once_more = invited.post(keyed, KEY), invited.post(keyed, KEY)
        invited.die_before_the_comment(keyless, {})
        spent, working = invited.post(keyless, {}), invited.post(other, {})
    finally:
        invited.end()

    assert [one.body.get("code") for one in (stranger, spent)] == ["invitation-used"] * 2
    assert (again.status, again.body) == (201, once_more.body)
    assert working.status == 201
    assert invited.stored.count('"body":"By code."') == 2
    assert invited.stored.count('"role_verified":true') == 2
    assert invited.invitation.used == 3
