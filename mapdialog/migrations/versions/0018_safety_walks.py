"""Safety walks: checklists, walks with groups and stops, observations as contributions, actions and their log."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# What no foreign key can say, and what must never be rewritten. No percent sign: 0005 leaves the connection reading
# statements as they are, where SQLAlchemy has doubled it.
RULES = """
create function walk_has_a_vessel() returns trigger language plpgsql as $$
begin
    if not exists (select from dialogue where id = new.dialogue_id and kind = 'walk') then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'safety_walk ' || new.id || ': its observations need a dialogue of kind walk';
    end if;
    return new;
end $$;
create trigger walk_has_a_vessel before insert or update of dialogue_id on safety_walk
    for each row execute function walk_has_a_vessel();

create function walk_observation_belongs() returns trigger language plpgsql as $$
begin
    if not exists (
        select from contribution c join safety_walk w on w.dialogue_id = c.dialogue_id
            join category k on k.id = c.category_id and k.dialogue_id = c.dialogue_id
        where c.id = new.id and c.kind = 'walk_observation' and w.id = new.walk_id)
    then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'walk_observation ' || new.id || ': contribution and category belong to its walk';
    end if;
    return new;
end $$;
create trigger walk_observation_belongs before insert or update of walk_id on walk_observation
    for each row execute function walk_observation_belongs();

create function walk_observation_is_a_public_record() returns trigger language plpgsql as $$
begin
    if new.observed_at is distinct from old.observed_at or new.clock_offset_s is distinct from old.clock_offset_s
       or new.recorded_by is distinct from old.recorded_by or new.walk_id is distinct from old.walk_id then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'walk_observation ' || old.id || ': what was received is a public record and is never altered';
    end if;
    return new;
end $$;
create trigger walk_observation_is_a_public_record before update on walk_observation
    for each row execute function walk_observation_is_a_public_record();

create function walk_writing_is_kept() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'integrity_constraint_violation',
        message = tg_table_name || ' ' || old.id || ': it is kept as it was written; write a new one';
end $$;
create trigger checklist_version_is_kept before update of checklist_set_id, number, created_at on checklist_version
    for each row execute function walk_writing_is_kept();
create trigger checklist_item_is_kept before update on checklist_item
    for each row execute function walk_writing_is_kept();
create trigger walk_action_log_is_kept before update of "at", from_status, to_status, public_comment, note
    on walk_action_log for each row execute function walk_writing_is_kept();
