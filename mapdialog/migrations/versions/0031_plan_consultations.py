"""Plan consultations: plans, phases, announcements, parties, statements with points and answers, and reports."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# What no foreign key can say, and what must never be rewritten. No percent sign: 0005 leaves the connection reading
# statements as they are, where SQLAlchemy has doubled it.
RULES = """
create function plan_has_a_vessel() returns trigger language plpgsql as $$
begin
    if not exists (select from dialogue where id = new.dialogue_id and kind = 'plan') then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan ' || new.id || ': its statements need a dialogue of kind plan';
    end if;
    if tg_op = 'UPDATE' and (new.rule_set is distinct from old.rule_set
        or new.started_on is distinct from old.started_on) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan ' || new.id || ': it keeps the rules of the day it was started';
    end if;
    return new;
end $$;
create trigger plan_has_a_vessel before insert or update on plan
    for each row execute function plan_has_a_vessel();

create function plan_phase_only_extends() returns trigger language plpgsql as $$
begin
    if old.opened_at is not null and (new.ends_on < old.ends_on or new.starts_on is distinct from old.starts_on
        or new.kind is distinct from old.kind or new.opened_at is distinct from old.opened_at) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan_phase ' || old.id || ': once opened it can only be extended';
    end if;
    return new;
end $$;
create trigger plan_phase_only_extends before update on plan_phase
    for each row execute function plan_phase_only_extends();

create function plan_statement_belongs() returns trigger language plpgsql as $$
begin
    if not exists (
        select from contribution c join plan p on p.dialogue_id = c.dialogue_id
        where c.id = new.id and c.kind = 'plan_statement' and p.id = new.plan_id)
    then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan_statement ' || new.id || ': contribution and statement belong to one plan';
    end if;
    return new;
end $$;
create trigger plan_statement_belongs before insert or update of plan_id on plan_statement
    for each row execute function plan_statement_belongs();

create function plan_statement_is_a_public_record() returns trigger language plpgsql as $$
begin
    if new.plan_id is distinct from old.plan_id or new.number is distinct from old.number
       or new.received_by is distinct from old.received_by or new.written is distinct from old.written
       or new.registered_at is distinct from old.registered_at or new.source_key is distinct from old.source_key then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan_statement ' || old.id || ': what was received is a public record and is never altered';
    end if;
    return new;
end $$;
create trigger plan_statement_is_a_public_record before update on plan_statement
    for each row execute function plan_statement_is_a_public_record();

create function plan_dispatch_is_frozen() returns trigger language plpgsql as $$
declare
    frozen timestamptz;
begin
    if tg_table_name = 'plan_dispatch' then
        frozen := old.frozen_at;
        if frozen is not null and tg_op = 'UPDATE' and (new.title, new.body, new.kind, new.frozen_at, new.sha256)
            is not distinct from (old.title, old.body, old.kind, old.frozen_at, old.sha256) then
            return new;
        end if;
    elsif tg_op = 'INSERT' then
        select d.frozen_at into frozen from plan_dispatch d where d.id = new.dispatch_id;
    else
        select d.frozen_at into frozen from plan_dispatch d where d.id = old.dispatch_id;
        if tg_op = 'UPDATE' and (new.dispatch_id, new.party_id, new.channel, new.name, new.address, new.email, new.reason)
            is not distinct from
            (old.dispatch_id, old.party_id, old.channel, old.name, old.address, old.email, old.reason) then
            return new;
        end if;
    end if;
    if frozen is not null then
        raise exception using errcode = 'integrity_constraint_violation',
            message = tg_table_name || ': the list was frozen when it was used and is kept as it was';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger plan_dispatch_is_frozen before update or delete on plan_dispatch
    for each row execute function plan_dispatch_is_frozen();
create trigger plan_recipient_is_frozen before insert or update or delete on plan_recipient
    for each row execute function plan_dispatch_is_frozen();

create function plan_report_is_frozen() returns trigger language plpgsql as $$
begin
    if old.frozen_at is not null then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan_report ' || old.id || ': a finished report is kept as it was; make the next version';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger plan_report_is_frozen before update or delete on plan_report
    for each row execute function plan_report_is_frozen();

