"""One client of a service that is traced: what the harnesses of this folder share over HTTP."""

import random
from collections.abc import Sequence
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path

from feedback_api.domain.errors import StoreDamaged
from feedback_api.services.ports import CommentQuery
from feedback_api.storage.file_system import OperatingSystemFiles
from feedback_api.storage.tinydb_store import TinydbStore
from tests.faults.commenter import Commenter
from tests.faults.ledger import Fault, Known
from tests.faults.nursery import allow_tracing
from tests.faults.power_cut import Disk, lay, states_of
from tests.faults.strace import Tracer, calls_in
from tests.system.conftest import SmallSite
from tests.system.running import Refused, Service

SEGMENT = Path("waiting/000000.json")


class Player:
    """Does one thing after the other, each on a connection of its own."""

    def __init__(self, service: Service, site: SmallSite) -> None:
        self.service = service
        self.commenter = Commenter("0", language=site.language, token="", chance=random.Random(2))

    def start(self) -> None:
        """Raises Refused."""
        self.service.start(allow_tracing)

    def post(self) -> Known:
        """Raises AssertionError when it is not acknowledged."""
        with closing(self.service.client()) as client:
            known = self.commenter.post(client)
        assert known is not None, self.commenter.faults
        return known

    def retry(self, known: Known) -> None:
        with closing(self.service.client()) as client:
            self.commenter.retry(client, known)

    def erase(self, known: Known) -> None:
        """Whatever is answered, if anything."""
        with closing(self.service.client()) as client, suppress(OSError, HTTPException):
            self.commenter.erase(client, known)

    def kill_and_look(self) -> Sequence[Fault]:
        """What a start and a look at each comment tell."""
        self.end()
        try:
            self.start()
        except Refused as refused:
            return [Fault("stuck", str(refused))]
        with closing(self.service.client()) as client:
            for known in self.commenter.known:
                self.commenter.look(client, known)
        return self.commenter.faults

    def end(self) -> None:
        if self.service.process is not None and self.service.process.poll() is None:
            self.service.kill()

    def tracer(self, log: Path, *options: str) -> Tracer:
        """On the service's process, whose calls on the segment and its folder count."""
        assert self.service.process is not None
        segment = self.service.data / SEGMENT
        paths = [segment.parent, segment, segment.with_name(f".{segment.name}.tmp")]
        named = [word for path in paths for word in ("-P", str(path))]
        return Tracer(self.service.process.pid, log, *(named if options else ()), *options)

    def faults_after_a_power_cut(self, folder: Path) -> Sequence[Fault]:
        """Of every disk that a cut could leave while a comment is posted."""
        disk = Disk(self.service.data)
        with self.tracer(folder / "trace") as tracer:
            known = self.post()
        faults: list[Fault] = []
        for number, state in enumerate(states_of(disk, [*calls_in(tracer.log)])):
            faults += _faults_in(lay(state.tree, folder / str(number)), known, state.acknowledged)
        assert disk.acknowledged == 1
        return faults


def _faults_in(folder: Path, known: Known, acknowledged: int) -> Sequence[Fault]:
    try:
        store = TinydbStore(folder, OperatingSystemFiles())
    except StoreDamaged as damaged:
        return [Fault("stuck", damaged.message)]
    bodies = [one.body for one in store.index.every(CommentQuery())]
    store.close()
    if acknowledged and known.post.body not in bodies:
        return [Fault("lost", known.post.body)]
    return []
