"""The results pages of planners and citizens, as they are served."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions.models import AbuseReport, Contribution, OfficialResponse
from mapdialog.core.clock import now
from mapdialog.dialogues.models import Dialogue
from tests.seeds import make_contribution, make_dialogue, make_district_set
from tests.staffing import sign_in

URL = "/staff/dialogues/trygg-vag/results"


@pytest.fixture
def dialogue(session: Session) -> Dialogue:
    """Three public contributions in district A, one in B, one outside, one that waits."""
    make_district_set(session)
    made = make_dialogue(session)
    for at, category in (((-500, -500), "belysning"), ((-600, -500), "belysning"), ((-700, -500), "gront")):
        make_contribution(session, made, category=category, at=at)
    make_contribution(session, made, "Buskarna skymmer.", at=(500, -500))
    make_contribution(session, made, at=(9_000, 9_000))
    make_contribution(session, made, state="pending", at=(-500, -500))
    session.commit()
    return made


def test_the_page_counts_what_is_public_and_says_what_waits(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session, Role.READER)
    page = client.get(URL).text
    assert '<span class="stat-value">5</span>' in page
    assert "1 väntar på granskning" in page


def test_districts_stand_with_counts_rates_and_what_lies_outside(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session)
    page = " ".join(client.get(URL, query_string={"measure": "per_1000"}).text.split())
    row = page.split(">Ruta A</a>")[1].split("</tr>")[0]
    assert '<td class="num">3</td>' in row
    assert '<td class="num">3,0</td>' in row
    assert 'Utanför alla områden</th><td class="num">1</td>' in page
    assert "invånare okänt" in page
    assert page.count('<path class="step step-') == 4


def test_a_category_and_a_district_narrow_the_count(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session)
    assert '<span class="stat-value">1</span>' in client.get(URL, query_string={"category": "gront"}).text
    district = client.get(URL).text.split(">Ruta B</option>")[0].rsplit('value="', 1)[1].split('"')[0]
    page = client.get(URL, query_string={"district": district}).text
    assert '<span class="stat-value">1</span>' in page
    assert "visar alla områden" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "igår"}, "Skriv datumet så här"),
        ({"since": "0001-01-01"}, "Skriv datumet så här"),
        ({"until": "9999-12-31"}, "Skriv datumet så här"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "Sista dagen ligger före den första"),
        ({"category": "<script>alert(1)</script>"}, "Kategorin finns inte"),
        ({"district": "99999999999999999999"}, "Området finns inte"),
        ({"district": "-1"}, "Området finns inte"),
    ],
)
def test_what_cannot_be_understood_is_told_at_its_field_and_left_out(
    client: FlaskClient, session: Session, dialogue: Dialogue, asked: dict[str, str], words: str
) -> None:
    sign_in(client, session)
    answer = client.get(URL, query_string=asked)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<script>alert" not in answer.text


def test_an_unknown_set_or_measure_gives_the_usual_ones(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session)
    answer = client.get(URL, query_string={"set": "finns-inte'", "measure": "x"})
    assert answer.status_code == 200
    assert ">Ruta A</a>" in answer.text


def test_a_dialogue_without_anything_says_so_and_has_no_picture(client: FlaskClient, session: Session) -> None:
    make_dialogue(session)
    session.commit()
    sign_in(client, session)
    page = client.get(URL)
    assert page.status_code == 200
    assert "Inga synpunkter än" in page.text
    assert client.get(URL + "/heat.png").status_code == 404


def test_the_heat_is_drawn_as_a_picture_for_readers_without_javascript(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session)
    assert "/results/heat.png" in client.get(URL).text
    picture = client.get(URL + "/heat.png", query_string={"category": "belysning"})
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")


def test_open_matters_stand_by_support_age_and_reports(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    one = session.query(Contribution).filter_by(raw_text="Buskarna skymmer.").one()
    one.support_count = 7
    session.add(AbuseReport(contribution_id=one.id, reason="spam"))
    session.commit()
    sign_in(client, session)
    page = " ".join(client.get(URL).text.split())
    discussed, oldest, reported = (
        page.split(f'id="open-{kind}"')[1].split("</section>")[0] for kind in ("discussed", "oldest", "reported")
    )
    assert "Buskarna skymmer." in discussed and "7 håller med" in discussed
    assert oldest.index("Det är mörkt") < oldest.index("Buskarna skymmer.")
    assert "Buskarna skymmer." in reported and "1 anmälan" in reported


def test_only_staff_see_the_staffs_results(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    assert client.get(URL).status_code == 302
    assert client.get(URL + "/heat.png").status_code == 302


def test_everybody_sees_public_counts_answers_and_what_it_led_to(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    one = session.query(Contribution).filter_by(raw_text="Buskarna skymmer.").one()
    one.answered_at = now()
    session.add(OfficialResponse(contribution_id=one.id, text="Vi klipper dem.", unit="Parken", published_at=now()))
    session.add(OfficialResponse(contribution_id=one.id, text="Ett utkast.", unit="Parken"))
    dialogue.feedback_text, dialogue.feedback_published_at = "Vi byggde ljus.", now()
    session.commit()
    page = client.get("/d/trygg-vag/results").text
    assert "<dd>5</dd>" in page
    assert "Vi klipper dem." in page and "Ett utkast." not in page
    assert "Vi byggde ljus." in page


def test_feedback_that_is_not_published_stays_with_the_staff(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    dialogue.feedback_text = "Ett hemligt utkast."
    session.commit()
    assert "hemligt" not in client.get("/d/trygg-vag/results").text


def test_a_draft_dialogue_has_no_public_results(client: FlaskClient, session: Session) -> None:
    make_dialogue(session, published_at=None)
    session.commit()
    assert client.get("/d/trygg-vag/results").status_code == 404
