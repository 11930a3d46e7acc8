"""Whether the program lives, and whether it can work."""

from functools import lru_cache
from typing import Literal

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import Engine

from borderops.core.database import alembic_config
from borderops.core.errors import Unavailable
from borderops.core.messages import N_

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """That all is well."""

    status: Literal["ok"] = "ok"


class NotMigrated(Unavailable):
    """The database's schema is older or newer than this program."""

    code = "not-migrated"


@router.get("/healthz")
def alive() -> Health:
    """The program answers."""
    return Health()


@router.get("/readyz", responses={503: {"description": "The database is not reachable or not migrated"}})
def ready(request: Request) -> Health:
    """The database is reachable and has the schema that this program works with."""
    check_schema(request.app.state.engine)
    return Health()


@lru_cache(maxsize=1)
def wanted_revision() -> str | None:
    """The newest migration that this program brings."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()


def check_schema(engine: Engine) -> None:
    """Raise NotMigrated where the database's schema is not the one this program works with."""
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision != wanted_revision():
        raise NotMigrated(
            N_("The database has schema %(has)s, the program needs %(needs)s; run: borderops db migrate"),
            has=revision or "–",
            needs=wanted_revision(),
        )
