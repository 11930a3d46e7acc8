"""Loading the founding data: the facts in data/geo, each with its source.

Loading twice adds nothing. What is there already is never changed: where a row of the files differs from
what was loaded before, the register keeps its own and a person corrects it there.

Known since when? Into an empty register every statement of condition, duty or decision is known since its
document appeared, which is what makes questions about the past answerable. Once the register is open,
whatever a later release adds is known from the moment it is loaded, so no answer given before changes.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.core.database import PROJECT
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.register.derivation import rebuild
from borderops.register.founding_facts import FoundingFacts
from borderops.register.founding_tables import Loaded

#: Where the founding data lies in a checkout.
FOUNDING_DATA = PROJECT / "data" / "geo"

Progress = Callable[[str], None]


class DamagedData(InvalidInput):
    """A file of the founding data is missing or is not what its manifest says."""

    code = "damaged-founding-data"


def load_founding_data(
    session: Session,
    *,
    viewer: Viewer,
    now: datetime,
    folder: Path = FOUNDING_DATA,
    progress: Progress = lambda _step: None,
) -> Loaded:
    """Load what is not there yet, and derive the periods of all features if anything was added.

    Raises DamagedData when a file does not have the checksum of its manifest; nothing is loaded then.
    """
    progress("checking")
    _check_manifest(folder)
    load = FoundingFacts(session, viewer, now, folder)
    for step in (
        load.sources,
        load.lines,
        load.units,
        load.settings,
        load.features,
        load.positions,
        load.decisions,
        load.duties,
        load.conditions,
        load.events,
    ):
        progress(step.__name__)
        step()
    if load.loaded.total:
        record_event(
            session,
            viewer=viewer,
            action="load_founding_data",
            subject_kind="register",
            subject_id="founding",
            after=dict(load.loaded.added),
        )
        session.flush()
        progress("periods")
        rebuild(session)
    return load.loaded


def _check_manifest(folder: Path) -> None:
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise DamagedData(N_("There is no founding data in %(folder)s."), folder=folder)
    for name, facts in json.loads(manifest.read_text(encoding="utf-8"))["files"].items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
            raise DamagedData(N_("%(file)s is not what the manifest says; fetch the data again."), file=name)
