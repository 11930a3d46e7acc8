"""Who asks over HTTP: a person who may see the whole register, signed in by a program's token."""

from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from benchmarks.databases import SYNTHETIC
from borderops.accounts.rules import PERMISSIONS, Role
from borderops.accounts.tokens import new_token, token_hash

#: An auditor sees every feature, and writes to none.
ROLE = Role.AUDITOR

LOGIN = "synthetic-reader"

_ID = UUID("0b8f3a52-6a0e-4f0e-8f39-7c3f0f7c7d10")


def sign_in(owner: str, *, now: datetime) -> dict[str, str]:
    """The headers of a signed-in program's requests, for an hour; `owner` is the owner's address."""
    token = new_token()
    with psycopg.connect(owner) as connection:
        connection.execute(
            "INSERT INTO account (id, login, name) VALUES (%s, %s, 'Synthetic reader')"
            " ON CONFLICT DO NOTHING",
            (_ID, LOGIN),
        )
        connection.execute(
            "INSERT INTO unit (id, kind, side, name_vi, name_en, valid, source_id, mark)"
            " VALUES ('synthetic-province', 'province', 'VN', 'Synthetic', 'Synthetic', '(,)', %s, 'unknown')"
            " ON CONFLICT DO NOTHING",
            (SYNTHETIC,),
        )
        connection.execute(
            "INSERT INTO account_role (account_id, role, unit_id, valid)"
            " SELECT %(id)s, %(role)s, 'synthetic-province', '(,)'"
            " WHERE NOT EXISTS (SELECT FROM account_role WHERE account_id = %(id)s)",
            {"id": _ID, "role": ROLE.value},
        )
        connection.execute(
            "INSERT INTO credential (id, kind, token_hash, hint, account_id, label, permissions, made_at,"
            " made_by, ends_at)"
            " VALUES (gen_random_uuid(), 'api_token', %s, %s, %s, 'benchmark', %s, %s, %s, %s)",
            (
                token_hash(token),
                token[:7],
                _ID,
                sorted(permission.value for permission in PERMISSIONS[ROLE]),
                now,
                LOGIN,
                now + timedelta(hours=1),
            ),
        )
    return {"Authorization": f"Bearer {token}"}
