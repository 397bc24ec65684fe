"""The rules as data: which are in force when, that they hold together, and what a broken file is told."""

from datetime import date
from pathlib import Path

import pytest

from mapdialog.core.errors import NotFound
from mapdialog.plans.kinds import AnnouncementKind, DispatchKind, Ground, PlanKind, Procedure, ReportKind
from mapdialog.plans.rule_reading import FOLDER, RuleFileError, read, read_all
from mapdialog.plans.rule_sets import list_rule_sets, newest, rule_set, rule_set_on
from mapdialog.plans.rule_types import Certainty

RULES = newest()


@pytest.mark.parametrize(
    ("day", "key", "is_checked"),
    [
        (date(1999, 5, 1), "legacy", True),
        (date(2014, 12, 31), "legacy", True),
        (date(2015, 1, 1), "pbl-2025", False),
        (date(2024, 12, 31), "pbl-2025", False),
        (date(2025, 1, 1), "pbl-2025", True),
        (date(2026, 11, 22), "pbl-2025", True),
    ],
)
def test_a_plan_has_the_rules_of_the_day_it_was_started_and_is_told_where_they_were_not_checked(
    day: date, key: str, is_checked: bool
) -> None:
    rules = rule_set_on(day)
    assert (rules.key, rules.is_checked_for(day)) == (key, is_checked)
    assert rule_set(rules.key) is rules
    assert rules.caution.sv
    assert rules.caution.en


def test_names_that_do_not_exist_are_not_found() -> None:
    for ask in (rule_set, RULES.period, RULES.procedure, RULES.ground, RULES.checklist, RULES.appeal):
        with pytest.raises(NotFound):
            ask("nothing")
    with pytest.raises(NotFound):
        RULES.report("sarskilt_utlatande", "detailed_plan")


def test_every_procedure_ground_and_announcement_has_its_rules() -> None:
    assert {one.key for one in RULES.procedures} == set(Procedure) - {Procedure.LEGACY}
    assert [one.key for one in RULES.grounds] == list(Ground)
    assert {one.kind for one in RULES.checklists} == set(AnnouncementKind)
    assert {one.kind for one in RULES.reports} == set(ReportKind)
    assert {one.kind for one in RULES.dispatches} == set(DispatchKind)
    assert {kind for one in RULES.appeals for kind in one.plan_kinds} == set(PlanKind)


@pytest.mark.parametrize(
    ("plan_kind", "procedures"),
    [
        ("detailed_plan", ["standard", "standard_limited", "extended", "coordinated", "simplified"]),
        ("area_regulations", ["standard", "standard_limited", "extended"]),
        ("comprehensive_plan", ["comprehensive", "comprehensive_part"]),
        ("plan_programme", ["standard", "extended"]),
    ],
)
def test_each_kind_of_plan_has_the_procedures_the_law_gives_it(plan_kind: str, procedures: list[str]) -> None:
    assert [one.key for one in RULES.procedures_for(plan_kind)] == procedures


@pytest.mark.parametrize(
    ("key", "count", "unit", "section"),
    [
        ("dp_consult_extended", 3, "weeks", "5 kap. 11 c §"),
        ("dp_review_standard", 2, "weeks", "5 kap. 18 §"),
        ("dp_review_extended_1_2", 3, "weeks", "5 kap. 18 §"),
        ("dp_review_extended_3", 30, "days", "5 kap. 18 §"),
        ("dp_review_coordinated", 3, "weeks", "5 kap. 18 a §"),
        ("op_review", 2, "months", "3 kap. 12 §"),
        ("op_review_part", 6, "weeks", "3 kap. 28 §"),
        ("planning_notice_request", 3, "weeks", "5 kap. 10 c §"),
        ("statement_online", 3, "weeks", "5 kap. 24 §"),
        ("adopted_docs_online", 3, "weeks", "5 kap. 29 §"),
        ("compensation_notice", 2, "months", "5 kap. 26 §"),
        ("appeal_dp", 3, "weeks", "13 kap. 16 §"),
        ("county_review", 3, "weeks", "11 kap. 10 §"),
        ("send_after_legal_force", 2, "weeks", "5 kap. 32 §"),
        ("op_send_after_legal_force", 6, "weeks", "3 kap. 22 §"),
    ],
)
def test_the_periods_are_those_of_the_law(key: str, count: int, unit: str, section: str) -> None:
    period = RULES.period(key)
    assert (period.count, period.unit) == (count, unit)
    assert period.legal_ref.startswith(section)
    assert period.basis.certainty == Certainty.STATUTE


def test_what_is_our_reading_custom_or_memory_says_so() -> None:
    unsure = {one.key: one.basis.certainty for one in RULES.periods if one.basis.certainty != Certainty.STATUTE}
    assert unsure == {
        "dp_consult_practice": "practice",
        "dp_review_op_not_current": "reading",
        "op_consult_practice": "memory",
        "appeal_op": "guidance",
    }
    assert RULES.period("dp_review_op_not_current").basis.note.sv


@pytest.mark.parametrize(
    ("key", "count", "newspaper"),
    [
        ("dp_kungorelse_consultation", 9, True),
        ("dp_kungorelse_review", 9, True),
        ("dp_underrattelse", 10, False),
        ("op_kungorelse_review", 3, True),
        ("dp_notice_of_statement", 1, False),
        ("dp_notice_of_adoption", 3, False),
    ],
)
def test_each_checklist_has_the_laws_items_and_places(key: str, count: int, newspaper: bool) -> None:
    checklist = RULES.checklist(key)
    assert (len(checklist.items), checklist.newspaper) == (count, newspaper)
    assert all(one.legal_ref for one in checklist.items)