"""


def upgrade() -> None:
    op.create_table(
        "checklist_set",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_set")),
        sa.UniqueConstraint("key", name=op.f("uq_checklist_set_key")),
    )
    op.create_index(
        "uq_checklist_set_default", "checklist_set", ["is_default"], unique=True, postgresql_where=sa.text("is_default")
    )
    op.create_table(
        "responsible_party",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_type", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_responsible_party_name")),
        sa.CheckConstraint(
            "owner_type in ('municipality','municipal_company','state','road_association','private','police','unknown')",
            name=op.f("ck_responsible_party_owner_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsible_party")),
        sa.UniqueConstraint("id", "owner_type", name=op.f("uq_responsible_party_id_owner_type")),
        sa.UniqueConstraint("name", name=op.f("uq_responsible_party_name")),
    )
    op.create_table(
        "checklist_version",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("checklist_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_checklist_version_number")),
        sa.ForeignKeyConstraint(
            ["checklist_set_id"],
            ["checklist_set.id"],
            name=op.f("fk_checklist_version_checklist_set_id_checklist_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_checklist_version_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_version")),
        sa.UniqueConstraint("checklist_set_id", "number", name=op.f("uq_checklist_version_checklist_set_id_number")),
    )
    op.create_table(
        "checklist_item",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("checklist_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label_sv", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), server_default="", nullable=False),
        sa.Column("questions_sv", sa.Text(), server_default="", nullable=False),
        sa.Column("questions_en", sa.Text(), server_default="", nullable=False),
        sa.Column("leaning", sa.Text(), server_default="both", nullable=False),
        sa.Column("icon", sa.Text(), server_default="message-circle", nullable=False),
        sa.Column("color", sa.Text(), server_default="#0072B2", nullable=False),
        sa.CheckConstraint("color ~ '^#[0-9A-Fa-f]{6}$'", name=op.f("ck_checklist_item_color")),
        sa.CheckConstraint("key ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_checklist_item_key")),
        sa.CheckConstraint("label_sv <> ''", name=op.f("ck_checklist_item_label")),
        sa.CheckConstraint("leaning in ('both','insecure','secure')", name=op.f("ck_checklist_item_leaning")),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"],
            ["checklist_version.id"],
            name=op.f("fk_checklist_item_checklist_version_id_checklist_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint("checklist_version_id", "key", name=op.f("uq_checklist_item_checklist_version_id_key")),
    )
    op.create_table(
        "safety_walk",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("organiser", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("registry_number", sa.Text(), server_default="", nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("area_name", sa.Text(), server_default="", nullable=False),
        sa.Column("meeting_place", sa.Text(), server_default="", nullable=False),
        sa.Column("invitation_text", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "route",
            geoalchemy2.types.Geometry(
                geometry_type="LINESTRING",
                srid=3006,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("pre_meeting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("light", sa.Text(), nullable=True),
        sa.Column("weather", sa.Text(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("foliage", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="planned", nullable=False),
        sa.Column("repeat_of_id", sa.Integer(), nullable=True),
        sa.Column("checklist_version_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(published_at is not null) = (status in ('protocol_published','actions_running','followed_up','closed'))",
            name=op.f("ck_safety_walk_published_from_its_protocol_on"),
        ),
        sa.CheckConstraint("foliage in ('in_leaf','bare')", name=op.f("ck_safety_walk_foliage")),
        sa.CheckConstraint("ground in ('dry','wet','snow','ice','leaves')", name=op.f("ck_safety_walk_ground")),
        sa.CheckConstraint("light in ('daylight','dusk','dark_lit','dark_unlit')", name=op.f("ck_safety_walk_light")),
        sa.CheckConstraint(
            "status = 'planned' or starts_at is not null", name=op.f("ck_safety_walk_time_before_inviting")
        ),
        sa.CheckConstraint(
            "status in ('planned','invited','performed','protocol_draft','protocol_published','actions_running','followed_up','closed')",
            name=op.f("ck_safety_walk_status"),
        ),
        sa.CheckConstraint(
            "weather in ('clear','cloudy','fog','rain','snow','windy')", name=op.f("ck_safety_walk_weather")
        ),
        sa.CheckConstraint("ends_at is null or ends_at > starts_at", name=op.f("ck_safety_walk_ends_after_it_starts")),
        sa.CheckConstraint(
            "follow_up_at is null or follow_up_at >= starts_at", name=op.f("ck_safety_walk_follow_up_last")
        ),
        sa.CheckConstraint(
            "pre_meeting_at is null or pre_meeting_at <= starts_at", name=op.f("ck_safety_walk_pre_meeting_first")
        ),
        sa.CheckConstraint("repeat_of_id <> id", name=op.f("ck_safety_walk_repeats_another")),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"],
            ["checklist_version.id"],
            name=op.f("fk_safety_walk_checklist_version_id_checklist_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_safety_walk_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_safety_walk_dialogue_id_dialogue"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_safety_walk_district_id_district"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["repeat_of_id"],
            ["safety_walk.id"],
            name=op.f("fk_safety_walk_repeat_of_id_safety_walk"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_walk")),
        sa.UniqueConstraint("dialogue_id", name=op.f("uq_safety_walk_dialogue_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_safety_walk_slug")),
    )
    op.create_index(op.f("ix_safety_walk_district_id"), "safety_walk", ["district_id"], unique=False)
    op.create_index(op.f("ix_safety_walk_repeat_of_id"), "safety_walk", ["repeat_of_id"], unique=False)
    op.create_index("ix_safety_walk_route", "safety_walk", ["route"], unique=False, postgresql_using="gist")
    op.create_index(op.f("ix_safety_walk_starts_at"), "safety_walk", ["starts_at"], unique=False)
    op.create_table(
        "walk_action",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("where_text", sa.Text(), server_default="", nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("owner_type", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("kind", sa.Text(), server_default="planned", nullable=False),
        sa.Column("priority", sa.Text(), server_default="normal", nullable=False),
        sa.Column("cost_class", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("status_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("external_case_no", sa.Text(), server_default="", nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("follow_up_checked_on", sa.Date(), nullable=True),
        sa.Column("still_ok", sa.Boolean(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(status = 'done') = (done_on is not null)", name=op.f("ck_walk_action_done_has_a_day")),
        sa.CheckConstraint("cost_class in ('small','medium','large')", name=op.f("ck_walk_action_cost_class")),
        sa.CheckConstraint(
            "kind in ('quick_fix','planned','investment','investigate','inform','no_action')",
            name=op.f("ck_walk_action_kind"),
        ),
        sa.CheckConstraint(
            "owner_type in ('municipality','municipal_company','state','road_association','private','police','unknown')",
            name=op.f("ck_walk_action_owner_type"),
        ),
        sa.CheckConstraint("priority in ('acute','high','normal','low')", name=op.f("ck_walk_action_priority")),
        sa.CheckConstraint(
            "status in ('proposed','forwarded','accepted','planned','in_progress','done','rejected','outside_mandate')",
            name=op.f("ck_walk_action_status"),
        ),
        sa.CheckConstraint(
            "status not in ('rejected','outside_mandate') or btrim(status_reason) <> ''",
            name=op.f("ck_walk_action_refusal_has_a_reason"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_walk_action_title")),
        sa.CheckConstraint(
            "still_ok is null or follow_up_checked_on is not null", name=op.f("ck_walk_action_checked_before_judged")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_walk_action_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["party_id", "owner_type"],
            ["responsible_party.id", "responsible_party.owner_type"],
            name=op.f("fk_walk_action_party_id_owner_type_responsible_party"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_action_walk_id_safety_walk"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_action")),
        sa.UniqueConstraint("id", "walk_id", name=op.f("uq_walk_action_id_walk_id")),
    )
    op.create_index(
        "ix_walk_action_open",
        "walk_action",
        ["deadline"],
        unique=False,
        postgresql_where=sa.text("status not in ('done','rejected','outside_mandate')"),
    )
    op.create_index(op.f("ix_walk_action_party_id"), "walk_action", ["party_id"], unique=False)
    op.create_index(op.f("ix_walk_action_walk_id"), "walk_action", ["walk_id"], unique=False)
    op.create_table(
        "walk_group",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("leader", sa.Text(), server_default="", nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=True),
        sa.Column(
            "track",
            geoalchemy2.types.Geometry(
                geometry_type="LINESTRING",
                srid=3006,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_walk_group_name")),
        sa.CheckConstraint("head_count >= 0", name=op.f("ck_walk_group_head_count")),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_group_walk_id_safety_walk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_group")),
        sa.UniqueConstraint("id", "walk_id", name=op.f("uq_walk_group_id_walk_id")),
        sa.UniqueConstraint("walk_id", "name", name=op.f("uq_walk_group_walk_id_name")),
    )
    op.create_table(
        "walk_stop",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "place",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
                srid=3006,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_walk_stop_name")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_walk_stop_seq")),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_stop_walk_id_safety_walk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_stop")),
        sa.UniqueConstraint("id", "walk_id", name=op.f("uq_walk_stop_id_walk_id")),
        sa.UniqueConstraint(
            "walk_id", "seq", deferrable=True, initially="DEFERRED", name=op.f("uq_walk_stop_walk_id_seq")
        ),
    )
    op.create_table(
        "walk_action_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("public_comment", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "to_status in ('proposed','forwarded','accepted','planned','in_progress','done','rejected','outside_mandate')",
            name=op.f("ck_walk_action_log_to_status"),
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["walk_action.id"], name=op.f("fk_walk_action_log_action_id_walk_action"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_walk_action_log_actor_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_action_log")),
    )
    op.create_index(op.f("ix_walk_action_log_action_id_id"), "walk_action_log", ["action_id", "id"], unique=False)
    op.create_table(
        "walk_head_count",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(dimension = 'gender' and band in ('women','men','other','not_stated')) or (dimension = 'age' and band in ('0-12','13-19','20-39','40-64','65-79','80+','not_stated')) or (dimension = 'role' and band in ('resident','politician','staff','police','property_owner','association','other'))",
            name=op.f("ck_walk_head_count_band"),
        ),
        sa.CheckConstraint("count >= 0", name=op.f("ck_walk_head_count_count")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["walk_group.id"], name=op.f("fk_walk_head_count_group_id_walk_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "dimension", "band", name=op.f("pk_walk_head_count")),
    )
    op.create_table(
        "walk_observation",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=True),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=True),
        sa.Column("is_acute", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("light", sa.Text(), nullable=True),
        sa.Column("said_by", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("point_source", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), server_default="leader", nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_offset_s", sa.Double(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "light in ('daylight','dusk','dark_lit','dark_unlit')", name=op.f("ck_walk_observation_light")
        ),
        sa.CheckConstraint(
            "point_source <> 'stop' or stop_id is not null", name=op.f("ck_walk_observation_stop_is_named")
        ),
        sa.CheckConstraint("point_source in ('gps','manual','stop')", name=op.f("ck_walk_observation_point_source")),
        sa.CheckConstraint(
            "polarity <> 'insecure' or severity is not null", name=op.f("ck_walk_observation_insecure_has_severity")
        ),
        sa.CheckConstraint("polarity in ('secure','insecure','neutral')", name=op.f("ck_walk_observation_polarity")),
        sa.CheckConstraint(
            "recorded_by in ('leader','participant','desk')", name=op.f("ck_walk_observation_recorded_by")
        ),
        sa.CheckConstraint(
            "said_by in ('resident','child','police','staff','property_owner','unknown')",
            name=op.f("ck_walk_observation_said_by"),
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_walk_observation_merged_into_another")),
        sa.CheckConstraint("severity between 1 and 3", name=op.f("ck_walk_observation_severity")),
        sa.ForeignKeyConstraint(
            ["group_id", "walk_id"],
            ["walk_group.id", "walk_group.walk_id"],
            name=op.f("fk_walk_observation_group_id_walk_id_walk_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["contribution.id"], name=op.f("fk_walk_observation_id_contribution"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id", "walk_id"],
            ["walk_observation.id", "walk_observation.walk_id"],
            name=op.f("fk_walk_observation_merged_into_id_walk_id_walk_observation"),
        ),
        sa.ForeignKeyConstraint(
            ["stop_id", "walk_id"],
            ["walk_stop.id", "walk_stop.walk_id"],
            name=op.f("fk_walk_observation_stop_id_walk_id_walk_stop"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_observation_walk_id_safety_walk"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_observation")),
        sa.UniqueConstraint("id", "walk_id", name=op.f("uq_walk_observation_id_walk_id")),
    )
    op.create_index(op.f("ix_walk_observation_group_id"), "walk_observation", ["group_id"], unique=False)
    op.create_index(op.f("ix_walk_observation_merged_into_id"), "walk_observation", ["merged_into_id"], unique=False)
    op.create_index(
        op.f("ix_walk_observation_walk_id_stop_id"), "walk_observation", ["walk_id", "stop_id"], unique=False
    )
    op.create_table(
        "walk_stop_visit",
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actual_place",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
                srid=3006,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["group_id", "walk_id"],
            ["walk_group.id", "walk_group.walk_id"],
            name=op.f("fk_walk_stop_visit_group_id_walk_id_walk_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["stop_id", "walk_id"],
            ["walk_stop.id", "walk_stop.walk_id"],
            name=op.f("fk_walk_stop_visit_stop_id_walk_id_walk_stop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stop_id", "group_id", name=op.f("pk_walk_stop_visit")),
    )
    op.create_table(
        "walk_action_observation",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("observation_id", sa.BigInteger(), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id", "walk_id"],
            ["walk_action.id", "walk_action.walk_id"],
            name=op.f("fk_walk_action_observation_action_id_walk_id_walk_action"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["observation_id", "walk_id"],
            ["walk_observation.id", "walk_observation.walk_id"],
            name=op.f("fk_walk_action_observation_observation_id_walk_id_walk_observation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("action_id", "observation_id", name=op.f("pk_walk_action_observation")),
    )
    op.create_index(
        op.f("ix_walk_action_observation_observation_id"), "walk_action_observation", ["observation_id"], unique=False
    )
    op.add_column("dialogue", sa.Column("kind", sa.Text(), server_default="dialogue", nullable=False))
    op.create_check_constraint(op.f("ck_dialogue_kind"), "dialogue", "kind in ('dialogue','walk')")
    op.create_check_constraint(
        op.f("ck_dialogue_only_dialogues_are_published"), "dialogue", "kind = 'dialogue' or published_at is null"
    )
    op.execute(RULES)


def downgrade() -> None:
    """What walks received goes with them; a vessel without its walk would look like an empty dialogue."""
    for table in (
        "walk_action_log",
        "walk_action_observation",
        "walk_action",
        "responsible_party",
        "walk_observation",
        "walk_stop_visit",
        "walk_stop",
        "walk_head_count",
        "walk_group",
        "safety_walk",
        "checklist_item",
        "checklist_version",
        "checklist_set",
    ):
        op.drop_table(table)
    for name in ("writing_is_kept", "observation_is_a_public_record", "observation_belongs", "has_a_vessel"):
        op.execute(f"drop function walk_{name}")
    op.execute("""
        delete from contribution where kind = 'walk_observation';
        delete from dialogue where kind = 'walk';
        alter table dialogue drop constraint ck_dialogue_only_dialogues_are_published;
        alter table dialogue drop constraint ck_dialogue_kind;
    """)
    op.drop_column("dialogue", "kind")
