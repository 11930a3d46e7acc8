"""Who sees what: scope of features, disclosure to the other side, row security on every business table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "borderops_app"

#: What the viewer's settings say, as functions that policies read. Nothing said reads as nothing.
FUNCTIONS: Mapping[str, str] = {
    "borderops_told(name text)": """
        RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
        RETURN coalesce(current_setting('borderops.' || name, true), '')
    """,
    "borderops_units(name text)": """
        RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
        RETURN string_to_array(borderops_told(name), ',')
    """,
    "borderops_may(VARIADIC names text[])": """
        RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
        RETURN string_to_array(borderops_told('may'), ',') && array_append(names, '*')
    """,
    # Both states keep UTC+7 all year.
    "borderops_today()": """
        RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
        RETURN ((now() AT TIME ZONE 'UTC') + interval '7 hours')::date
    """,
}

SEES = "(SELECT borderops_told('sees'))"
VIEWER = "(SELECT borderops_told('viewer'))"

#: In parentheses, so that each is asked once for a statement and not once for a row.
EVERYTHING = f"{SEES} IN ('all', 'system')"
SYSTEM = f"{SEES} = 'system'"
SIGNED_IN = f"({VIEWER} NOT IN ('', 'nobody') OR {SYSTEM})"


def may(*names: str) -> str:
    """That the viewer has one of these permissions (accounts/rules.py)."""
    return "(SELECT borderops_may({}))".format(", ".join(f"'{name}'" for name in names))


def one_of_units(column: str, setting: str) -> str:
    """That the column names a unit which the setting lists; the list is made once for a statement."""
    return f"{column} = ANY ((SELECT borderops_units('{setting}'))::text[])"


#: Stands in a policy for the table that it is of.
TABLE = "TABLE"


def in_scope(setting: str, column: str) -> str:
    """That the column names a feature in today's scope of the units that the setting lists.

    PostgreSQL looks up single features or makes one list of all, whichever it holds for shorter.
    """
    return (
        f"EXISTS (SELECT FROM feature_scope s WHERE s.feature_id = {column}"
        f" AND {one_of_units('s.unit_id', setting)} AND s.valid @> borderops_today())"
    )


def readable(column: str = f"{TABLE}.feature_id") -> str:
    """That the viewer reads the feature's own history."""
    return f"({EVERYTHING} OR ({SEES} = 'units' AND {in_scope('reads', column)}))"


def writable(column: str = f"{TABLE}.feature_id") -> str:
    """That the viewer may write to the feature, if the permission is there; who sees all writes no further."""
    return f"({may('*')} OR ({SEES} IN ('all', 'units') AND {in_scope('writes', column)}))"


@dataclass(frozen=True)
class Policy:
    """Who reads a table's rows, who adds some, who changes or removes them; None is nobody."""

    read: str
    add: str | None = None
    change: str | None = None
    remove: str | None = None


#: A row is there for its writer before it is known in whose part of the line its feature lies.
_JUST_WRITTEN = f"(recorded_by = {VIEWER} AND recorded_at >= now() AND {may('register_feature')})"
_SOMEWHERE = f"({may('*')} OR ({SEES} IN ('all', 'units') AND (SELECT borderops_told('writes')) <> ''))"
_INSPECTING = may("record_inspection", "record_patrol")
_PEOPLE = f"({SYSTEM} OR {may('manage_people')})"
_OWN_ACCOUNT = f"account_id IN (SELECT id FROM account WHERE login = {VIEWER})"

#: The feature's row of a day and a moment, of which the other side sees only what was made for it, and
#: never of a day to come.
_OWN_PERIODS = f"(audience = 'own' AND {readable()})"
_MINE = f"({SEES} = 'shared' AND audience = (SELECT borderops_told('audience')))"
_DECIDING = f"({may('*')} OR ({may('disclose')} AND {one_of_units('unit_id', 'writes')}))"
_SHARED_PERIODS = f"(audience <> 'own' AND ({SYSTEM} OR ({_MINE} AND lower(valid) <= borderops_today())))"

