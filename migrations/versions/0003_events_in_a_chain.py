"""Events in a chain: who in which role from where, and a hash over all that came before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# The form of bodies is part of what is stored: bodies of format 1 are made by it wherever they are made.
from borderops.audit.canonical import parse
from borderops.audit.rules import NO_PREVIOUS, EventFacts, chain_hash

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "borderops_app"

HEADS = ("chain_head()", "chain_head_at(timestamptz)", "chain_hash(bigint)")

#: The head is the installation's, not the viewer's: it is seen by whoever adds to the chain or prints it,
#: also where row security hides the events themselves.
CHAIN_HEAD = """
CREATE FUNCTION chain_head(OUT seq bigint, OUT hash text, OUT at timestamptz) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT seq, hash, at FROM event ORDER BY seq DESC LIMIT 1
$$
"""

CHAIN_HEAD_AT = """
CREATE FUNCTION chain_head_at(moment timestamptz, OUT seq bigint, OUT hash text, OUT at timestamptz)
RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.seq, e.hash, e.at FROM event e WHERE e.at <= moment ORDER BY e.at DESC, e.seq DESC LIMIT 1
$$
"""

CHAIN_HASH = """
CREATE FUNCTION chain_hash(number bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.hash FROM event e WHERE e.seq = number
$$
"""

FOLLOW = """
CREATE FUNCTION follow_the_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    SELECT seq, hash INTO last FROM event ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.previous <> coalesce(last.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'event % does not follow the last one', NEW.seq
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE event DISABLE TRIGGER USER")
    for column in (
        sa.Column("seq", sa.BigInteger()),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("origin", sa.String()),
        sa.Column("body", sa.Text()),
        sa.Column("previous", sa.String()),
        sa.Column("hash", sa.String()),
    ):
        op.add_column("event", column)
    op.alter_column("event", "roles", server_default=None)
    op.alter_column("event", "at", server_default=None)
    for column in ("before", "after"):
        op.execute(f"UPDATE event SET {column} = NULL WHERE {column} = 'null'::jsonb")
    _chain()
    op.drop_constraint("pk_event", "event")
    op.drop_index("ix_event_subject", "event")
    op.drop_column("event", "id")
    for name in ("seq", "body", "previous", "hash"):
        op.alter_column("event", name, nullable=False)
    op.create_primary_key("pk_event", "event", ["seq"])
    op.create_unique_constraint("uq_event_previous", "event", ["previous"])
    op.create_unique_constraint("uq_event_hash", "event", ["hash"])
    op.create_check_constraint(
        op.f("ck_event_hash"),
        "event",
        "hash = encode(sha256(convert_to(previous || chr(10) || body, 'UTF8')), 'hex')",
    )
    op.create_index("ix_event_subject", "event", ["subject_kind", "subject_id", "seq"])
    op.create_index("ix_event_actor", "event", ["actor", "seq"])
    op.create_index("ix_event_at", "event", ["at", "seq"])
    op.execute(CHAIN_HEAD)
    op.execute(CHAIN_HEAD_AT)
    op.execute(CHAIN_HASH)
    op.execute(FOLLOW)
    for function in (*HEADS, "follow_the_chain()"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for function in HEADS:
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP}")
    op.execute(
        "CREATE TRIGGER follows BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION follow_the_chain()"
    )
    op.execute("ALTER TABLE event ENABLE TRIGGER USER")


def _chain() -> None:
    """Hang the events that are there on the chain, in the order in which they were written."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            'SELECT id, at, actor, action, subject_kind, subject_id, "before"::text AS before,'
            ' "after"::text AS after, reason, device_at FROM event ORDER BY id'
        )
    ).all()
    previous = NO_PREVIOUS
    changed = []
    for seq, row in enumerate(rows, start=1):
        facts = EventFacts(
            seq=seq,
            at=row.at,
            actor=row.actor,
            account_id=None,
            roles=(),
            origin=None,
            action=row.action,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            before=parse(row.before) if row.before else None,
            after=parse(row.after) if row.after else None,
            reason=row.reason,
            device_at=row.device_at,
        )
        body = facts.body()
        hash_ = chain_hash(previous, body)
        changed.append({"id": row.id, "seq": seq, "body": body, "previous": previous, "hash": hash_})
        previous = hash_
    if changed:
        connection.execute(
            sa.text(
                "UPDATE event SET seq = :seq, body = :body, previous = :previous, hash = :hash WHERE id = :id"
            ),
            changed,
        )


def downgrade() -> None:
    op.execute("ALTER TABLE event DISABLE TRIGGER USER")
    op.execute("DROP TRIGGER follows ON event")
    op.execute("DROP FUNCTION follow_the_chain()")
    for function in HEADS:
        op.execute(f"DROP FUNCTION {function}")
    for index in ("ix_event_at", "ix_event_actor", "ix_event_subject"):
        op.drop_index(index, "event")
    op.drop_constraint("pk_event", "event")
    op.execute("ALTER TABLE event ADD COLUMN id bigint")
    op.execute("UPDATE event SET id = seq")
    op.execute("ALTER TABLE event ALTER COLUMN id SET NOT NULL")
    op.execute("ALTER TABLE event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY")
    op.execute(
        "SELECT setval(pg_get_serial_sequence('event', 'id'), coalesce(max(id), 1), count(*) > 0) FROM event"
    )
    op.create_primary_key("pk_event", "event", ["id"])
    for name in ("hash", "previous", "body", "origin", "roles", "account_id", "seq"):
        op.drop_column("event", name)
    op.alter_column("event", "at", server_default=sa.text("clock_timestamp()"))
    op.create_index("ix_event_subject", "event", ["subject_kind", "subject_id", "id"])
    op.execute("ALTER TABLE event ENABLE TRIGGER USER")
