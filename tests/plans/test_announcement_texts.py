"""What an announcement says, item by item."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mapdialog.plans import rules
from mapdialog.plans.announcement_texts import (
    ITEM_KEYS,
    Facts,
    MeetingFacts,
    appeal_words,
    headline,
    item_texts,
    whole_text,
)
from mapdialog.plans.rule_sets import list_rule_sets, newest

FACTS = Facts(
    municipality="Trelleborgs kommun",
    plan_name="Detaljplan för Övre 3",
    plan_kind="detailed_plan",
    registry_number="SBN 2026/123",
    area="kvarteret Övre i centrala Trelleborg",
    content="Planen gör det möjligt att bygga 60 bostäder.",
    deviates=False,
    significant_impact=False,
    starts_on=date(2026, 12, 7),
    ends_on=date(2027, 1, 15),
    web_url="https://trelleborg.example/ovre3",
    places=("i rådhusets reception",),
    send_to="Samhällsbyggnadsnämnden, 231 83 Trelleborg, eller sbn@trelleborg.example",
)
REVIEW = replace(FACTS, phase_kind="review")


def items(checklist: str, facts: Facts) -> dict[str, str]:
    return item_texts(newest().checklist(checklist), facts)


def test_every_item_of_every_checklist_can_be_written() -> None:
    wanted = {item.key for one in list_rule_sets() for checklist in one.checklists for item in checklist.items}
    assert wanted == ITEM_KEYS


def test_the_announcement_of_a_consultation_says_all_nine_things() -> None:
    said = items("dp_kungorelse_consultation", FACTS)
    assert said == {
        "proposal": "Trelleborgs kommun har tagit fram ett förslag till att anta en detaljplan: Detaljplan för Övre 3, "
        "diarienummer SBN 2026/123.",
        "area_and_content": "Planen gäller kvarteret Övre i centrala Trelleborg. "
        "Planen gör det möjligt att bygga 60 bostäder.",
        "comprehensive_plan": "Förslaget avviker inte från översiktsplanen.",
        "significant_impact": "Genomförandet av planen kan inte antas medföra en betydande miljöpåverkan.",
        "other_country": "Samråd ska inte ske med något annat land.",
        "availability": "Förslaget och dess underlag finns på kommunens webbplats, https://trelleborg.example/ovre3 "
        "och i rådhusets reception. Samrådstiden är från och med den 7 december 2026 till och med den 15 januari 2027.",
        "within_period": "Den som vill lämna synpunkter på förslaget ska göra det under samrådstiden, "
        "senast den 15 januari 2027.",
        "send_to": "Synpunkter på förslaget lämnas till Samhällsbyggnadsnämnden, 231 83 Trelleborg, eller "
        "sbn@trelleborg.example. Ange diarienummer SBN 2026/123.",
        "meeting": "",
    }
    assert rules.missing_items(newest().checklist("dp_kungorelse_consultation"), said, has_meeting=False) == ()


def test_the_notice_of_a_review_warns_of_losing_the_right_to_appeal() -> None:
    said = items("dp_underrattelse", REVIEW)
    assert list(said)[-1] == "right_to_appeal"
    assert said["right_to_appeal"] == (
        "Den som inte senast under granskningstiden, den 15 januari 2027, har lämnat någon skriftlig synpunkt på "
        "förslaget kan förlora rätten att överklaga beslutet att anta planen."
    )
    assert "samrådstid" not in "".join(said.values())


@pytest.mark.parametrize(
    ("change", "key", "text"),
    [
        ({"deviates": True, "deviation": "Där anges park."}, "comprehensive_plan", "översiktsplanen. Där anges park."),
        ({"significant_impact": True}, "significant_impact", "planen kan antas medföra"),
        ({"other_country": "Danmark"}, "other_country", "ske med Danmark enligt 6 kap. 13 § miljöbalken"),
        ({"action": "upphäva"}, "proposal", "förslag till att upphäva en detaljplan"),
        ({"action": "upphäva"}, "right_to_appeal", "beslutet att upphäva planen"),
        ({"plan_kind": "area_regulations"}, "right_to_appeal", "att anta områdesbestämmelserna"),
    ],
)
def test_the_words_follow_the_facts(change: dict[str, object], key: str, text: str) -> None:
    assert text in items("dp_underrattelse", replace(REVIEW, **change))[key]  # type: ignore[arg-type]


def test_a_meeting_is_told_in_stockholms_time() -> None:
    meeting = MeetingFacts(datetime(2026, 12, 10, 17, tzinfo=UTC), "Folkets hus, Trelleborg.")
    said = items("dp_kungorelse_consultation", replace(FACTS, meetings=(meeting,)))["meeting"]
    assert said == ("Ett offentligt möte hålls torsdag den 10 december 2026 kl. 18.00. Plats: Folkets hus, Trelleborg.")


def test_what_is_not_known_is_left_for_the_checklist_to_ask_for() -> None:
    bare = Facts("Krokoms kommun", "Detaljplan för Ås", "detailed_plan", "SBN 2026/9", other_country=None)
    said = items("dp_underrattelse", bare)
    assert [key for key, text in said.items() if text] == ["proposal"]
    missing = rules.missing_items(newest().checklist("dp_underrattelse"), said, has_meeting=False)
    assert [one.number for one in missing] == [2, 3, 4, 5, 6, 7, 8, 10]


def test_a_comprehensive_plans_views_are_given_in_writing() -> None:
    plan = replace(REVIEW, plan_kind="comprehensive_plan", plan_name="Översiktsplan 2045")
    said = items("op_kungorelse_review", plan)
    assert "ska göra det skriftligen under granskningstiden" in said["within_period"]
    assert headline(newest().checklist("op_kungorelse_review"), plan) == (
        "Kungörelse om granskning av översiktsplan: Översiktsplan 2045"
    )


def test_the_notice_of_the_adoption_tells_how_to_appeal_and_by_when() -> None:
    decided = replace(
        REVIEW,
        adopting_body="Kommunfullmäktige",
        decided_on=date(2026, 11, 30),
        announced_on=date(2026, 12, 3),
        appeal_last_day=date(2026, 12, 28),
    )
    said = items("dp_notice_of_adoption", decided)
    assert said["adoption"].startswith(
        "Kommunfullmäktige beslutade den 30 november 2026 att anta Detaljplan för Övre 3."
    )
    assert "tillkännagavs på kommunens anslagstavla den 3 december 2026" in said["adoption"]
    assert "senast den 28 december 2026" in said["how_to_appeal"]
    assert "mark- och miljödomstolen" in said["how_to_appeal"]
    assert "https://trelleborg.example/ovre3" in said["decision_available"]


def test_the_whole_text_has_headline_items_in_order_and_who_announces() -> None:
    checklist = newest().checklist("dp_underrattelse")
    own = item_texts(checklist, REVIEW) | {"area_and_content": "Handläggarens egna ord.", "meeting": " "}
    paragraphs = whole_text(checklist, REVIEW, own).split("\n\n")
    assert paragraphs[0] == "Underrättelse om granskning: Detaljplan för Övre 3"
    assert paragraphs[2] == "Handläggarens egna ord."
    assert paragraphs[-1] == "Trelleborgs kommun\nDiarienummer SBN 2026/123"
    assert len(paragraphs) == 11
    assert whole_text(checklist, REVIEW).split("\n\n")[1] == own["proposal"]


@pytest.mark.parametrize(
    ("kind", "phase", "text", "never"),
    [
        ("detailed_plan", "consultation", "mark- och miljödomstolen", "laglighetsprövning"),
        ("comprehensive_plan", "review", "laglighetsprövning", "mark- och miljödomstolen"),
        ("detailed_plan", "programme_consultation", "följer inte med", "mark- och miljödomstolen"),
        ("plan_programme", "programme_consultation", "går inte att överklaga", "mark- och miljödomstolen"),
    ],
)
def test_the_right_to_appeal_is_told_as_it_is_for_the_plan_and_phase(
    kind: str, phase: str, text: str, never: str
) -> None:
    facts = replace(FACTS, plan_kind=kind, phase_kind=phase)
    said = appeal_words(newest(), facts)
    assert text in said
    assert never not in said
    assert appeal_words(newest(), facts, "en") != said


def test_where_no_review_is_held_the_consultation_is_the_last_chance() -> None:
    facts = replace(FACTS, is_reviewed=False, appeal_last_day=date(2027, 3, 1), send_to="plan@example.se")
    said = appeal_words(newest(), facts)
    assert "innan samrådet är slut" in said and "granskningstiden" not in said
    notice = newest().checklist("dp_notice_of_adoption")
    assert "innan samrådet var slut" in item_texts(notice, facts)["how_to_appeal"]
    assert "granskningstiden" in item_texts(notice, replace(facts, is_reviewed=True))["how_to_appeal"]
