"""Alembic's entry: online only, in one transaction, with the owner's address."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, pool

import borderops.accounts.models
import borderops.audit.models
import borderops.boundary.models
import borderops.cooperation.models
import borderops.inspections.models
import borderops.markers.models
import borderops.patrols.limits.models
import borderops.patrols.models
import borderops.register.models  # noqa: F401 - all tables must be known
from borderops.core.database import Base

engine = create_engine(
    context.config.get_main_option("sqlalchemy.url", ""),
    poolclass=pool.NullPool,
    connect_args={"options": "-c timezone=UTC"},
)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
