"""The archive's package holds every table of a plan and each of its columns, or it stands here why not."""

import json
import zipfile
from datetime import timedelta

import pytest

from mapdialog.core.clock import now
from mapdialog.core.database import Base
from mapdialog.core.files import FileStore
from mapdialog.migrations import tables
from mapdialog.plans import correcting, discontinuing, phasing
from mapdialog.plans.party_models import PlanDispatch, PlanRecipient
from mapdialog.reports import plan_package_case as case
from mapdialog.reports import plan_package_records as records
from mapdialog.reports.plan_package import write_package
from tests.plan_seeds import (
    make_answer,
    make_frozen_report,
    make_party,
    make_plan,
    make_plan_phase,
    make_point,
    make_posting,
    make_statement,
    today,
)
from tests.seeds import make_account

PDF = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
# The columns that are written of each table under their own names, and those that stand there in another way.
HELD = {
    "plan": (records._PLAN, {"area", "slug", "updated_at"}),  # in geometry/plan.gpkg; our own address and clock
    "plan_phase": (records._PHASE, set()),
    "plan_meeting": (records._MEETING, set()),
    "plan_announcement": (records._ANNOUNCEMENT, {"proof_file_name"}),  # the file's own name
    "plan_phase_extension": (records._EXTENSION, {"proof_file_name"}),
    "plan_document": (records._DOCUMENT, {"key"}),  # our own address
    "plan_overlay": (records._OVERLAY, {"key"}),
    "plan_adoption": (records._ADOPTION, set()),
    "service_outage": (records._OUTAGE, set()),  # of an extension
    "plan_feature": (["code", "title", "text", "geom"], {"is_active"}),  # in geometry/plan.gpkg
    "plan_statement": (records._STATEMENT, {"shown_as", "read_at", "source_key"}),  # how we work with it
    "plan_statement_file": (["file_name", "content_type", "sha256"], {"size_bytes", "received_at"}),  # in METS
    "plan_point": (records._POINT, {"quote_start", "quote_end", "geom", "created_at"}),
    "plan_answer": (records._ANSWER, {"status", "reviewed_at", "updated_at", "created_at"}),
    "plan_party": (case.PARTY, set()),
    "plan_dispatch": (case.DISPATCH, set()),
    "plan_recipient": ([*case.ADDRESS, *case.RECIPIENT], set()),
    "plan_change": (case.CHANGE, set()),
    "plan_report": (
        case.REPORT,
        {"is_draft", "state", "progress", "error", "content_sha256", "size_bytes", "asked_at"},  # only approved ones
    ),
    "plan_correction": (case.CORRECTION, set()),
    "plan_answer_wording": (case.WORDING, {"status", "is_kept_aside", "point_ids", "settled_at"}),  # of a correction
    "plan_theme": (["label"], set()),  # a point's theme
    "plan_phase_document": ([], set()),  # a phase's documents_shown
    "plan_change_point": ([], set()),  # a change's points
    "plan_report_holding": ([], {"answer_version"}),  # what a report holds
}
LEFT_OUT = {
    "plan_draft_file": "files of statements that were never sent, gone after two days",
}


def test_every_table_of_a_plan_is_in_the_package_or_left_out_for_a_reason():
    assert tables.metadata is Base.metadata
    own = {one for one in Base.metadata.tables if one == "plan" or one.startswith("plan_")} | {"service_outage"}
    assert own == HELD.keys() | LEFT_OUT.keys()


@pytest.mark.parametrize("name", HELD)
def test_every_column_is_written_or_known_to_stand_elsewhere(name):
    written, otherwise = HELD[name]
    ours = {"id", "version", "position"}  # numbers and orders of ours
    columns = {one.name for one in Base.metadata.tables[name].columns} - ours
    columns = {one for one in columns if not one.endswith(("_id", "file_key"))}  # told by what they point at
    assert columns - set(written) - otherwise == set()
    assert otherwise <= columns, "what is excused is there"


def test_what_happened_on_the_way_is_in_the_package(session, config, tmp_path):
    store = FileStore(config.files_url)
    plan, author = make_plan(session, contact="plan@x.example"), make_account(session).id
    phase = make_plan_phase(session, plan)
    posted = make_posting(session, phase)
    longer = phasing.extend_phase(
        session, plan, phase, ends_on=phase.ends_on + timedelta(days=7), reason="Strömavbrott.", actor_id=None
    )
    for one, key in ((posted, "proofs/1.pdf"), (longer, "proofs/2.pdf")):
        store.put(key, PDF)
        one.proof_file_key, one.proof_file_name = key, "Bevis.pdf"
    party = make_party(session, plan, "Anna Ek", consent="approved", consent_on=today(), consent_note="Brev 3.")
    make_party(session, plan, "Sigrid Hemlig", is_protected=True, consent_note="Hemlig anteckning")
    sent = PlanDispatch(plan_id=plan.id, phase_id=phase.id, kind="consultation_invitation", title="Samråd", body="Kom.")
    sent.recipients = [PlanRecipient(party=party, channel="letter", name="Anna Ek", reason="Sakägare.", proof="Post.")]
    session.add(sent)
    point = make_point(session, statement := make_statement(session, plan))
    answer = make_answer(session, [point])
    silent = make_statement(session, plan, "Ingen erinran.")
    make_frozen_report(session, phase)
    correcting.correct(session, plan, answer, "Fel våning.", version=None, at=now(), actor_id=author)
    correcting.correct_statement(session, plan, silent, "Förbisett.", at=now(), actor_id=author)
    discontinuing.discontinue_plan(session, plan, reason="Pengarna tog slut.", at=now(), actor_id=author)
    discontinuing.resume_plan(session, plan, actor_id=author)
    write_package(session, plan, tmp_path / "p.zip", store, municipality="Trelleborgs kommun", at=now())
    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        files = {one.partition("/")[2]: zipped.read(one) for one in zipped.namelist()}
    told = json.loads(files["representations/rep1/data/plan.json"])
    held = told["phases"][0]
    assert (held["broken_off_on"], held["broken_off_reason"]) == (today().isoformat(), "Pengarna tog slut.")
    assert [one["reason"] for one in held["extensions"]] == ["Strömavbrott."]
    assert [files[one["proof"]] for one in (*held["announcements"], *held["extensions"])] == [PDF, PDF]
    (anna,) = told["parties"]
    assert (anna["name"], anna["consent"], anna["consent_note"]) == ("Anna Ek", "approved", "Brev 3.")
    assert told["parties_left_out_as_protected"] == 1 and b"Hemlig" not in b"".join(files.values())
    assert [one["proof"] for one in told["dispatches"][0]["recipients"]] == ["Post."]
    assert told["reports"][0]["holds"] == [f"{statement.number}.1 v{answer.version - 1}", str(silent.number)]
    assert [(one["points"], one["statement"], one["reason"]) for one in told["corrections"]] == [
        ([f"{statement.number}.1"], None, "Fel våning."),
        ([], silent.number, "Förbisett."),
    ]
    done = {one["action"]: json.loads(one["detail"]) for one in told["events"]}
    assert done["plan.discontinue"] == {"reason": "Pengarna tog slut."} and "plan.resume" in done