@pytest.mark.parametrize(
    ("kind", "plan_kind", "demanded"),
    [
        ("samradsredogorelse", "detailed_plan", ["views", "comments", "changes"]),
        ("granskningsutlatande", "detailed_plan", ["participation", "views", "changes"]),
        ("samradsredogorelse", "comprehensive_plan", ["views", "changes"]),
        ("sarskilt_utlatande", "comprehensive_plan", ["views", "changes"]),
    ],
)
def test_each_report_knows_what_the_law_demands_of_it(kind: str, plan_kind: str, demanded: list[str]) -> None:
    content = RULES.report(kind, plan_kind)
    assert [one.key for one in content.items if one.is_required] == demanded
    assert all(one.legal_ref for one in content.items if one.is_required)


def test_the_reports_that_must_be_made_are_those_of_the_procedures() -> None:
    demanded = {
        (procedure.key, phase.kind): phase.report.kind
        for procedure in RULES.procedures
        for phase in procedure.phases
        if phase.report and phase.report.is_required and phase.when == "always"
    }
    assert demanded == {
        ("standard", "review"): "granskningsutlatande",
        ("standard_limited", "consultation"): "granskningsutlatande",
        ("extended", "consultation"): "samradsredogorelse",
        ("extended", "review"): "granskningsutlatande",
        ("coordinated", "review"): "granskningsutlatande",
        ("simplified", "consultation"): "samradsredogorelse",
        ("comprehensive", "consultation"): "samradsredogorelse",
        ("comprehensive", "review"): "sarskilt_utlatande",
        ("comprehensive_part", "consultation"): "samradsredogorelse",
        ("comprehensive_part", "review"): "sarskilt_utlatande",
    }


def test_duties_say_to_whom_and_by_when() -> None:
    due = {one.key: (one.event, one.count, one.unit, one.chosen) for one in RULES.duties("detailed_plan")}
    assert due["dp_review_notice"] == ("announced", 0, "days", "all")
    assert due["dp_statement"] == ("reported", 0, "days", "unmet")
    assert due["dp_adoption_unmet"] == ("adoption_announced", 1, "days", "unmet_in_writing")
    assert due["dp_legal_force"] == ("legal_force", 2, "weeks", "all")
    assert [one.key for one in RULES.duties("comprehensive_plan", "legal_force")] == ["op_legal_force"]


def test_only_plans_that_bind_are_appealed_by_who_wrote() -> None:
    assert [one.key for one in RULES.appeals if one.only_written] == ["dp"]
    assert "mark- och miljödomstolen" in RULES.appeal("detailed_plan").full.sv
    assert "laglighetsprövning" in RULES.appeal("comprehensive_plan").full.sv


def test_texts_come_in_the_language_asked_for() -> None:
    label = RULES.procedure("extended").label
    assert (label.text("sv"), label.text("en"), str(label)) == (
        "Utökat förfarande",
        "Extended procedure",
        "Utökat förfarande",
    )


def test_the_older_rules_are_there_for_old_cases_and_check_nothing() -> None:
    legacy = rule_set("legacy")
    assert not legacy.checks_periods
    assert [one.key for one in legacy.procedures] == ["legacy"]
    assert not [phase for phase in legacy.procedure("legacy").phases if phase.period or phase.announcements]


def broken(tmp_path: Path, old: str, new: str) -> Path:
    text = (FOLDER / "pbl-2025.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "pbl-2025.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('law = "SFS 2010:900"', "law = ", "Invalid value"),
        ('key = "pbl-2025"', 'key = "pbl-2026"', "its key is 'pbl-2026'"),
        ('unit = "weeks"', 'unit = "fortnights"', "period dp_consult_extended: unit is 'fortnights', not a Unit"),
        ("count = 3", 'count = "three"', "period dp_consult_extended: count is 'three', not int"),
        ("count = 3", "count = 0", "period dp_consult_extended: 0 is no length"),
        ("count = 3", "counts = 3", "period dp_consult_extended: count is None"),
        ("by_agreement = true", "by_agreement = true\nbindnig = 1", "nobody knows bindnig"),
        ('en = "The consultation must last at least three weeks."', "", "sv and en are both needed"),
        ('review_period = "dp_review_extended_3"', 'review_period = "dp_reviw"', "there is no period dp_reviw"),
        ('key = "dp_consult_practice"', 'key = "dp_consult_extended"', "period dp_consult_extended is there twice"),
        ('checklist = "dp_underrattelse"', 'checklist = "dp_kungorelse_review"', "underrattelse has no checklist"),
        ("number = 2,", "number = 3,", "its numbers are [1, 3, 3"),
        ("valid_from = 2025-01-01", "valid_from = 2010-01-01", "used from a day after it is valid"),
        ('plan_kinds = ["plan_programme"]', "plan_kinds = []", "nothing says how a plan_programme is appealed"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_by_name_place_and_fault(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(RuleFileError) as caught:
        read(broken(tmp_path, old, new))
    assert "pbl-2025.toml" in str(caught.value)
    assert told in str(caught.value)


def test_two_versions_for_the_same_day_or_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="no rule sets"):
        read_all(tmp_path)
    text = (FOLDER / "pbl-2025.toml").read_text("utf-8")
    for name in ("pbl-2025", "pbl-2026"):
        (tmp_path / f"{name}.toml").write_text(text.replace('key = "pbl-2025"', f'key = "{name}"'), "utf-8")
    with pytest.raises(RuleFileError, match="both used from 2015-01-01"):
        read_all(tmp_path)


def test_the_rule_sets_follow_each_other() -> None:
    assert [one.key for one in list_rule_sets()] == ["legacy", "pbl-2025"]
