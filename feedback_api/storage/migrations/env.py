"""Alembic's entry: it migrates over the connection that sql_schema hands it."""

from alembic import context

from feedback_api.storage.sql_schema import VERSION_TABLE
from feedback_api.storage.sql_tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
