"""Alembic's environment: runs the migrations of one service on the connection that `provision` hands over."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
owner = context.config.attributes["owner"]
connection.execute(text(f'set role "{owner}"'))
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
