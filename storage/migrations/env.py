"""How Alembic meets our tables: on the connection that `storage.migrating` opened, in its transaction."""

from alembic import context

from storage.migrating import options
from storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, **options(connection))
context.run_migrations()
