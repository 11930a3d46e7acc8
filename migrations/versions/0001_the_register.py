"""The register: sources, the line, units, features and their history, inspections, events, periods."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_subject", "event", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint("precision IN ('day', 'month', 'year')", name=op.f("ck_source_precision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_geospatial_table(
        "border_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="LINESTRINGM",
                srid=4326,
                dimension=3,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("official_length_km", sa.Double(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_border_line_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_border_line")),
    )
    op.create_geospatial_index(
        "ix_border_line_geom",
        "border_line",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "feature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("line_order", sa.BigInteger(), nullable=True),
        sa.Column("name_vi", sa.String(), nullable=True),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("name_lo", sa.String(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("multiplicity", sa.String(), nullable=True),
        sa.Column("material", sa.String(), nullable=True),
        sa.Column("elevation_m", sa.Double(), nullable=True),
        sa.Column("stands_on", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'gate') = (number IS NULL)", name=op.f("ck_feature_gates_have_no_number")
        ),
        sa.CheckConstraint("grade IN ('large', 'medium', 'small')", name=op.f("ck_feature_grade")),
        sa.CheckConstraint("kind IN ('marker', 'stake', 'gate')", name=op.f("ck_feature_kind")),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_feature_mark")),
        sa.CheckConstraint(
            "multiplicity IN ('single', 'double', 'triple')", name=op.f("ck_feature_multiplicity")
        ),
        sa.CheckConstraint("stands_on IN ('VN', 'LA', 'LINE')", name=op.f("ck_feature_stands_on")),
        sa.CheckConstraint(
            "(number IS NULL) = (line_order IS NULL)", name=op.f("ck_feature_number_and_order")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_feature_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature")),
        sa.UniqueConstraint("code", name=op.f("uq_feature_code")),
        sa.UniqueConstraint("number", name=op.f("uq_feature_number")),
    )
    op.create_table(
        "rule_setting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("known", postgresql.TSTZRANGE(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_rule_setting_mark")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_rule_setting_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_setting")),
    )
    op.create_index(op.f("ix_rule_setting_key"), "rule_setting", ["key"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("name_lo", sa.String(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("successor_id", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('lao_province', 'lao_district', 'province', 'district', 'commune', 'border_post', 'lao_company')",
            name=op.f("ck_unit_kind"),
        ),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_unit_mark")),
        sa.CheckConstraint("side IN ('VN', 'LA')", name=op.f("ck_unit_side")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_unit_source_id_source")),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("known", postgresql.TSTZRANGE(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("feature_id"), "="),
            (sa.column("valid"), "&&"),
            (sa.column("known"), "&&"),
            using="gist",
            name="one_duty_at_a_time",
        ),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_duty_mark")),
        sa.CheckConstraint("precision IN ('day', 'month', 'year')", name=op.f("ck_duty_precision")),
        sa.CheckConstraint("side IN ('VN', 'LA', 'BOTH', 'UNSETTLED')", name=op.f("ck_duty_side")),
        sa.CheckConstraint("NOT isempty(valid) AND NOT isempty(known)", name=op.f("ck_duty_some_time")),
        sa.ForeignKeyConstraint(["feature_id"], ["feature.id"], name=op.f("fk_duty_feature_id_feature")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_duty_source_id_source")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_duty_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_feature_id"), "duty", ["feature_id"], unique=False)
    op.create_table(
        "feature_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "event IN ('inaugurated', 'renumbered', 'retired', 'restored', 'lost', 'amended', 'repainted', 'cleared', 'repaired', 'rebuilt')",
            name=op.f("ck_feature_event_event"),
        ),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_feature_event_mark")),
        sa.CheckConstraint("precision IN ('day', 'month', 'year')", name=op.f("ck_feature_event_precision")),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_feature_event_feature_id_feature")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_feature_event_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_event")),
    )
    op.create_index(op.f("ix_feature_event_feature_id"), "feature_event", ["feature_id"], unique=False)
    op.create_table(
        "feature_name",
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_feature_name_feature_id_feature")
        ),
        sa.PrimaryKeyConstraint("feature_id", "name", name=op.f("pk_feature_name")),
    )
    op.create_geospatial_table(
        "feature_period",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("known", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("line_order", sa.BigInteger(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("damaged", sa.Boolean(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("last_visit_on", sa.Date(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("responsible_side", sa.String(), nullable=False),
        sa.Column("responsible_unit", sa.String(), nullable=True),
        sa.Column("lao_province", sa.String(), nullable=True),
        sa.Column("commune", sa.String(), nullable=True),
        sa.Column("unit_ids", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("position_id", sa.Uuid(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("chainage_m", sa.Double(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("geojson", sa.Text(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("feature_id"), "="),
            (sa.column("valid"), "&&"),
            (sa.column("known"), "&&"),
            using="gist",
            name="one_truth",
        ),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_feature_period_feature_id_feature")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_period")),
    )
    op.create_index(op.f("ix_feature_period_feature_id"), "feature_period", ["feature_id"], unique=False)
    op.create_index(
        "ix_feature_period_map",
        "feature_period",
        ["geom", "valid"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("upper_inf(known)"),
    )
    op.create_index(op.f("ix_feature_period_code"), "feature_period", ["code"], unique=False)
    op.create_index(op.f("ix_feature_period_number"), "feature_period", ["number"], unique=False)
    op.create_index(
        "ix_feature_period_province",
        "feature_period",
        ["lao_province", "valid"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("upper_inf(known)"),
    )
    op.create_geospatial_table(
        "feature_position",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("x", sa.String(), nullable=False),
        sa.Column("y", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("operation_accuracy_m", sa.Double(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(), nullable=True),
        sa.Column("measured_by", sa.String(), nullable=True),
        sa.Column("chainage_m", sa.Double(), nullable=True),
        sa.Column("offset_m", sa.Double(), nullable=True),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_feature_position_mark")
        ),
        sa.CheckConstraint(
            "method IN ('protocol', 'gnss', 'handheld', 'map', 'schematic')",
            name=op.f("ck_feature_position_method"),
        ),
        sa.CheckConstraint(
            "precision IN ('day', 'month', 'year')", name=op.f("ck_feature_position_precision")
        ),
        sa.CheckConstraint("accuracy_m >= 0", name=op.f("ck_feature_position_accuracy")),
        sa.CheckConstraint("operation_accuracy_m >= 0", name=op.f("ck_feature_position_operation_accuracy")),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["feature_position.id"],
            name=op.f("fk_feature_position_corrects_id_feature_position"),
        ),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_feature_position_feature_id_feature")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_feature_position_source_id_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature_position")),
    )
    op.create_index(op.f("ix_feature_position_feature_id"), "feature_position", ["feature_id"], unique=False)
    op.create_geospatial_index(
        "ix_feature_position_geom",
        "feature_position",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "gate_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(), nullable=True),
        sa.Column("decision_ref", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "aspect IN ('class', 'planned_class', 'status')", name=op.f("ck_gate_decision_aspect")
        ),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_gate_decision_mark")),
        sa.CheckConstraint("precision IN ('day', 'month', 'year')", name=op.f("ck_gate_decision_precision")),
        sa.CheckConstraint("side IN ('VN', 'LA', 'PAIR')", name=op.f("ck_gate_decision_side")),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_gate_decision_feature_id_feature")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_gate_decision_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_decision")),
    )
    op.create_index(op.f("ix_gate_decision_feature_id"), "gate_decision", ["feature_id"], unique=False)
    op.create_geospatial_table(
        "inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feature_id", sa.Uuid(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("onset", sa.Boolean(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("occasion_ref", sa.String(), nullable=True),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("position_offset_m", sa.Double(), nullable=True),
        sa.Column("components", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("urgency", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("observer", sa.String(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column(
            "gps",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("gps_accuracy_m", sa.Double(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("correction_reason", sa.String(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_skew_s", sa.Double(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint(
            "action IN ('none', 'clear', 'repaint', 'repair', 'reinforce', 'rebuild', 'relocate', 'decide')",
            name=op.f("ck_inspection_action"),
        ),
        sa.CheckConstraint(
            "cause IN ('flood', 'landslide', 'age', 'vegetation', 'vehicle', 'people', 'construction', 'unknown')",
            name=op.f("ck_inspection_cause"),
        ),
        sa.CheckConstraint(
            "finding IN ('seen', 'not_found', 'not_visited', 'destroyed')", name=op.f("ck_inspection_finding")
        ),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_inspection_mark")),
        sa.CheckConstraint(
            "occasion IN ('inspection', 'patrol', 'joint_patrol', 'report', 'document')",
            name=op.f("ck_inspection_occasion"),
        ),
        sa.CheckConstraint(
            "position IN ('in_place', 'suspected_moved', 'moved', 'undetermined')",
            name=op.f("ck_inspection_position"),
        ),
        sa.CheckConstraint("precision IN ('day', 'month', 'year')", name=op.f("ck_inspection_precision")),
        sa.CheckConstraint("urgency IN ('routine', 'soon', 'urgent')", name=op.f("ck_inspection_urgency")),
        sa.CheckConstraint("gps_accuracy_m >= 0", name=op.f("ck_inspection_gps_accuracy")),
        sa.CheckConstraint("position_offset_m >= 0", name=op.f("ck_inspection_position_offset")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["inspection.id"], name=op.f("fk_inspection_corrects_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["feature_id"], ["feature.id"], name=op.f("fk_inspection_feature_id_feature")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_inspection_source_id_source")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_inspection_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(op.f("ix_inspection_corrects_id"), "inspection", ["corrects_id"], unique=False)
    op.create_index("ix_inspection_feature", "inspection", ["feature_id", "observed_at"], unique=False)
    op.create_table(
        "unit_name",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_name_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "name", name=op.f("pk_unit_name")),
    )
    op.create_table(
        "unit_section",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("from_number", sa.String(), nullable=True),
        sa.Column("to_number", sa.String(), nullable=True),
        sa.Column("from_order", sa.BigInteger(), nullable=True),
        sa.Column("to_order", sa.BigInteger(), nullable=True),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("from_m", sa.Float(), nullable=True),
        sa.Column("to_m", sa.Float(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("known", postgresql.TSTZRANGE(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.CheckConstraint("mark IN ('sourced', 'inferred', 'unknown')", name=op.f("ck_unit_section_mark")),
        sa.CheckConstraint("(from_m IS NULL) = (to_m IS NULL)", name=op.f("ck_unit_section_both_metres")),
        sa.CheckConstraint(
            "(from_order IS NULL) <> (from_m IS NULL)", name=op.f("ck_unit_section_numbers_or_metres")
        ),
        sa.CheckConstraint(
            "(from_order IS NULL) = (to_order IS NULL)", name=op.f("ck_unit_section_both_numbers")
        ),
        sa.CheckConstraint(
            "from_order <= to_order AND from_m < to_m", name=op.f("ck_unit_section_ends_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["border_line.id"], name=op.f("fk_unit_section_line_id_border_line")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_unit_section_source_id_source")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_section_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_section")),
    )
    op.create_index(op.f("ix_unit_section_unit_id"), "unit_section", ["unit_id"], unique=False)
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.String(), server_default=sa.text("current_user"), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_photo_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index(op.f("ix_photo_inspection_id"), "photo", ["inspection_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_photo_inspection_id"), table_name="photo")
    op.drop_table("photo")
    op.drop_index(op.f("ix_unit_section_unit_id"), table_name="unit_section")
    op.drop_table("unit_section")
    op.drop_table("unit_name")
    op.drop_index("ix_inspection_feature", table_name="inspection")
    op.drop_index(op.f("ix_inspection_corrects_id"), table_name="inspection")
    op.drop_geospatial_table("inspection")
    op.drop_index(op.f("ix_gate_decision_feature_id"), table_name="gate_decision")
    op.drop_table("gate_decision")
    op.drop_geospatial_index(
        "ix_feature_position_geom", table_name="feature_position", postgresql_using="gist", column_name="geom"
    )
    op.drop_index(op.f("ix_feature_position_feature_id"), table_name="feature_position")
    op.drop_geospatial_table("feature_position")
    op.drop_index(
        "ix_feature_period_province",
        table_name="feature_period",
        postgresql_using="gist",
        postgresql_where=sa.text("upper_inf(known)"),
    )
    op.drop_index(op.f("ix_feature_period_number"), table_name="feature_period")
    op.drop_index(op.f("ix_feature_period_code"), table_name="feature_period")
    op.drop_index(
        "ix_feature_period_map",
        table_name="feature_period",
        postgresql_using="gist",
        postgresql_where=sa.text("upper_inf(known)"),
    )
    op.drop_index(op.f("ix_feature_period_feature_id"), table_name="feature_period")
    op.drop_geospatial_table("feature_period")
    op.drop_table("feature_name")
    op.drop_index(op.f("ix_feature_event_feature_id"), table_name="feature_event")
    op.drop_table("feature_event")
    op.drop_index(op.f("ix_duty_feature_id"), table_name="duty")
    op.drop_table("duty")
    op.drop_table("unit")
    op.drop_index(op.f("ix_rule_setting_key"), table_name="rule_setting")
    op.drop_table("rule_setting")
    op.drop_table("feature")
    op.drop_geospatial_index(
        "ix_border_line_geom", table_name="border_line", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("border_line")
    op.drop_table("source")
    op.drop_index("ix_event_subject", table_name="event")
    op.drop_table("event")
