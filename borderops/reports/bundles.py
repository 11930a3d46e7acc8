"""What goes into signed bundles: the repair status, and the register as of a day."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from borderops.audit.actions import record_read
from borderops.audit.bundles import sign_bundle
from borderops.audit.queries import find_head
from borderops.audit.rules import Head, Read
from borderops.boundary.queries import UnitFacts, list_units
from borderops.core.signing import SigningKeys
from borderops.core.viewer import Viewer
from borderops.register.filters import RegisterFilter
from borderops.register.queries import features_geojson, list_features
from borderops.register.sheet import write_sheet as write_features
from borderops.reports.schemas import RepairStatus
from borderops.reports.sheet import write_sheet as write_report
from borderops.ui.languages import LANGUAGES, get_translator


def report_bundle(
    session: Session,
    *,
    viewer: Viewer,
    report: RepairStatus,
    units: Mapping[str, UnitFacts],
    keys: SigningKeys,
    now: datetime,
) -> bytes:
    """The repair status as JSON and, in each language, as CSV, signed. That it was taken is an event.

    Raises Unavailable where the signing key cannot be read.
    """
    name = f"repair-status-{report.province}-{report.as_of.isoformat()}"
    files = {f"{name}.json": _json(report.model_dump(mode="json"))}
    for language in LANGUAGES:
        files[f"{name}.{language}.csv"] = write_report(
            report, units=units, translator=get_translator(language)
        )
    question = {"as_of": report.as_of.isoformat(), "known_at": report.known_at.isoformat()}
    record_read(
        session,
        viewer=viewer,
        read=Read.REPORT_BUNDLE,
        subject_kind="report",
        subject_id=f"repair-status/{report.province}",
        question=question,
        features=len(report.items),
    )
    head = report.audit_head
    return sign_bundle(
        files,
        what={"kind": "repair-status", "province": report.province, **question},
        made_by=viewer.name,
        now=now,
        head=Head(head.seq, head.hash, head.at) if head else None,
        keys=keys,
    )


def register_bundle(
    session: Session, *, viewer: Viewer, asked: RegisterFilter, keys: SigningKeys, now: datetime
) -> bytes:
    """The features that are asked for as GeoJSON and, in each language, as CSV, signed; an event.

    Raises Unavailable where the signing key cannot be read.
    """
    name = f"register-{asked.at.as_of.isoformat()}"
    units = list_units(session, viewer=viewer)
    found = list_features(session, viewer=viewer, asked=asked).features
    files = {f"{name}.geojson": features_geojson(session, viewer=viewer, asked=asked)}
    for language in LANGUAGES:
        files[f"{name}.{language}.csv"] = write_features(
            found, units=units, translator=get_translator(language)
        )
    question = {
        "as_of": asked.at.as_of.isoformat(),
        "known_at": (asked.at.known_at or now).isoformat(),
        "province": list(asked.province),
    }
    record_read(session, viewer=viewer, read=Read.REGISTER_BUNDLE, question=question, features=len(found))
    return sign_bundle(
        files,
        what={"kind": "register", **question},
        made_by=viewer.name,
        now=now,
        head=find_head(session, known_at=asked.at.known_at or now),
        keys=keys,
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
