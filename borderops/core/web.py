"""What every route is given: the request's session and its two dates.

What asks nobody anything is `async`: FastAPI sends everything else through a thread, which costs more than
these functions do.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from borderops.core.asof import AsOf
from borderops.core.clock import end_of_day, now, today
from borderops.core.database import request_session
from borderops.core.files import FileStore
from borderops.core.reading import Reading, request_reading


async def request_now() -> datetime:
    """The moment of the request, by the server's clock."""
    return now()


async def request_files(request: Request) -> FileStore:
    """Where the installation keeps its files."""
    store: FileStore = request.app.state.files
    return store


def asked_dates(*, as_of: date | None, known_at: datetime | date | None, moment: datetime) -> AsOf:
    """The two dates with what is left out filled in; a day of knowledge means its end, in border time."""
    return AsOf(as_of=as_of or today(moment), known_at=knowledge(known_at, moment=moment))


def knowledge(known_at: datetime | date | None, *, moment: datetime) -> datetime | None:
    """The moment of knowledge meant, or None where it is not in the past."""
    if known_at is None:
        return None
    if not isinstance(known_at, datetime):
        known_at = end_of_day(known_at)
    return known_at if known_at < moment else None


SessionDep = Annotated[Session, Depends(request_session, scope="function")]
ReadingDep = Annotated[Reading, Depends(request_reading)]
NowDep = Annotated[datetime, Depends(request_now)]
FilesDep = Annotated[FileStore, Depends(request_files)]
