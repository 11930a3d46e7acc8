"""History is kept: what the application role may do, and triggers that hold it for every role."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "borderops_app"

#: Rows that are written once: no one changes or removes them.
WRITTEN_ONCE = (
    "event",
    "source",
    "border_line",
    "unit",
    "unit_name",
    "feature",
    "feature_name",
    "feature_event",
    "feature_position",
    "gate_decision",
    "inspection",
    "photo",
)

#: Rows whose period of knowledge may be closed, once, and nothing else of them changed.
CLOSED_ONCE = ("unit_section", "rule_setting", "duty")

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are history: they are added, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

ONLY_CLOSE = """
CREATE FUNCTION only_close_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT upper_inf(OLD.known) OR upper_inf(NEW.known) OR lower(NEW.known) IS DISTINCT FROM lower(OLD.known)
       OR to_jsonb(NEW) - 'known' IS DISTINCT FROM to_jsonb(OLD) - 'known' THEN
        RAISE EXCEPTION 'rows of % are history: only an open period of knowledge may be closed', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")
    op.execute(REFUSE_CHANGE)
    op.execute(ONLY_CLOSE)
    for table in WRITTEN_ONCE:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in CLOSED_ONCE:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
        op.execute(f"GRANT UPDATE (known) ON {table} TO {APP}")
        op.execute(
            f"CREATE TRIGGER closed_once BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION only_close_known()"
        )
        op.execute(
            f"CREATE TRIGGER never_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON feature_period TO {APP}")
    op.execute(f"GRANT SELECT ON alembic_version TO {APP}")


def downgrade() -> None:
    op.execute(f"REVOKE ALL ON alembic_version, feature_period FROM {APP}")
    for table in CLOSED_ONCE:
        op.execute(f"DROP TRIGGER never_emptied ON {table}")
        op.execute(f"DROP TRIGGER never_removed ON {table}")
        op.execute(f"DROP TRIGGER closed_once ON {table}")
        op.execute(f"REVOKE ALL ON {table} FROM {APP}")
    for table in WRITTEN_ONCE:
        op.execute(f"DROP TRIGGER never_emptied ON {table}")
        op.execute(f"DROP TRIGGER written_once ON {table}")
        op.execute(f"REVOKE ALL ON {table} FROM {APP}")
    op.execute("DROP FUNCTION only_close_known")
    op.execute("DROP FUNCTION refuse_change")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {APP}")