POLICIES: Mapping[str, Policy] = {
    "alembic_version": Policy(read="true"),
    # what is no secret among those who signed in
    "source": Policy(read=SIGNED_IN, add=may("manage_installation")),
    "border_line": Policy(read=SIGNED_IN, add=may("manage_installation")),
    "unit": Policy(read=SIGNED_IN, add=may("manage_units"), change=may("manage_units")),
    "unit_name": Policy(read=SIGNED_IN, add=may("manage_units")),
    "unit_section": Policy(read=SIGNED_IN, add=may("manage_units"), change=may("manage_units")),
    "rule_setting": Policy(read=SIGNED_IN, add=may("manage_settings"), change=may("manage_settings")),
    # features and their history
    "feature": Policy(
        read=f"({readable(f'{TABLE}.id')} OR {_JUST_WRITTEN})",
        add=f"{may('register_feature')} AND {_SOMEWHERE}",
    ),
    "feature_name": Policy(
        read=f"({readable()} OR {_JUST_WRITTEN})", add=f"{may('register_feature')} AND {_SOMEWHERE}"
    ),
    "feature_event": Policy(read=readable(), add=f"{may('tell_event')} AND {writable()}"),
    "feature_position": Policy(read=readable(), add=f"{may('state_position')} AND {writable()}"),
    "gate_decision": Policy(read=readable(), add=f"{may('decide_gate')} AND {writable()}"),
    "duty": Policy(
        read=readable(),
        add=f"{may('assign_duty')} AND {writable()}",
        change=f"{may('assign_duty')} AND {writable()}",
    ),
    "inspection": Policy(read=readable(), add=f"{_INSPECTING} AND {writable()}"),
    "photo": Policy(
        read=f"({EVERYTHING} OR ({SEES} = 'units' AND inspection_id IN (SELECT id FROM inspection))"
        f" OR ({SEES} = 'shared' AND id IN (SELECT photo_id FROM shared_photo)))",
        add=f"{_INSPECTING} AND inspection_id IN"
        f" (SELECT i.id FROM inspection i WHERE {writable('i.feature_id')})",
    ),
    # derived
    "feature_period": Policy(
        read=f"({_OWN_PERIODS} OR {_SHARED_PERIODS})", add=SYSTEM, change=SYSTEM, remove=SYSTEM
    ),
    "feature_scope": Policy(
        read=f"({EVERYTHING} OR ({SEES} = 'units' AND ({one_of_units('unit_id', 'reads')}"
        f" OR {one_of_units('unit_id', 'writes')})))",
        add=SYSTEM,
        change=SYSTEM,
        remove=SYSTEM,
    ),
    # what is shared with the other side, and what it says
    "disclosure": Policy(
        read=f"({EVERYTHING} OR ({SEES} = 'units' AND {one_of_units('unit_id', 'reads')}))",
        add=_DECIDING,
        change=_DECIDING,
    ),
    "feature_share": Policy(
        read=f"({readable()} OR ({_MINE} AND lower(valid) <= borderops_today()))",
        add=SYSTEM,
        change=SYSTEM,
        remove=SYSTEM,
    ),
    "shared_photo": Policy(read=f"({readable()} OR {_MINE})", add=SYSTEM, change=SYSTEM, remove=SYSTEM),
    "statement": Policy(
        read=f"({readable()} OR {_MINE})",
        add=f"{may('state_view')} AND {_MINE} AND feature_id IN (SELECT s.feature_id FROM feature_share s"
        f" WHERE s.audience = statement.audience AND statement.about = ANY (s.parts)"
        f" AND s.valid @> borderops_today())",
    ),
    # what happened, also to one who has not signed in; and who may sign in
    "event": Policy(read=f"({SYSTEM} OR {may('read_events')})", add=f"{VIEWER} <> ''"),
    "account": Policy(
        read=f"({_PEOPLE} OR login = {VIEWER})",
        add=_PEOPLE,
        change=f"({_PEOPLE} OR (login = {VIEWER} AND {may('own_account')}))",
    ),
    "account_role": Policy(read=f"({_PEOPLE} OR {_OWN_ACCOUNT})", add=_PEOPLE, change=_PEOPLE),
    "account_session": Policy(
        read=f"({_PEOPLE} OR {_OWN_ACCOUNT})",
        add=f"({SYSTEM} OR {may('*')})",
        change=f"({_PEOPLE} OR {_OWN_ACCOUNT})",
    ),
    "credential": Policy(
        read=f"({_PEOPLE} OR {_OWN_ACCOUNT})",
        add=f"({_PEOPLE} OR ({may('own_account')} AND {_OWN_ACCOUNT}))",
        change=f"({_PEOPLE} OR {_OWN_ACCOUNT})",
    ),
    "account_link": Policy(read=_PEOPLE, add=_PEOPLE, change=_PEOPLE),
    "recovery_code": Policy(
        read=f"({_PEOPLE} OR {_OWN_ACCOUNT})",
        add=f"({_PEOPLE} OR {_OWN_ACCOUNT})",
        change=f"({_PEOPLE} OR {_OWN_ACCOUNT})",
    ),
    "sign_in_attempt": Policy(read=_PEOPLE, add=SIGNED_IN),
}


