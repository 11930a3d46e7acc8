"""What was tried at sign-in is kept for a year: long enough to be looked into, not for good."""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "borderops_app"

#: Nobody removes a younger one, not even the owner.
ONLY_FORGET_OLD = """
CREATE FUNCTION only_forget_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '365 days' THEN
        RAISE EXCEPTION 'rows of % are kept for a year', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$
"""

#: The program may remove nothing of the table; it may ask for this, whoever the viewer is. `moment` is its
#: own clock's: one that runs ahead of the server's forgets nothing sooner.
FORGET_OLD = """
CREATE FUNCTION forget_old_attempts(moment timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    DELETE FROM sign_in_attempt WHERE at <= least(moment, now()) - interval '365 days'
$$
"""


def upgrade() -> None:
    op.execute(ONLY_FORGET_OLD)
    op.execute(FORGET_OLD)
    op.execute("REVOKE ALL ON FUNCTION forget_old_attempts FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION forget_old_attempts TO {APP}")
    op.execute("DROP TRIGGER written_once ON sign_in_attempt")
    op.execute(
        "CREATE TRIGGER written_once BEFORE UPDATE ON sign_in_attempt "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER kept_a_year BEFORE DELETE ON sign_in_attempt "
        "FOR EACH ROW EXECUTE FUNCTION only_forget_old()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER kept_a_year ON sign_in_attempt")
    op.execute("DROP TRIGGER written_once ON sign_in_attempt")
    op.execute(
        "CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON sign_in_attempt "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("DROP FUNCTION forget_old_attempts")
    op.execute("DROP FUNCTION only_forget_old")