create function plan_writing_is_kept() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'integrity_constraint_violation',
        message = tg_table_name || ' ' || old.id || ': it is kept as it was written; write a new one';
end $$;
create trigger plan_statement_file_is_kept before update on plan_statement_file
    for each row execute function plan_writing_is_kept();
create trigger plan_phase_extension_is_kept before update on plan_phase_extension
    for each row execute function plan_writing_is_kept();
create trigger plan_document_is_kept before update of plan_id, kind, number, key, file_key, file_name, sha256, size_bytes,
    uploaded_at on plan_document for each row execute function plan_writing_is_kept();
create trigger plan_answer_wording_is_kept before update of answer_id, version, text, outcome, reason, status,
    is_kept_aside, written_at on plan_answer_wording for each row execute function plan_writing_is_kept();
"""


def upgrade() -> None:
    op.create_table(
        "service_outage",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ended_at > began_at", name=op.f("ck_service_outage_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["account.id"], name=op.f("fk_service_outage_noted_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_outage")),
    )
    op.create_index(op.f("ix_service_outage_began_at"), "service_outage", ["began_at"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("registry_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("grounds_text", sa.Text(), server_default="", nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("committee", sa.Text(), server_default="", nullable=False),
        sa.Column("adopting_body", sa.Text(), server_default="", nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("submit_to", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "area",
            geoalchemy2.types.Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3006,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("deviates_from_comprehensive_plan", sa.Boolean(), nullable=True),
        sa.Column("significant_impact_assumed", sa.Boolean(), nullable=True),
        sa.Column("impact_decided_on", sa.Date(), nullable=True),
        sa.Column("other_country", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discontinued_on", sa.Date(), nullable=True),
        sa.Column("discontinued_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind in ('detailed_plan','area_regulations','comprehensive_plan','plan_programme')",
            name=op.f("ck_plan_kind"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_plan_name")),
        sa.CheckConstraint(
            "procedure in ('standard','standard_limited','extended','coordinated','simplified','comprehensive','comprehensive_part','legacy')",
            name=op.f("ck_plan_procedure"),
        ),
        sa.CheckConstraint("registry_number <> ''", name=op.f("ck_plan_registry_number")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_plan_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_plan_dialogue_id_dialogue"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["account.id"], name=op.f("fk_plan_officer_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("dialogue_id", name=op.f("uq_plan_dialogue_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_plan_slug")),
    )
    op.create_index("ix_plan_area", "plan", ["area"], unique=False, postgresql_using="gist")
    op.create_table(
        "plan_adoption",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), server_default="", nullable=False),
        sa.Column("minutes_adjusted_on", sa.Date(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("announced_url", sa.Text(), server_default="", nullable=False),
        sa.Column("appeal_ends_on", sa.Date(), nullable=True),
        sa.Column("appealed_on", sa.Date(), nullable=True),
        sa.Column("appeal_note", sa.Text(), server_default="", nullable=False),
        sa.Column("legal_force_on", sa.Date(), nullable=True),
        sa.Column("sent_note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(announced_on is null) = (appeal_ends_on is null)",
            name=op.f("ck_plan_adoption_appeal_runs_from_the_announcement"),
        ),
        sa.CheckConstraint(
            "announced_on >= minutes_adjusted_on", name=op.f("ck_plan_adoption_announced_after_adjusting")
        ),
        sa.CheckConstraint("legal_force_on > appeal_ends_on", name=op.f("ck_plan_adoption_legal_force_last")),
        sa.CheckConstraint(
            "minutes_adjusted_on >= decided_on", name=op.f("ck_plan_adoption_adjusted_after_the_decision")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_adoption_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_adoption")),
    )
    op.create_table(
        "plan_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("forwarded_to", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "outcome in ('met','partly_met','not_met','outside_plan','forwarded','noted')",
            name=op.f("ck_plan_answer_outcome"),
        ),
        sa.CheckConstraint(
            "status = 'draft' or (text <> '' and outcome is not null)",
            name=op.f("ck_plan_answer_whole_before_it_is_reviewed"),
        ),
        sa.CheckConstraint(
            "status = 'draft' or outcome = 'met' or reason <> ''", name=op.f("ck_plan_answer_reason_unless_met")
        ),
        sa.CheckConstraint("status in ('draft','reviewed','final')", name=op.f("ck_plan_answer_status")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["account.id"], name=op.f("fk_plan_answer_approver_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_plan_answer_author_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_answer_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_plan_answer_reviewer_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_answer")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_answer_id_plan_id")),
    )
    op.create_index(op.f("ix_plan_answer_plan_id_status"), "plan_answer", ["plan_id", "status"], unique=False)
    op.create_table(
        "plan_document",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("alt_text", sa.Text(), server_default="", nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'property_register_extract' or not is_public",
            name=op.f("ck_plan_document_register_extract_is_never_public"),
        ),
        sa.CheckConstraint(
            "kind in ('plan_map','plan_description','programme','investigation','impact_statement','property_register_extract','other')",
            name=op.f("ck_plan_document_kind"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plan_document_number")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_document_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["account.id"],
            name=op.f("fk_plan_document_uploaded_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_document")),
        sa.UniqueConstraint("key", name=op.f("uq_plan_document_key")),
        sa.UniqueConstraint(
            "plan_id", "kind", "title", "number", name=op.f("uq_plan_document_plan_id_kind_title_number")
        ),
    )
    op.create_table(
        "plan_feature",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                srid=3006,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_plan_feature_title")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_feature_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_feature")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_feature_id_plan_id")),
    )
    op.create_index("ix_plan_feature_geom", "plan_feature", ["geom"], unique=False, postgresql_using="gist")
    op.create_index(op.f("ix_plan_feature_plan_id"), "plan_feature", ["plan_id"], unique=False)
    op.create_table(
        "plan_overlay",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column(
            "corners",
            geoalchemy2.types.Geometry(
                geometry_type="POLYGON",
                srid=3006,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("shapes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("wms_url", sa.Text(), server_default="", nullable=False),
        sa.Column("wms_layers", sa.Text(), server_default="", nullable=False),
        sa.Column("opacity", sa.Double(), server_default="0.7", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "kind <> 'image' or (file_key is not null and corners is not null)",
            name=op.f("ck_plan_overlay_image_has_corners"),
        ),
        sa.CheckConstraint("kind <> 'vector' or shapes is not null", name=op.f("ck_plan_overlay_vector_has_shapes")),
        sa.CheckConstraint(
            "kind <> 'wms' or (wms_url <> '' and wms_layers <> '')", name=op.f("ck_plan_overlay_wms_has_an_address")
        ),
        sa.CheckConstraint("kind in ('image','vector','wms')", name=op.f("ck_plan_overlay_kind")),
        sa.CheckConstraint("opacity between 0 and 1", name=op.f("ck_plan_overlay_opacity")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_overlay_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_overlay")),
        sa.UniqueConstraint("key", name=op.f("uq_plan_overlay_key")),
    )
    op.create_index(op.f("ix_plan_overlay_plan_id"), "plan_overlay", ["plan_id"], unique=False)
    op.create_table(
        "plan_party",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party_group", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation", sa.Text(), server_default="", nullable=False),
        sa.Column("property_designation", sa.Text(), server_default="", nullable=False),
        sa.Column("street", sa.Text(), server_default="", nullable=False),
        sa.Column("postal_code", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("is_protected", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), server_default="staff", nullable=False),
        sa.Column("notify_by", sa.Text(), server_default="letter", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("name <> '' or organisation <> ''", name=op.f("ck_plan_party_is_somebody")),
        sa.CheckConstraint("notify_by in ('letter','email','none')", name=op.f("ck_plan_party_notify_by")),
        sa.CheckConstraint(
            "party_group in ('authority_mandatory','municipal_body','property_party','resident_affected','tenants_organisation','other_interest','public')",
            name=op.f("ck_plan_party_party_group"),
        ),
        sa.CheckConstraint("source in ('register','self','staff')", name=op.f("ck_plan_party_source")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_party_plan_id_plan"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_party")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_party_id_plan_id")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_party_plan_id_number")),
    )
    op.create_index(op.f("ix_plan_party_plan_id_party_group"), "plan_party", ["plan_id", "party_group"], unique=False)
    op.create_table(
        "plan_phase",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("min_end_on", sa.Date(), nullable=True),
        sa.Column("override_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("all_agreed_evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("available_text", sa.Text(), server_default="", nullable=False),
        sa.Column("held_text", sa.Text(), server_default="", nullable=False),
        sa.Column("changes_text", sa.Text(), server_default="", nullable=False),
        sa.Column("major_change", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(status in ('closed','reported')) = (closed_at is not null)", name=op.f("ck_plan_phase_closed")
        ),
        sa.CheckConstraint(
            "(status in ('open','closed','reported')) = (opened_at is not null)", name=op.f("ck_plan_phase_opened")
        ),
        sa.CheckConstraint(
            "kind in ('programme_consultation','consultation','review','second_review')",
            name=op.f("ck_plan_phase_kind"),
        ),
        sa.CheckConstraint(
            "min_end_on is null or ends_on >= min_end_on or override_reason <> '' or all_agreed_evidence <> ''",
            name=op.f("ck_plan_phase_short_periods_have_a_reason"),
        ),
        sa.CheckConstraint(
            "status in ('draft','announced','open','closed','reported')", name=op.f("ck_plan_phase_status")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_plan_phase_ends_after_it_starts")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_plan_phase_round")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_phase_plan_id_plan"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_phase")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_phase_id_plan_id")),
        sa.UniqueConstraint("plan_id", "kind", "round", name=op.f("uq_plan_phase_plan_id_kind_round")),
    )
    op.create_table(
        "plan_theme",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("label <> ''", name=op.f("ck_plan_theme_label")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_theme_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_theme")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_theme_id_plan_id")),
        sa.UniqueConstraint("plan_id", "label", name=op.f("uq_plan_theme_plan_id_label")),
    )
    op.create_table(
        "plan_announcement",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("board_url", sa.Text(), server_default="", nullable=False),
        sa.Column("board_posted_on", sa.Date(), nullable=True),
        sa.Column("board_removed_on", sa.Date(), nullable=True),
        sa.Column("newspaper", sa.Text(), server_default="", nullable=False),
        sa.Column("newspaper_on", sa.Date(), nullable=True),
        sa.Column("proof_file_key", sa.Text(), nullable=True),
        sa.Column("proof_file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind in ('kungorelse','underrattelse','notice_of_statement','notice_of_adoption')",
            name=op.f("ck_plan_announcement_kind"),
        ),
        sa.CheckConstraint(
            "board_removed_on >= board_posted_on", name=op.f("ck_plan_announcement_removed_after_it_was_posted")
        ),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_announcement_phase_id_plan_phase"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_announcement_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_announcement")),
        sa.UniqueConstraint("phase_id", "kind", name=op.f("uq_plan_announcement_phase_id_kind")),
    )
    op.create_index(op.f("ix_plan_announcement_plan_id"), "plan_announcement", ["plan_id"], unique=False)
    op.create_table(
        "plan_answer_wording",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_kept_aside", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_plan_answer_wording_actor_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["plan_answer.id"],
            name=op.f("fk_plan_answer_wording_answer_id_plan_answer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_answer_wording")),
    )
    op.create_index(
        op.f("ix_plan_answer_wording_answer_id_version"), "plan_answer_wording", ["answer_id", "version"], unique=False
    )
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), server_default="", nullable=False),
        sa.Column("is_major", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("description <> ''", name=op.f("ck_plan_change_description")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_plan_change_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_change_phase_id_plan_phase"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_change_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_change_id_plan_id")),
    )
    op.create_index(op.f("ix_plan_change_plan_id"), "plan_change", ["plan_id"], unique=False)
    op.create_table(
        "plan_dispatch",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('consultation_invitation','review_notice','review_documents','statement_notice','adoption_notice','legal_force_documents')",
            name=op.f("ck_plan_dispatch_kind"),
        ),
        sa.CheckConstraint(
            "(frozen_at is null) = (sha256 is null)", name=op.f("ck_plan_dispatch_frozen_with_a_checksum")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_plan_dispatch_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_dispatch_phase_id_plan_phase"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_dispatch_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_dispatch")),
    )
    op.create_index(op.f("ix_plan_dispatch_plan_id"), "plan_dispatch", ["plan_id"], unique=False)
    op.create_table(
        "plan_meeting",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="meeting", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("attendance", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind in ('meeting','open_house','on_site','digital')", name=op.f("ck_plan_meeting_kind")),
        sa.CheckConstraint("attendance >= 0", name=op.f("ck_plan_meeting_attendance")),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_meeting_phase_id_plan_phase"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_meeting")),
    )
    op.create_index(op.f("ix_plan_meeting_phase_id"), "plan_meeting", ["phase_id"], unique=False)
    op.create_table(
        "plan_phase_document",
        sa.Column("phase_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["plan_document.id"],
            name=op.f("fk_plan_phase_document_document_id_plan_document"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_phase_document_phase_id_plan_phase"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phase_id", "document_id", name=op.f("pk_plan_phase_document")),
    )
    op.create_index(op.f("ix_plan_phase_document_document_id"), "plan_phase_document", ["document_id"], unique=False)
    op.create_table(
        "plan_phase_extension",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=False),
        sa.Column("was_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outage_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_plan_phase_extension_reason")),
        sa.CheckConstraint("ends_on > was_on", name=op.f("ck_plan_phase_extension_only_later")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["account.id"],
            name=op.f("fk_plan_phase_extension_decided_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["outage_id"],
            ["service_outage.id"],
            name=op.f("fk_plan_phase_extension_outage_id_service_outage"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["phase_id"],
            ["plan_phase.id"],
            name=op.f("fk_plan_phase_extension_phase_id_plan_phase"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_phase_extension")),
    )
    op.create_index(op.f("ix_plan_phase_extension_phase_id"), "plan_phase_extension", ["phase_id"], unique=False)
    op.create_table(
        "plan_report",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("edition in ('full','web')", name=op.f("ck_plan_report_edition")),
        sa.CheckConstraint("format in ('docx','pdf')", name=op.f("ck_plan_report_format")),
        sa.CheckConstraint(
            "frozen_at is null or (state = 'done' and not is_draft)",
            name=op.f("ck_plan_report_only_finished_is_frozen"),
        ),
        sa.CheckConstraint(
            "kind in ('samradsredogorelse','granskningsutlatande','sarskilt_utlatande')",
            name=op.f("ck_plan_report_kind"),
        ),
        sa.CheckConstraint(
            "state <> 'done' or (file_key is not null and sha256 is not null)",
            name=op.f("ck_plan_report_done_has_a_file"),
        ),
        sa.CheckConstraint("state in ('queued','running','done','failed')", name=op.f("ck_plan_report_state")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plan_report_number")),
        sa.CheckConstraint("progress between 0 and 100", name=op.f("ck_plan_report_progress")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["account.id"], name=op.f("fk_plan_report_approved_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_plan_report_asked_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_report_phase_id_plan_phase"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_report_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_report")),
        sa.UniqueConstraint(
            "plan_id",
            "phase_id",
            "kind",
            "edition",
            "format",
            "number",
            name=op.f("uq_plan_report_plan_id_phase_id_kind_edition_format_number"),
        ),
    )
    op.create_index(
        "ix_plan_report_waiting",
        "plan_report",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("state in ('queued','running')"),
    )
    op.create_table(
        "plan_recipient",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("dispatch_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("channel in ('letter','email','none')", name=op.f("ck_plan_recipient_channel")),
        sa.ForeignKeyConstraint(
            ["dispatch_id"],
            ["plan_dispatch.id"],
            name=op.f("fk_plan_recipient_dispatch_id_plan_dispatch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["plan_party.id"], name=op.f("fk_plan_recipient_party_id_plan_party"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_recipient")),
        sa.UniqueConstraint("dispatch_id", "party_id", name=op.f("uq_plan_recipient_dispatch_id_party_id")),
    )
    op.create_index(op.f("ix_plan_recipient_party_id"), "plan_recipient", ["party_id"], unique=False)
    op.create_table(
        "plan_statement",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("party_group", sa.Text(), server_default="public", nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("registry_no", sa.Text(), server_default="", nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.Text(), server_default="", nullable=False),
        sa.Column("postal_address", sa.Text(), server_default="", nullable=False),
        sa.Column("property_designation", sa.Text(), server_default="", nullable=False),
        sa.Column("is_protected", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("shown_as", sa.Text(), server_default="number", nullable=False),
        sa.Column("stance", sa.Text(), server_default="neutral", nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("feature_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("signatories", sa.Integer(), server_default="1", nullable=False),
        sa.Column("duplicate_of_id", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("views_withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "party_group in ('authority_mandatory','municipal_body','property_party','resident_affected','tenants_organisation','other_interest','public')",
            name=op.f("ck_plan_statement_party_group"),
        ),
        sa.CheckConstraint(
            "received_by in ('web','email','letter','counter','phone','meeting','social_media')",
            name=op.f("ck_plan_statement_received_by"),
        ),
        sa.CheckConstraint("shown_as in ('number','property','name')", name=op.f("ck_plan_statement_shown_as")),
        sa.CheckConstraint(
            "stance in ('no_objection','objection','supports','opposes','abstains','neutral')",
            name=op.f("ck_plan_statement_stance"),
        ),
        sa.CheckConstraint("(phase_id is null) = (in_time is null)", name=op.f("ck_plan_statement_in_time_in_a_phase")),
        sa.CheckConstraint("duplicate_of_id <> id", name=op.f("ck_plan_statement_duplicates_another")),
        sa.CheckConstraint("signatories >= 1", name=op.f("ck_plan_statement_signatories")),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"],
            ["account.id"],
            name=op.f("fk_plan_statement_assigned_to_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id", "plan_id"],
            ["plan_statement.id", "plan_statement.plan_id"],
            name=op.f("fk_plan_statement_duplicate_of_id_plan_id_plan_statement"),
        ),
        sa.ForeignKeyConstraint(
            ["feature_id", "plan_id"],
            ["plan_feature.id", "plan_feature.plan_id"],
            name=op.f("fk_plan_statement_feature_id_plan_id_plan_feature"),
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["contribution.id"], name=op.f("fk_plan_statement_id_contribution"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["plan_meeting.id"],
            name=op.f("fk_plan_statement_meeting_id_plan_meeting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["party_id", "plan_id"],
            ["plan_party.id", "plan_party.plan_id"],
            name=op.f("fk_plan_statement_party_id_plan_id_plan_party"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["phase_id", "plan_id"],
            ["plan_phase.id", "plan_phase.plan_id"],
            name=op.f("fk_plan_statement_phase_id_plan_id_plan_phase"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_statement_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["read_by_id"], ["account.id"], name=op.f("fk_plan_statement_read_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"],
            ["account.id"],
            name=op.f("fk_plan_statement_registered_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_statement")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_statement_id_plan_id")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_statement_plan_id_number")),
    )
    op.create_index(op.f("ix_plan_statement_assigned_to_id"), "plan_statement", ["assigned_to_id"], unique=False)
    op.create_index(op.f("ix_plan_statement_party_id"), "plan_statement", ["party_id"], unique=False)
    op.create_index(op.f("ix_plan_statement_plan_id_phase_id"), "plan_statement", ["plan_id", "phase_id"], unique=False)
    op.create_table(
        "plan_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("quote_start", sa.Integer(), nullable=True),
        sa.Column("quote_end", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("feature_id", sa.Integer(), nullable=True),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                srid=3006, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"
            ),
            nullable=True,
        ),
        sa.Column("duplicate_of_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("summary <> '' or quote <> ''", name=op.f("ck_plan_point_says_something")),
        sa.CheckConstraint("duplicate_of_id <> id", name=op.f("ck_plan_point_duplicates_another")),
        sa.CheckConstraint("quote_end > quote_start", name=op.f("ck_plan_point_quote")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_plan_point_seq")),
        sa.ForeignKeyConstraint(
            ["answer_id", "plan_id"],
            ["plan_answer.id", "plan_answer.plan_id"],
            name=op.f("fk_plan_point_answer_id_plan_id_plan_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"], ["account.id"], name=op.f("fk_plan_point_assigned_to_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_plan_point_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id", "plan_id"],
            ["plan_point.id", "plan_point.plan_id"],
            name=op.f("fk_plan_point_duplicate_of_id_plan_id_plan_point"),
        ),
        sa.ForeignKeyConstraint(
            ["feature_id", "plan_id"],
            ["plan_feature.id", "plan_feature.plan_id"],
            name=op.f("fk_plan_point_feature_id_plan_id_plan_feature"),
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_point_plan_id_plan"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["statement_id", "plan_id"],
            ["plan_statement.id", "plan_statement.plan_id"],
            name=op.f("fk_plan_point_statement_id_plan_id_plan_statement"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id", "plan_id"],
            ["plan_theme.id", "plan_theme.plan_id"],
            name=op.f("fk_plan_point_theme_id_plan_id_plan_theme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_point")),
        sa.UniqueConstraint("id", "plan_id", name=op.f("uq_plan_point_id_plan_id")),
        sa.UniqueConstraint(
            "statement_id", "seq", deferrable=True, initially="DEFERRED", name=op.f("uq_plan_point_statement_id_seq")
        ),
    )
    op.create_index(op.f("ix_plan_point_answer_id"), "plan_point", ["answer_id"], unique=False)
    op.create_index(op.f("ix_plan_point_assigned_to_id"), "plan_point", ["assigned_to_id"], unique=False)
    op.create_index(op.f("ix_plan_point_plan_id_theme_id"), "plan_point", ["plan_id", "theme_id"], unique=False)
    op.create_table(
        "plan_statement_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["plan_statement.id"],
            name=op.f("fk_plan_statement_file_statement_id_plan_statement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_statement_file")),
        sa.UniqueConstraint("client_id", name=op.f("uq_plan_statement_file_client_id")),
    )
    op.create_index(op.f("ix_plan_statement_file_statement_id"), "plan_statement_file", ["statement_id"], unique=False)
    op.create_table(
        "plan_change_point",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id", "plan_id"],
            ["plan_change.id", "plan_change.plan_id"],
            name=op.f("fk_plan_change_point_change_id_plan_id_plan_change"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["point_id", "plan_id"],
            ["plan_point.id", "plan_point.plan_id"],
            name=op.f("fk_plan_change_point_point_id_plan_id_plan_point"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("change_id", "point_id", name=op.f("pk_plan_change_point")),
    )
    op.create_index(op.f("ix_plan_change_point_point_id"), "plan_change_point", ["point_id"], unique=False)
    op.drop_constraint(op.f("ck_dialogue_kind"), "dialogue")
    op.create_check_constraint(op.f("ck_dialogue_kind"), "dialogue", "kind in ('dialogue','walk','plan')")
    op.execute(RULES)


def downgrade() -> None:
    """What plans received goes with them."""
    for table in (
        "plan_change_point",
        "plan_statement_file",
        "plan_point",
        "plan_statement",
        "plan_recipient",
        "plan_report",
        "plan_phase_extension",
        "plan_phase_document",
        "plan_meeting",
        "plan_dispatch",
        "plan_change",
        "plan_answer_wording",
        "plan_announcement",
        "plan_theme",
        "plan_phase",
        "plan_party",
        "plan_overlay",
        "plan_feature",
        "plan_document",
        "plan_answer",
        "plan_adoption",
        "plan",
        "service_outage",
    ):
        op.drop_table(table)
    for name in (
        "has_a_vessel",
        "phase_only_extends",
        "statement_belongs",
        "statement_is_a_public_record",
        "dispatch_is_frozen",
        "report_is_frozen",
        "writing_is_kept",
    ):
        op.execute(f"drop function plan_{name}")
    op.execute("""
        delete from contribution where kind = 'plan_statement';
        delete from dialogue where kind = 'plan';
    """)
    op.drop_constraint(op.f("ck_dialogue_kind"), "dialogue")
    op.create_check_constraint(op.f("ck_dialogue_kind"), "dialogue", "kind in ('dialogue','walk')")