#: History: rows are written once, or their period of knowledge is closed once (see 0002).
WRITTEN_ONCE = ("statement",)
CLOSED_ONCE = ("disclosure",)
DERIVED = ("feature_scope", "feature_share", "shared_photo")


def upgrade() -> None:
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name} {body}")
    _scope()
    _sharing()
    _statements()
    _rights()
    for table, policy in POLICIES.items():
        _guard(table, policy)
    # Of a column that it knows nothing of, the planner takes every condition for a rare one.
    op.execute("ANALYZE feature_period")


def _scope() -> None:
    op.create_table(
        "feature_scope",
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_feature_scope_feature_id_feature")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_feature_scope_unit_id_unit")),
        sa.PrimaryKeyConstraint("feature_id", "unit_id", "valid", name=op.f("pk_feature_scope")),
    )
    op.create_index("ix_feature_scope_unit", "feature_scope", ["unit_id", "feature_id"])
    op.add_column("feature_period", sa.Column("audience", sa.String(), server_default="own", nullable=False))
    op.drop_constraint("one_truth", "feature_period")
    op.create_exclude_constraint(
        "one_truth",
        "feature_period",
        (sa.column("feature_id"), "="),
        (sa.column("audience"), "="),
        (sa.column("valid"), "&&"),
        (sa.column("known"), "&&"),
        using="gist",
    )


