"""Who of several replicas does what only one may do: a row that expires, by the server's clock."""

import uuid

from sqlalchemy import delete, func, literal_column, or_
from sqlalchemy.dialects.postgresql import insert

from feedback_api.storage.sql_database import Database
from feedback_api.storage.sql_tables import LEASES


class Lease:
    """One replica's claim on the lease of a name."""

    def __init__(self, database: Database, name: str, *, seconds: int) -> None:
        """`seconds`: for how long it is held after each taking."""
        self._database = database
        self._name = name
        self._holder = str(uuid.uuid4())
        self._expiry = func.now() + literal_column(f"interval '{int(seconds)} seconds'")

    def take(self) -> bool:
        """Take or renew it; whether it is ours now. Raises StoreError."""
        new = insert(LEASES).values(name=self._name, holder=self._holder, expires_at=self._expiry)
        ours = new.on_conflict_do_update(
            index_elements=[LEASES.c.name],
            set_={"holder": new.excluded.holder, "expires_at": new.excluded.expires_at},
            where=or_(LEASES.c.holder == self._holder, LEASES.c.expires_at < func.now()),
        )
        taken = self._database.write(
            lambda connection: connection.execute(ours.returning(LEASES.c.holder)).first(),
            is_idempotent=True,
        )
        return taken is not None

    def release(self) -> None:
        """Let another replica have it at once. Raises StoreError."""
        mine = delete(LEASES).where(LEASES.c.name == self._name, LEASES.c.holder == self._holder)
        self._database.write(lambda connection: connection.execute(mine), is_idempotent=True)
