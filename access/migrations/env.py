"""How Alembic runs our migrations: on the connection, and in the transaction, it is given."""

from alembic import context

from access.records import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
