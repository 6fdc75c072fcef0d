"""The tables in PostgreSQL: each comment as its whole document beside the columns that find it.

Every key of a comment carries its cycle, so that the tables can be sharded by it; see ADR 0011.
No sequences, triggers or procedures: distributed PostgreSQL knows them badly or not at all.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)

METADATA = MetaData()

COMMENTS = Table(
    "comments",
    METADATA,
    Column("cycle", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("page", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("verified", Boolean, nullable=False, comment="role_verified"),
    Column("public", Boolean, nullable=False),
    Column("shown", Boolean, nullable=False, comment="readers may see it: Comment.is_public"),
    Column("erased", Boolean, nullable=False, comment="a tombstone"),
    Column("prepared", Boolean, nullable=False),
    Column("assignee", Text, nullable=False, comment="'' stands for nobody"),
    Column("agenda", Text),
    Column("original", Uuid, comment="the comment it was merged into"),
    Column("receipt_hash", Text, comment="NULL once erased"),
    Column("searched", Text, nullable=False, comment="what words are looked for in, folded"),
    Column("document", Text, nullable=False, comment="the comment as in TinyDB, byte for byte"),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("edition", BigInteger, nullable=False, comment="counts every write of the row"),
)
_ORDER = (COMMENTS.c.submitted_at, COMMENTS.c.id)
Index("comments_by_id", COMMENTS.c.id)
Index("comments_by_receipt", COMMENTS.c.receipt_hash, COMMENTS.c.cycle, unique=True)
Index("comments_in_order", *_ORDER)
Index("comments_by_state", COMMENTS.c.state, *_ORDER)
Index("comments_by_page", COMMENTS.c.page, *_ORDER)
Index("comments_by_section", COMMENTS.c.section, *_ORDER)
Index("comments_by_change", COMMENTS.c.changed_at)
Index(
    "comments_shown",
    COMMENTS.c.page,
    COMMENTS.c.section,
    postgresql_where=COMMENTS.c.shown,
)
Index(
    "comments_merged",
    COMMENTS.c.original,
    postgresql_where=COMMENTS.c.original.is_not(None),
)

KEYS = Table(
    "idempotency_keys",
    METADATA,
    Column("key_hash", Text, primary_key=True, comment="one comment per key, whatever its cycle"),
    Column("cycle", Text, nullable=False),
    Column("id", Uuid, nullable=False),
)

GENERATIONS = Table(
    "page_generations",
    METADATA,
    Column("cycle", Text, primary_key=True),
    Column("page", Text, primary_key=True),
    Column("generation", BigInteger, nullable=False),
)

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
)

COLLECTIONS = Table(
    "collections",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("edition", BigInteger, nullable=False, comment="whoever changes documents holds this"),
)

WORDINGS = Table(
    "wordings",
    METADATA,
    Column("section", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("content", Text, nullable=False),
)

LEASES = Table(
    "leases",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