def _recorded() -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
    ]


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _sharing() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("damaged_only", sa.Boolean(), nullable=False),
        sa.Column("parts", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("fineness_m", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("known", postgresql.TSTZRANGE(), nullable=False),
        *_recorded(),
        sa.CheckConstraint("kind IN ('marker', 'stake', 'gate')", name=op.f("ck_disclosure_kind")),
        sa.CheckConstraint(
            "parts <@ ARRAY['condition', 'duty', 'coordinates', 'notes', 'photos', 'history']::varchar[]"
            " AND cardinality(parts) > 0",
            name=op.f("ck_disclosure_parts"),
        ),
        sa.CheckConstraint(
            "(fineness_m IS NOT NULL) = ('coordinates' = ANY (parts)) AND fineness_m IN (0, 1000, 10000)",
            name=op.f("ck_disclosure_fineness"),
        ),
        sa.CheckConstraint(
            "feature_id IS NULL OR (kind IS NULL AND NOT damaged_only)",
            name=op.f("ck_disclosure_item_or_rule"),
        ),
        sa.CheckConstraint(
            "NOT damaged_only OR 'condition' = ANY (parts)", name=op.f("ck_disclosure_damage_is_condition")
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND NOT lower_inf(valid) AND NOT isempty(known)",
            name=op.f("ck_disclosure_some_time"),
        ),
        *_references("disclosure", audience="unit", unit_id="unit", feature_id="feature"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index(op.f("ix_disclosure_audience"), "disclosure", ["audience"])
    op.create_index(op.f("ix_disclosure_feature_id"), "disclosure", ["feature_id"])
    op.create_table(
        "feature_share",
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("parts", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        *_references("feature_share", feature_id="feature", audience="unit"),
        sa.PrimaryKeyConstraint("feature_id", "audience", "valid", name=op.f("pk_feature_share")),
    )
    op.create_index("ix_feature_share_audience", "feature_share", ["audience", "feature_id"])
    op.create_table(
        "shared_photo",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        *_references("shared_photo", photo_id="photo", audience="unit", feature_id="feature"),
        sa.PrimaryKeyConstraint("photo_id", "audience", name=op.f("pk_shared_photo")),
    )
    op.create_index("ix_shared_photo_feature", "shared_photo", ["feature_id"])


def _statements() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        *_recorded(),
        sa.CheckConstraint("about IN ('condition', 'duty')", name=op.f("ck_statement_about")),
        sa.CheckConstraint("answer IN ('agrees', 'objects', 'own_words')", name=op.f("ck_statement_answer")),
        sa.CheckConstraint("answer = 'agrees' OR words <> ''", name=op.f("ck_statement_words")),
        *_references("statement", feature_id="feature", audience="unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index("ix_statement_feature", "statement", ["feature_id", "audience"])


def _rights() -> None:
    for table in DERIVED:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}")
    for table in (*WRITTEN_ONCE, *CLOSED_ONCE):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in WRITTEN_ONCE:
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in CLOSED_ONCE:
        op.execute(f"GRANT UPDATE (known) ON {table} TO {APP}")
        op.execute(
            f"CREATE TRIGGER closed_once BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION only_close_known()"
        )
        op.execute(
            f"CREATE TRIGGER never_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _guard(table: str, policy: Policy) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for name, command, condition in (
        ("reading", "FOR SELECT TO {app} USING ({condition})", policy.read),
        ("adding", "FOR INSERT TO {app} WITH CHECK ({condition})", policy.add),
        ("changing", "FOR UPDATE TO {app} USING ({condition})", policy.change),
        ("removing", "FOR DELETE TO {app} USING ({condition})", policy.remove),
    ):
        if condition is not None:
            own = condition.replace(f"{TABLE}.", f"{table}.")
            op.execute(f"CREATE POLICY {name} ON {table} {command.format(app=APP, condition=own)}")


def _unguard(table: str, policy: Policy) -> None:
    for name, condition in (
        ("reading", policy.read),
        ("adding", policy.add),
        ("changing", policy.change),
        ("removing", policy.remove),
    ):
        if condition is not None:
            op.execute(f"DROP POLICY {name} ON {table}")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table, policy in POLICIES.items():
        _unguard(table, policy)
    # What was made for the other side is derived, and no older version of the program knows it.
    op.execute("DELETE FROM feature_period WHERE audience <> 'own'")
    op.drop_constraint("one_truth", "feature_period")
    op.create_exclude_constraint(
        "one_truth",
        "feature_period",
        (sa.column("feature_id"), "="),
        (sa.column("valid"), "&&"),
        (sa.column("known"), "&&"),
        using="gist",
    )
    op.drop_column("feature_period", "audience")
    for table in ("statement", "shared_photo", "feature_share", "disclosure"):
        op.drop_table(table)
    op.drop_index("ix_feature_scope_unit", table_name="feature_scope")
    op.drop_table("feature_scope")
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name.replace('VARIADIC ', '')}")
