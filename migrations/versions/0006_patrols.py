"""Joint patrols: plans, steps, answers, what the other side was given, and what was brought back."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "borderops_app"

SEES = "(SELECT borderops_told('sees'))"
VIEWER = "(SELECT borderops_told('viewer'))"
AUDIENCE = "(SELECT borderops_told('audience'))"
WRITES = "(borderops_units('writes'))"


def may(*names: str) -> str:
    """That the viewer has one of these permissions (accounts/rules.py)."""
    return "(SELECT borderops_may({}))".format(", ".join(f"'{name}'" for name in names))


#: The patrols of the viewer's units and of the province above them: one is no business of the posts beside it.
#: And those of which the other side was given something. They read as the owner, for policies on two tables
#: may not ask each other.
FUNCTIONS = (
    """
CREATE FUNCTION borderops_patrols() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT patrol_id FROM patrol_party WHERE unit_id = ANY (borderops_units('writes'))
    UNION
    SELECT id FROM patrol WHERE recorded_by = borderops_told('viewer') AND recorded_at >= now()
$$
""",
    """
CREATE FUNCTION borderops_given_patrols() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT patrol_id FROM patrol_disclosure WHERE audience = borderops_told('audience')
$$
""",
)

_OF_OURS = (
    f"({SEES} = 'all' OR ({SEES} = 'units' AND (unit_id = ANY {WRITES}"
    f" OR unit_id IN (SELECT u.id FROM unit u WHERE u.parent_id = ANY {WRITES}))))"
)
_VISIBLE = "patrol_id IN (SELECT borderops_patrols())"
_READ = f"({SEES} IN ('all', 'system') OR ({SEES} = 'units' AND {_VISIBLE}))"
_WRITE = f"({SEES} = 'all' OR ({SEES} = 'units' AND {_VISIBLE}))"

#: The other side, about a patrol of which something was given to it.
_GIVEN = f"({SEES} = 'shared' AND patrol_id IN (SELECT borderops_given_patrols()))"
_ANSWERS = f"({_GIVEN} AND {may('answer_patrol')})"
_OWN_WORK = f"{may('plan_patrol', 'approve_patrol', 'record_patrol')} AND {_WRITE}"

#: Table: who reads its rows, who adds some.
POLICIES: Mapping[str, tuple[str, str]] = {
    "patrol": (
        f"({SEES} IN ('all', 'system') OR ({SEES} = 'units' AND id IN (SELECT borderops_patrols())))",
        f"{may('plan_patrol')} AND {_OF_OURS}",
    ),
    "patrol_party": (_READ, f"{may('plan_patrol')} AND {_WRITE}"),
    "patrol_plan": (_READ, f"{may('plan_patrol')} AND {_WRITE}"),
    "patrol_step": (
        f"({_READ} OR (side = 'LA' AND {_GIVEN}))",
        f"(({_OWN_WORK}) OR (side = 'LA' AND state IN ('agreed', 'counter_proposed', 'cancelled')"
        f" AND {_ANSWERS}))",
    ),
    "patrol_answer": (
        f"({_READ} OR ({SEES} = 'shared' AND audience = {AUDIENCE}))",
        f"((entered_by_side = 'VN' AND {may('plan_patrol')} AND {_WRITE})"
        f" OR (entered_by_side = 'LA' AND audience = {AUDIENCE} AND {_ANSWERS}))",
    ),
    "patrol_disclosure": (
        f"({_READ} OR ({SEES} = 'shared' AND audience = {AUDIENCE}))",
        f"(({_OWN_WORK}) OR (audience = {AUDIENCE} AND {_ANSWERS}))",
    ),
    "patrol_radio": (_READ, f"{may('record_patrol')} AND {_WRITE}"),
    "patrol_track": (_READ, f"{may('record_patrol')} AND {_WRITE}"),
    "patrol_walk": (_READ, f"{may('record_patrol')} AND {_WRITE}"),
    "patrol_visit": (_READ, f"{may('record_patrol')} AND {_WRITE}"),
    "patrol_work": (_READ, f"{may('record_patrol')} AND {_WRITE}"),
    "patrol_withdrawal": (_READ, f"{may('record_patrol')} AND {_WRITE}"),
    "patrol_run": (_READ, f"{may('plan_patrol')} AND {_WRITE}"),
}

#: In this order nothing is dropped that another still names.
DROPPED = (
    "patrol_walk",
    "patrol_work",
    "patrol_withdrawal",
    "patrol_visit",
    "patrol_track",
    "patrol_step",
    "patrol_run",
    "patrol_radio",
    "patrol_plan",
    "patrol_party",
    "patrol_disclosure",
    "patrol_answer",
    "patrol",
)

#: What the planner tells of itself while it runs; every other table is history.
NOT_HISTORY = "patrol_run"
TOLD = "state, stop, progress, result, told_at"


def upgrade() -> None:
    _tables()
    for function in FUNCTIONS:
        op.execute(function)
    for table, (read, add) in POLICIES.items():
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reading ON {table} FOR SELECT TO {APP} USING ({read})")
        op.execute(f"CREATE POLICY adding ON {table} FOR INSERT TO {APP} WITH CHECK ({add})")
        if table == NOT_HISTORY:
            op.execute(f"GRANT UPDATE ({TOLD}) ON {table} TO {APP}")
            op.execute(f"CREATE POLICY changing ON {table} FOR UPDATE TO {APP} USING ({add})")
            continue
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _tables() -> None:
    op.create_table(
        "patrol",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("other_unit_id", sa.String(), nullable=True),
        sa.Column("lao_province", sa.String(), nullable=True),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'joint') = (other_unit_id IS NOT NULL)", name=op.f("ck_patrol_joint_with_someone")
        ),
        sa.CheckConstraint("kind IN ('joint', 'own_side')", name=op.f("ck_patrol_kind")),
        sa.CheckConstraint("level IN ('post', 'province')", name=op.f("ck_patrol_level")),
        sa.CheckConstraint(
            "(other_unit_id IS NULL) = (lao_province IS NULL)", name=op.f("ck_patrol_province_of_other")
        ),
        sa.ForeignKeyConstraint(["follows_id"], ["patrol.id"], name=op.f("fk_patrol_follows_id_patrol")),
        sa.ForeignKeyConstraint(["lao_province"], ["unit.id"], name=op.f("fk_patrol_lao_province_unit")),
        sa.ForeignKeyConstraint(["other_unit_id"], ["unit.id"], name=op.f("fk_patrol_other_unit_id_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_patrol_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol")),
        sa.UniqueConstraint("code", name=op.f("uq_patrol_code")),
    )
    op.create_index(op.f("ix_patrol_unit_id"), "patrol", ["unit_id"], unique=False)
    op.create_table(
        "patrol_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("counter", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("entered_by_side", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "answer IN ('agreed', 'counter_proposed', 'declined')", name=op.f("ck_patrol_answer_answer")
        ),
        sa.CheckConstraint(
            "entered_by_side = 'LA' OR reference IS NOT NULL", name=op.f("ck_patrol_answer_letter_named")
        ),
        sa.CheckConstraint("entered_by_side IN ('VN', 'LA')", name=op.f("ck_patrol_answer_entered_by_side")),
        sa.ForeignKeyConstraint(["audience"], ["unit.id"], name=op.f("fk_patrol_answer_audience_unit")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_answer_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_answer")),
    )
    op.create_index("ix_patrol_answer_patrol", "patrol_answer", ["patrol_id", "id"], unique=False)
    op.create_table(
        "patrol_disclosure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "state IN ('drafted', 'proposed', 'counter_proposed', 'agreed', 'approved', 'under_way', 'done', 'cut_short', 'cancelled')",
            name=op.f("ck_patrol_disclosure_state"),
        ),
        sa.ForeignKeyConstraint(["audience"], ["unit.id"], name=op.f("fk_patrol_disclosure_audience_unit")),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_disclosure_patrol_id_patrol")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_disclosure")),
    )
    op.create_index(
        "ix_patrol_disclosure_audience", "patrol_disclosure", ["audience", "patrol_id", "id"], unique=False
    )
    op.create_table(
        "patrol_party",
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_party_patrol_id_patrol")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_patrol_party_unit_id_unit")),
        sa.PrimaryKeyConstraint("patrol_id", "unit_id", name=op.f("pk_patrol_party")),
    )
    op.create_index("ix_patrol_party_unit", "patrol_party", ["unit_id", "patrol_id"], unique=False)
    op.create_table(
        "patrol_plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_patrol_plan_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_plan_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_plan")),
    )
    op.create_index(op.f("ix_patrol_plan_starts_on"), "patrol_plan", ["starts_on"], unique=False)
    op.create_index("ix_patrol_plan_version", "patrol_plan", ["patrol_id", "version"], unique=True)
    op.create_table(
        "patrol_radio",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("near", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_radio_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_radio")),
    )
    op.create_index("ix_patrol_radio_patrol", "patrol_radio", ["patrol_id", "heard_at"], unique=False)
    op.create_table(
        "patrol_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stop", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "progress",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'stopped', 'failed')", name=op.f("ck_patrol_run_state")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_run_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_run")),
    )
    op.create_index("ix_patrol_run_patrol", "patrol_run", ["patrol_id", "recorded_at"], unique=False)
    op.create_table(
        "patrol_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "before IN ('drafted', 'proposed', 'counter_proposed', 'agreed', 'approved', 'under_way', 'done', 'cut_short', 'cancelled')",
            name=op.f("ck_patrol_step_before"),
        ),
        sa.CheckConstraint("side IN ('VN', 'LA')", name=op.f("ck_patrol_step_side")),
        sa.CheckConstraint(
            "state IN ('drafted', 'proposed', 'counter_proposed', 'agreed', 'approved', 'under_way', 'done', 'cut_short', 'cancelled')",
            name=op.f("ck_patrol_step_state"),
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_step_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_step")),
    )
    op.create_index("ix_patrol_step_patrol", "patrol_step", ["patrol_id", "id"], unique=False)
    op.create_geospatial_table(
        "patrol_track",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("sides", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("walked_m", sa.Double(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTILINESTRING",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_track_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_track")),
    )
    op.create_index("ix_patrol_track_patrol", "patrol_track", ["patrol_id"], unique=False)
    op.create_table(
        "patrol_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_patrol_visit_feature_id_feature")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_patrol_visit_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_visit_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_visit")),
    )
    op.create_index(op.f("ix_patrol_visit_feature_id"), "patrol_visit", ["feature_id"], unique=False)
    op.create_index("ix_patrol_visit_once", "patrol_visit", ["patrol_id", "inspection_id"], unique=True)
    op.create_table(
        "patrol_withdrawal",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "subject_kind IN ('track', 'walk', 'work')", name=op.f("ck_patrol_withdrawal_subject_kind")
        ),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_withdrawal_patrol_id_patrol")
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_patrol_withdrawal")),
    )
    op.create_index(op.f("ix_patrol_withdrawal_patrol_id"), "patrol_withdrawal", ["patrol_id"], unique=False)
    op.create_table(
        "patrol_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=True),
        sa.Column("from_m", sa.Double(), nullable=True),
        sa.Column("to_m", sa.Double(), nullable=True),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "task IN ('check', 'clear', 'repaint', 'clean', 'photograph', 'measure')",
            name=op.f("ck_patrol_work_task"),
        ),
        sa.CheckConstraint("(from_m IS NULL) = (to_m IS NULL)", name=op.f("ck_patrol_work_both_metres")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_patrol_work_amount")),
        sa.CheckConstraint(
            "feature_id IS NOT NULL OR from_m IS NOT NULL", name=op.f("ck_patrol_work_somewhere")
        ),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_patrol_work_feature_id_feature")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_work_patrol_id_patrol")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_work")),
    )
    op.create_index("ix_patrol_work_patrol", "patrol_work", ["patrol_id"], unique=False)
    op.create_table(
        "patrol_walk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=True),
        sa.Column("walked_on", sa.Date(), nullable=False),
        sa.Column("from_m", sa.Double(), nullable=False),
        sa.Column("to_m", sa.Double(), nullable=False),
        sa.Column("sides", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint("cardinality(sides) > 0", name=op.f("ck_patrol_walk_somebody_walked")),
        sa.CheckConstraint("from_m < to_m", name=op.f("ck_patrol_walk_ends_in_order")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_walk_patrol_id_patrol")),
        sa.ForeignKeyConstraint(
            ["track_id"], ["patrol_track.id"], name=op.f("fk_patrol_walk_track_id_patrol_track")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_walk")),
    )
    op.create_index("ix_patrol_walk_day", "patrol_walk", ["walked_on"], unique=False)
    op.create_index("ix_patrol_walk_patrol", "patrol_walk", ["patrol_id"], unique=False)


def downgrade() -> None:
    # Policies on these tables speak of each other; they go before the tables.
    for table, (_read, _add) in POLICIES.items():
        op.execute(f"DROP POLICY reading ON {table}")
        op.execute(f"DROP POLICY adding ON {table}")
        if table == NOT_HISTORY:
            op.execute(f"DROP POLICY changing ON {table}")
    op.execute("DROP FUNCTION borderops_patrols, borderops_given_patrols")
    for table in DROPPED:
        op.drop_table(table)
