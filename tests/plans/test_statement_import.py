"""Many statements at once, of saved e-mails or a table: told one by one, and the same again adds nothing."""

import io
import re
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Invalid
from mapdialog.places.typed import Where
from mapdialog.plans.letter_import import take_letters
from mapdialog.plans.models import Plan
from mapdialog.plans.registering import Door
from mapdialog.plans.statement_importing import Taken, count
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.table_import import Columns, TableTaker, describe
from tests.plan_seeds import make_plan, make_plan_phase
from tests.staffing import sign_in

COLUMNS = Columns(text="Yttrande", name="Namn", received="Inkom", channel="Kanal", place="Plats")
TABLE = """Namn;Yttrande;Inkom;Kanal;Plats
Anna Ek;Husen är för höga;{day};brev;
Bo Al;"Rad ett
rad två 🙂";{day} 23.59;e-post;55,3751 13,1569
Anna Ek;;{day};brev;
Cia Ask;För sent;2035-01-01;brev;
Dan Alm;Hej;i fredags;brev;
Eva Berg;Hej;{day};brevduva;
Anna Ek;Husen är för höga;{day};brev;
"""


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session)
    make_plan_phase(session, made)
    return made


@pytest.fixture
def door(app: Flask, config: Config) -> Door:
    return Door(config, app.extensions["files"], now(), None)


def letter(number: int, text: str = "Bygg lägre.") -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = f"Nr {number} <n{number}@ex.example>", "Övre", f"<{number}@ex>"
    made["Date"] = "Thu, 19 Nov 2026 10:00:00 +0100"
    made.set_content(text)
    return made.as_bytes()


def table(folder: Path) -> Path:
    path = folder / "yttranden.csv"
    path.write_text(TABLE.format(day=local(now()).date()), encoding="utf-8")
    return path


def statements(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PlanStatement)) or 0


def take_table(session: Session, plan: Plan, path: Path, door: Door, *, dry: bool = False) -> list[Taken]:
    return list(TableTaker(session, plan, COLUMNS, door, Where(3008, None), dry=dry).take_rows(path))


