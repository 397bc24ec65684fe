"""The planner's pages of phases, announcements and documents, by a browser without JavaScript."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.plans import phase_guards
from mapdialog.plans.models import Plan, PlanAnnouncement
from mapdialog.plans.rule_sets import rule_set
from tests.plan_seeds import make_plan, make_plan_phase, today
from tests.plans.test_phasing import PDF
from tests.seeds import make_district_set
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    make_district_set(session)
    return make_plan(session, submit_to="plan@x.example", deviates_from_comprehensive_plan=False)


@pytest.fixture
def planner(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, Role.PLANNER)
    return client


def typed(text: str) -> dict[str, str]:
    """What the page's announcement holds, item by item."""
    found = re.findall(r'<textarea[^>]*name="(item-[^"]+)"[^>]*>(.*?)</textarea>', text, re.S)
    return {name: words.strip().replace("&#34;", '"') for name, words in found}


def test_a_phase_goes_from_planned_to_open_through_the_pages(
    planner: FlaskClient, session: Session, plan: Plan
) -> None:
    base = f"/staff/plans/{plan.slug}/phases"
    assert "Planera samråd" in planner.get(base).text
    assert "5 kap. 11 c § PBL" in planner.get(f"{base}/new?kind=consultation").text
    days = {"starts_on": today().isoformat(), "ends_on": (today() + timedelta(days=35)).isoformat()}
    assert planner.post(f"{base}/new", data=days | {"kind": "consultation"}).status_code == 302
    session.expire_all()
    phase = plan.phases[0]
    page = f"{base}/{phase.id}"
    assert "Ladda upp förslaget" in planner.post(f"{page}/step", data={"action": "open"}, follow_redirects=True).text

    words = planner.get(f"{page}/announcement/kungorelse").text
    assert "Saknas" in words and "anslagstavla" in words
    items = typed(words) | {"item-significant_impact": "Planen kan inte antas medföra en betydande miljöpåverkan."}
    missing = phase_guards.announcements(rule_set(plan.rule_set), plan, phase)[0].checklist.items
    items = {f"item-{one.key}": items.get(f"item-{one.key}") or "Sägs här." for one in missing}
    proof: dict[str, Any] = {
        "version": "0",
        "board_url": "https://x.example/anslag/1",
        "board_posted_on": today().isoformat(),
        "newspaper": "TA",
        "newspaper_on": today().isoformat(),
        "proof": (io.BytesIO(PDF), "bevis.pdf"),
    }
    assert planner.post(f"{page}/announcement/kungorelse", data=items | proof).status_code == 302
    assert planner.get(f"{page}/announcement/kungorelse/proof").data == PDF

    sent = {"kind": "plan_map", "file": (io.BytesIO(PDF), "karta.pdf"), "is_public": "y"}
    answer = planner.post(f"/staff/plans/{plan.slug}/documents", data=sent, follow_redirects=True)
    assert "Handlingen är sparad." in answer.text and "Plankarta" in answer.text and "1 kB" in answer.text
    session.expire_all()
    document = plan.documents[0]
    kept = planner.get(f"/staff/plans/{plan.slug}/documents/{document.key}")
    assert kept.data == PDF and "attachment" in kept.headers["Content-Disposition"]
    planner.post(f"{page}/documents", data={"documents": str(document.id)})

    planner.post(f"{page}/step", data={"action": "announce"})
    session.expire_all()
    assert phase.status == "open", "it is announced on its first day"
    fixed = planner.get(f"{page}/announcement/kungorelse").text
    assert 'name="item-' not in fixed and "Texten står kvar som den sattes upp" in fixed
    extended = {"new_end": (today() + timedelta(days=50)).isoformat(), "reason": "Sommar."}
    assert planner.post(f"{page}/extend", data=extended).status_code == 302
    assert "är förlängd till och med den" in planner.get(page).text
    sunday = today() + timedelta(days=60 + 6 - (today() + timedelta(days=60)).weekday())
    longer = {"new_end": sunday.isoformat(), "reason": "Ännu längre."}
    assert "Nästa vardag är" in planner.post(f"{page}/extend", data=longer, follow_redirects=True).text
    assert "Sommar." in planner.get(page).text


