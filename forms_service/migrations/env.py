"""Runs the migrations on the connection that `world.database` hands over; never by itself."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