def test_a_folder_of_letters_read_twice_gives_one_of_each(
    session: Session, plan: Plan, door: Door, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.EML").write_bytes(letter(number))
    (tmp_path / "in" / "kopia.eml").write_bytes(letter(1))
    (tmp_path / "in" / "skräp.eml").write_bytes(b"\x00\x01")
    (tmp_path / "in" / "annat.txt").write_text("hej")
    looked = list(take_letters(session, plan, tmp_path / "in", door, dry=True))
    assert statements(session) == 0 and count(looked)["refused"] == 1
    first = list(take_letters(session, plan, tmp_path / "in", door))
    assert count(first) == {"new": 3, "already": 1, "refused": 1}
    assert next(one for one in first if one.status == "refused").label == "skräp.eml"
    assert count(list(take_letters(session, plan, tmp_path / "in", door)))["new"] == 0
    assert statements(session) == 3


def test_the_same_letter_in_a_zip_is_known_and_links_out_of_a_folder_are_not_followed(
    session: Session, plan: Plan, door: Door, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.eml").write_bytes(letter(1))
    (tmp_path / "secret.eml").write_bytes(letter(9))
    (tmp_path / "in" / "länk.eml").symlink_to(tmp_path / "secret.eml")
    assert [one.label for one in take_letters(session, plan, tmp_path / "in", door)] == ["1.eml"]
    with zipfile.ZipFile(tmp_path / "brev.zip", "w") as zipped:
        zipped.writestr("mapp/1.eml", letter(1))
        zipped.writestr("../../2.eml", letter(2))
        zipped.writestr("__MACOSX/._1.eml", b"x")
    again = list(take_letters(session, plan, tmp_path / "brev.zip", door))
    assert count(again) == {"new": 1, "already": 1, "refused": 0}
    (tmp_path / "trasig.zip").write_bytes(b"PK\x03\x04 nej")
    with pytest.raises(Invalid):
        list(take_letters(session, plan, tmp_path / "trasig.zip", door))


def test_a_letter_from_our_own_address_is_taken_with_a_word_of_warning(
    session: Session, plan: Plan, door: Door, tmp_path: Path
) -> None:
    ours = letter(1).replace(b"n1@ex.example", b"registrator@" + door.config.contact.rpartition("@")[2].encode())
    (tmp_path / "vb.eml").write_bytes(ours)
    (taken,) = take_letters(session, plan, tmp_path, door)
    assert taken.status == "new" and any("kommunens egen adress" in note for note in taken.notes)


def test_a_forged_message_id_does_not_keep_another_letter_out(
    session: Session, plan: Plan, door: Door, tmp_path: Path
) -> None:
    (tmp_path / "a.eml").write_bytes(letter(1))
    (tmp_path / "b.eml").write_bytes(letter(1, "Något helt annat."))
    assert count(list(take_letters(session, plan, tmp_path, door)))["new"] == 2


def test_a_table_read_twice_gives_one_of_each_row_and_a_reason_for_each_that_is_refused(
    session: Session, plan: Plan, door: Door, tmp_path: Path
) -> None:
    path = table(tmp_path)
    assert describe(path).suggested["text"] == "Yttrande" and describe(path).suggested["received"] == "Inkom"
    assert statements(session) == 0
    first = take_table(session, plan, path, door)
    late_tonight = local(now()).strftime("%H.%M") < "23.59"
    expected = {"2": "new", "3": "refused" if late_tonight else "new", "4": "refused", "5": "refused", "6": "refused"}
    assert {one.label: one.status for one in first} == expected | {"7": "refused", "8": "new"}
    assert all(one.error for one in first if one.status == "refused")
    new = count(first)["new"]
    assert statements(session) == new
    again = take_table(session, plan, path, door)
    assert count(again) == {"new": 0, "already": new, "refused": count(first)["refused"]}
    assert statements(session) == new
    with pytest.raises(Invalid):
        list(TableTaker(session, plan, Columns(text="Finns inte"), door, Where(3008, None)).take_rows(path))


def test_who_has_a_protected_identity_is_registered_so_and_never_shown(
    client: FlaskClient, session: Session, plan: Plan, door: Door, tmp_path: Path
) -> None:
    path = tmp_path / "skyddade.csv"
    path.write_text(
        "Yttrande;Namn;Adress;Skyddad\nFörst;Hemlig Excelsson;Smygvägen 2, 231 42 Trelleborg;Ja\n"
        "Andra;Bo Alm;Skyddad adress;\nTredje;Cia Öppen;Storgatan 1, 231 42 Trelleborg;nej\n"
    )
    assert describe(path).suggested["protected"] == "Skyddad"
    before = Columns(text="Yttrande", name="Namn")
    assert count(list(TableTaker(session, plan, before, door, Where(3008, None)).take_rows(path)))["new"] == 3
    first = session.scalars(select(PlanStatement).where(PlanStatement.contact_name == "Hemlig Excelsson")).one()
    assert not first.is_protected
    columns = Columns(text="Yttrande", name="Namn", protected="Skyddad")
    assert count(list(TableTaker(session, plan, columns, door, Where(3008, None)).take_rows(path)))["already"] == 3
    assert first.is_protected and first.party is not None and first.party.is_protected, "learnt of afterwards"
    whole = Columns(text="Yttrande", name="Namn", address="Adress", protected="Skyddad")
    taken = list(TableTaker(session, plan, whole, door, Where(3008, None)).take_rows(path))
    assert [one.sender for one in taken] == ["", "", "Cia Öppen"]
    numbers = {one.number for one in taken}
    kept = session.scalars(select(PlanStatement).where(PlanStatement.number.in_(numbers)).order_by(PlanStatement.id))
    assert [(one.is_protected, one.postal_address) for one in kept] == [
        (True, "Smygvägen 2, 231 42 Trelleborg"),
        (True, ""),
        (False, "Storgatan 1, 231 42 Trelleborg"),
    ]
    session.commit()
    sign_in(client, session, Role.MODERATOR)
    base = f"/staff/plans/{plan.slug}/statements/import"
    page = client.get(client.post(base, data={"file": (io.BytesIO(path.read_bytes()), "lista.csv")}).location).text
    assert "Cia Öppen" in page and "Hemlig Excelsson" not in page and "Bo Alm" not in page


def test_a_table_is_looked_at_then_read_in_at_the_desk(
    client: FlaskClient, session: Session, plan: Plan, tmp_path: Path
) -> None:
    session.commit()
    sign_in(client, session, Role.MODERATOR)
    base = f"/staff/plans/{plan.slug}/statements/import"
    wrong = client.post(base, data={"file": (io.BytesIO(b"x"), "bild.png")})
    assert wrong.status_code == 422
    sent = client.post(base, data={"file": (io.BytesIO(table(tmp_path).read_bytes()), "lista.csv")})
    page = client.get(sent.location)
    assert "går inte att läsa" in page.text and "Anna Ek" in page.text and statements(session) == 0
    chosen = {"text": "Yttrande", "name": "Namn", "received": "Inkom", "channel": "Kanal", "default_channel": "letter"}
    done = client.post(sent.location, data=chosen)
    assert done.location.endswith("/done")
    assert "brevduva" in client.get(done.location).text
    before = statements(session)
    assert before >= 2
    client.post(sent.location, data=chosen)
    assert statements(session) == before
    assert client.get(f"{base}/{'0' * 32}").status_code == 404


def test_the_senders_group_is_read_guessed_by_what_stands_there_and_asked_about(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    rows = ("Anna Ek;Sakägare", "Bo Al;boende", "Länsstyrelsen Skåne;Myndighet", "Cia Ask;Fastighetsnära", "Dan Alm;")
    table = "Namn;Vilka de är;Yttrande\n" + "".join(f"{row};Hej {n}\n" for n, row in enumerate(rows))
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}/statements/import"
    kept = client.post(base, data={"file": (io.BytesIO(table.encode()), "lista.csv")}).location
    page = client.get(kept).text
    assert '<option selected value="Vilka de är">' in page and "”Fastighetsnära”" in page
    [asked] = re.findall(r'name="(means:[0-9a-f]+)"', page)
    columns = {"text": "Yttrande", "name": "Namn", "group": "Vilka de är", asked: "resident_affected"}
    looked = client.post(kept, data=columns | {"preview": "1"})
    assert "Fastighetsn" not in looked.location
    assert "1 avvisas" in page and "0 avvisas" in client.get(looked.location).text
    client.post(kept, data=columns)
    found = session.execute(select(PlanStatement.contact_name, PlanStatement.party_group)).all()
    assert {row.contact_name: row.party_group for row in found} == {
        "Anna Ek": "property_party",
        "Bo Al": "resident_affected",
        "Länsstyrelsen Skåne": "authority_mandatory",
        "Cia Ask": "resident_affected",
        "Dan Alm": "public",
    }


def test_letters_in_a_zip_are_looked_at_then_read_in_at_the_desk(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    session.commit()
    sign_in(client, session)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("a.eml", letter(1))
        zipped.writestr("b.eml", b"inget brev")
    base = f"/staff/plans/{plan.slug}/statements/import"
    sent = client.post(base, data={"file": (io.BytesIO(packed.getvalue()), "brev.zip")})
    assert "Nr 1" in client.get(sent.location).text and statements(session) == 0
    done = client.get(client.post(sent.location).location).text
    assert "b.eml" in done and statements(session) == 1