def test_words_that_no_longer_hold_are_shown_and_written_anew(
    planner: FlaskClient, session: Session, plan: Plan
) -> None:
    phase = make_plan_phase(session, plan, status="draft", begins=7)
    page = f"/staff/plans/{plan.slug}/phases/{phase.id}"
    words = planner.get(f"{page}/announcement/kungorelse").text
    own = typed(words) | {"item-proposal": "Handläggarens egna ord."}
    planner.post(f"{page}/announcement/kungorelse", data=own | {"version": "0"})
    session.expire_all()
    phase.available_text = "i stadshusets entré"
    session.commit()
    assert "1 punkt stämmer inte längre" in planner.get(page).text
    shown = planner.get(f"{page}/announcement/kungorelse").text
    assert shown.count("Planen eller skedet har ändrats sedan det här skrevs.") == 1
    again = planner.post(f"{page}/announcement/kungorelse", data=typed(shown) | {"renew": "stale", "version": "1"}).text
    assert "i stadshusets entré" in typed(again)["item-availability"]
    assert typed(again)["item-proposal"] == "Handläggarens egna ord."
    assert "stämmer som den står" not in again
    planner.post(f"{page}/announcement/kungorelse", data=typed(again) | {"version": "1"})
    assert "stämmer inte längre" not in planner.get(page).text


def test_what_is_wrong_with_the_days_is_said_with_its_section_and_stays_typed(planner: FlaskClient, plan: Plan) -> None:
    base = f"/staff/plans/{plan.slug}/phases"
    sent = {
        "kind": "consultation",
        "starts_on": "2026-12-07",
        "ends_on": "2026-12-20",
        "available_text": "i biblioteket",
    }
    answer = planner.post(f"{base}/new", data=sent)
    assert answer.status_code == 422
    assert "28 december 2026" in answer.text and "5 kap. 11 c § PBL" in answer.text and "i biblioteket" in answer.text
    found = planner.get(f"{base}/dates?kind=consultation&start=2026-12-07").get_json()
    assert found["suggested"] == "2026-12-28" and "28 december 2026" in found["lines"][0]


def test_the_days_of_a_phase_that_was_put_up_late_count_from_then_everywhere(
    planner: FlaskClient, session: Session, plan: Plan
) -> None:
    start = date(2026, 11, 2)
    phase = make_plan_phase(session, plan, status="draft", starts_on=start, ends_on=date(2027, 1, 20))
    session.add(PlanAnnouncement(plan_id=plan.id, phase=phase, kind="kungorelse", board_posted_on=date(2026, 12, 7)))
    session.commit()
    base = f"/staff/plans/{plan.slug}/phases"
    assert "Tidigast slut: 28 december 2026" in planner.get(f"{base}/{phase.id}").text
    asked = f"{base}/dates?kind=consultation&start={start}"
    assert "28 december 2026" in planner.get(f"{asked}&phase={phase.id}").get_json()["lines"][0]
    assert "23 november 2026" in planner.get(asked).get_json()["lines"][0]


def test_meetings_are_kept_with_their_faults_beside_them(planner: FlaskClient, session: Session, plan: Plan) -> None:
    phase = make_plan_phase(session, plan)
    page = f"/staff/plans/{plan.slug}/phases/{phase.id}"
    wrong = planner.post(f"{page}/meetings", data={"kind": "meeting", "starts_at": "", "place": "", "notes": "Hissen."})
    assert wrong.status_code == 422 and "Skriv var mötet är" in wrong.text and "Hissen." in wrong.text
    good = {"kind": "meeting", "starts_at": "2026-12-01T18:00", "place": "Aulan", "attendance": "42"}
    assert "42 kom" in planner.post(f"{page}/meetings", data=good, follow_redirects=True).text


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.SAFETY_COORDINATOR])
def test_others_see_the_phases_and_touch_nothing(
    client: FlaskClient, session: Session, plan: Plan, role: Role | None
) -> None:
    phase = make_plan_phase(session, plan)
    base, refused = f"/staff/plans/{plan.slug}", 403 if role else 302
    if role is not None:
        sign_in(client, session, role)
    assert client.get(f"{base}/phases").status_code == (200 if role else 302)
    for path in (f"/phases/{phase.id}", "/documents", f"/phases/{phase.id}/announcement/kungorelse"):
        assert client.get(base + path).status_code == refused, path
    for path in ("step", "extend", "meetings", "documents"):
        assert client.post(f"{base}/phases/{phase.id}/{path}").status_code == refused, path


def test_the_second_item_says_the_area_in_words_and_is_asked_for_without_them(
    client: FlaskClient, session: Session
) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, status="draft", begins=20)
    page, edit = f"/staff/plans/{plan.slug}/phases/{phase.id}/announcement/kungorelse", f"/staff/plans/{plan.slug}/edit"
    session.commit()
    sign_in(client, session, Role.PLANNER)
    assert "Planen gäller kvarteret Övre vid Hamngatan. Nya bostäder" in client.get(page).text
    session.execute(update(Plan).values(area_words=""))
    session.commit()
    asked = client.get(page).text
    assert "Planen gäller" not in asked and f'{edit}#area_words"' in asked
    assert 'id="area_words"' in client.get(edit).text
