"""Seasons and closed stretches: what slows or stops walking, each with its basis, ended but never removed."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "borderops_app"

SEES = "(SELECT borderops_told('sees'))"
WRITES = "(borderops_units('writes'))"
MAY_PLAN = "(SELECT borderops_may('plan_patrol'))"

#: A closed stretch is closed for everybody who plans on our side; the other side sees none of it.
_READ = f"{SEES} IN ('all', 'system', 'units')"
_OF_OURS = (
    f"({SEES} = 'all' OR ({SEES} = 'units' AND (unit_id = ANY {WRITES}"
    f" OR unit_id IN (SELECT u.id FROM unit u WHERE u.parent_id = ANY {WRITES}))))"
)

#: Table: who reads its rows, who adds some.
POLICIES: Mapping[str, tuple[str, str]] = {
    "patrol_limit": (_READ, f"{MAY_PLAN} AND {_OF_OURS}"),
    "patrol_limit_end": (
        _READ,
        f"{MAY_PLAN} AND limit_id IN (SELECT l.id FROM patrol_limit l WHERE {_OF_OURS})",
    ),
}


def upgrade() -> None:
    _tables()
    for table, (read, add) in POLICIES.items():
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reading ON {table} FOR SELECT TO {APP} USING ({read})")
        op.execute(f"CREATE POLICY adding ON {table} FOR INSERT TO {APP} WITH CHECK ({add})")
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _recorded() -> list[sa.Column[object]]:
    return [
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
    ]


def _tables() -> None:
    op.create_table(
        "patrol_limit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("yearly_from", sa.String(), nullable=True),
        sa.Column("yearly_to", sa.String(), nullable=True),
        sa.Column("pace", sa.Double(), nullable=True),
        sa.Column(
            "closed",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        *_recorded(),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_patrol_limit_ends_after_it_starts")),
        sa.CheckConstraint(
            "(yearly_from IS NULL) = (yearly_to IS NULL)", name=op.f("ck_patrol_limit_both_days")
        ),
        sa.CheckConstraint("pace > 0", name=op.f("ck_patrol_limit_pace")),
        sa.CheckConstraint(
            "pace IS NOT NULL OR closed <> '[]'::jsonb", name=op.f("ck_patrol_limit_limits_something")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_patrol_limit_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_limit")),
    )
    op.create_index(op.f("ix_patrol_limit_unit_id"), "patrol_limit", ["unit_id"], unique=False)
    op.create_table(
        "patrol_limit_end",
        sa.Column("limit_id", sa.Uuid(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *_recorded(),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["patrol_limit.id"], name=op.f("fk_patrol_limit_end_limit_id_patrol_limit")
        ),
        sa.PrimaryKeyConstraint("limit_id", name=op.f("pk_patrol_limit_end")),
    )


def downgrade() -> None:
    # The policy of the ends asks the limits: it goes first, with its table.
    op.drop_table("patrol_limit_end")
    op.drop_table("patrol_limit")
