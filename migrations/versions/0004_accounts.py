"""Accounts: people, roles by date, sessions, credentials, links, and what was tried.

Four kinds of units that people belong to come with them, and a unit may end: its period is closed once.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP = "borderops_app"

UNIT_KINDS = "kind IN ('lao_province', 'lao_district', 'province', 'district', 'commune', 'border_post', 'lao_company')"
MORE_UNIT_KINDS = UNIT_KINDS.removesuffix(")") + (
    ", 'border_guard_command', 'foreign_affairs_department', 'lao_committee', 'administrators_office')"
)

#: What the application may change in a row once it is there; everything else of it stays as written.
CHANGED: Mapping[str, str] = {
    "account": "name, password_hash, password_set_at, totp_secret, totp_confirmed_at, totp_step,"
    " issuer, subject, ended_at",
    "account_role": "ended_at, ended_by",
    "account_session": "seen_at, shown_at, ended_at, ended_by",
    "credential": "used_at, used_from, ended_at, ended_by",
    "account_link": "used_at, ended_at",
    "recovery_code": "used_at, ended_at",
}
WRITTEN_ONCE = ("sign_in_attempt",)

ONLY_END = """
CREATE FUNCTION only_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
       OR to_jsonb(NEW) - 'ended_at' - 'ended_by' IS DISTINCT FROM to_jsonb(OLD) - 'ended_at' - 'ended_by' THEN
        RAISE EXCEPTION 'rows of % are history: they may be ended, once', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

ONLY_CLOSE_VALID = """
CREATE FUNCTION only_close_valid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT upper_inf(OLD.valid) OR upper_inf(NEW.valid) OR lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid)
       OR to_jsonb(NEW) - 'valid' - 'successor_id' IS DISTINCT FROM to_jsonb(OLD) - 'valid' - 'successor_id'
    THEN
        RAISE EXCEPTION 'rows of % are history: only an open period may be closed', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _units()
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint("login = lower(login) AND login <> ''", name=op.f("ck_account_login")),
        sa.CheckConstraint(
            "(issuer IS NULL) = (subject IS NULL)", name=op.f("ck_account_issuer_and_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_index("uq_account_issuer", "account", ["issuer", "subject"], unique=True)
    op.create_table(
        "account_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(account_id IS NULL) = (purpose = 'first_run')", name=op.f("ck_account_link_whose")
        ),
        sa.CheckConstraint(
            "purpose IN ('first_run', 'invitation', 'reset')", name=op.f("ck_account_link_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_link_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
    )
    op.create_index(op.f("ix_account_link_account_id"), "account_link", ["account_id"], unique=False)
    op.create_table(
        "account_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_session_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
    )
    op.create_index(op.f("ix_account_session_account_id"), "account_session", ["account_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_from", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('api_token', 'device')", name=op.f("ck_credential_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_credential_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_credential_token_hash")),
    )
    op.create_index(op.f("ix_credential_account_id"), "credential", ["account_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("login_digest", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('passed', 'wrong', 'slowed', 'refused')", name=op.f("ck_sign_in_attempt_outcome")
        ),
        sa.CheckConstraint(
            "step IN ('password', 'second_factor', 'recovery_code', 'organisation', 'link', 'credential', 'permission')",
            name=op.f("ck_sign_in_attempt_step"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_attempt_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_address", "sign_in_attempt", ["network", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"], unique=False)
    op.create_index("ix_sign_in_attempt_login", "sign_in_attempt", ["login_digest", "at"], unique=False)
    op.create_table(
        "account_role",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("account_id"), "="),
            (sa.column("role"), "="),
            (sa.column("unit_id"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("ended_at IS NULL"),
            using="gist",
            name="one_of_each_at_a_time",
        ),
        sa.CheckConstraint(
            "role IN ('officer', 'commander', 'specialist', 'counterpart_officer', 'counterpart_specialist', 'auditor', 'administrator')",
            name=op.f("ck_account_role_role"),
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_account_role_some_time")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_role_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
    )
    op.create_index(op.f("ix_account_role_account_id"), "account_role", ["account_id"], unique=False)
    _rights()


def _units() -> None:
    op.drop_constraint(op.f("ck_unit_kind"), "unit")
    op.create_check_constraint(op.f("ck_unit_kind"), "unit", MORE_UNIT_KINDS)
    op.execute(ONLY_CLOSE_VALID)
    op.execute("DROP TRIGGER written_once ON unit")
    op.execute(
        "CREATE TRIGGER closed_once BEFORE UPDATE ON unit FOR EACH ROW EXECUTE FUNCTION only_close_valid()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE ON unit FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT UPDATE (valid, successor_id) ON unit TO {APP}")


def _rights() -> None:
    for table, columns in CHANGED.items():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ({columns}) ON {table} TO {APP}")
    for table in WRITTEN_ONCE:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(ONLY_END)
    op.execute(
        "CREATE TRIGGER ended_once BEFORE UPDATE ON account_role FOR EACH ROW EXECUTE FUNCTION only_end()"
    )
    for table in ("account", "account_role"):
        op.execute(
            f"CREATE TRIGGER never_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in (*CHANGED, *WRITTEN_ONCE):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_account_role_account_id"), table_name="account_role")
    op.drop_table("account_role")
    op.drop_index("ix_sign_in_attempt_login", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_at", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_address", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_index(op.f("ix_recovery_code_account_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_credential_account_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_index(op.f("ix_account_session_account_id"), table_name="account_session")
    op.drop_table("account_session")
    op.drop_index(op.f("ix_account_link_account_id"), table_name="account_link")
    op.drop_table("account_link")
    op.drop_index("uq_account_issuer", table_name="account")
    op.drop_table("account")
    op.execute("DROP FUNCTION only_end")
    op.execute(f"REVOKE UPDATE (valid, successor_id) ON unit FROM {APP}")
    op.execute("DROP TRIGGER never_removed ON unit")
    op.execute("DROP TRIGGER closed_once ON unit")
    op.execute(
        "CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON unit "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("DROP FUNCTION only_close_valid")
    op.drop_constraint(op.f("ck_unit_kind"), "unit")
    op.create_check_constraint(op.f("ck_unit_kind"), "unit", UNIT_KINDS)
