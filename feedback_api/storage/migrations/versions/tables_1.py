"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

_TEXT = sa.Text()
_MOMENT = sa.DateTime(timezone=True)
_ORDER = ["submitted_at", "id"]


def upgrade() -> None:
    """From an empty database."""
    _make_comments()
    _make_comment_indexes()
    _make_beside_comments()
    _make_small_records()


def _make_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("cycle", _TEXT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", _MOMENT, nullable=False),
        *_texts("page", "section", "language", "role", "kind", "about", "visibility", "state"),
        sa.Column("verified", sa.Boolean(), nullable=False, comment="role_verified"),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column(
            "shown", sa.Boolean(), nullable=False, comment="readers may see it: Comment.is_public"
        ),
        sa.Column("erased", sa.Boolean(), nullable=False, comment="a tombstone"),
        sa.Column("prepared", sa.Boolean(), nullable=False),
        sa.Column("assignee", _TEXT, nullable=False, comment="'' stands for nobody"),
        sa.Column("agenda", _TEXT, nullable=True),
        sa.Column("original", sa.Uuid(), nullable=True, comment="the comment it was merged into"),
        sa.Column("receipt_hash", _TEXT, nullable=True, comment="NULL once erased"),
        sa.Column(
            "searched", _TEXT, nullable=False, comment="what words are looked for in, folded"
        ),
        sa.Column(
            "document", _TEXT, nullable=False, comment="the comment as in TinyDB, byte for byte"
        ),
        sa.Column("changed_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "edition", sa.BigInteger(), nullable=False, comment="counts every write of the row"
        ),
        sa.PrimaryKeyConstraint("cycle", "id"),
    )


def _make_comment_indexes() -> None:
    op.create_index("comments_by_id", "comments", ["id"])
    op.create_index("comments_by_receipt", "comments", ["receipt_hash", "cycle"], unique=True)
    op.create_index("comments_in_order", "comments", _ORDER)
    op.create_index("comments_by_state", "comments", ["state", *_ORDER])
    op.create_index("comments_by_page", "comments", ["page", *_ORDER])
    op.create_index("comments_by_section", "comments", ["section", *_ORDER])
    op.create_index("comments_by_change", "comments", ["changed_at"])
    op.create_index(
        "comments_shown", "comments", ["page", "section"], postgresql_where=sa.text("shown")
    )
    op.create_index(
        "comments_merged",
        "comments",
        ["original"],
        postgresql_where=sa.text("original IS NOT NULL"),
    )


def _make_beside_comments() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column(
            "key_hash", _TEXT, nullable=False, comment="one comment per key, whatever its cycle"
        ),
        sa.Column("cycle", _TEXT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash"),
    )
    op.create_table(
        "page_generations",
        *_texts("cycle", "page"),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cycle", "page"),
    )


def _make_small_records() -> None:
    op.create_table(
        "documents",
        *_texts("collection", "key"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("content", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("collection", "key"),
    )
    op.create_table(
        "collections",
        sa.Column("collection", _TEXT, nullable=False),
        sa.Column(
            "edition",
            sa.BigInteger(),
            nullable=False,
            comment="whoever changes documents holds this",
        ),
        sa.PrimaryKeyConstraint("collection"),
    )
    op.create_table(
        "wordings",
        *_texts("section", "language", "fingerprint", "content"),
        sa.PrimaryKeyConstraint("section", "language", "fingerprint"),
    )
    op.create_table(
        "leases",
        *_texts("name", "holder"),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=False) for name in names]
