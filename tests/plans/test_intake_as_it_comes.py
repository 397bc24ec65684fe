"""Letters as registrars send them on, tables as offices keep them: whose words, which day, and what is told of them."""

import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.contributions.import_times import TimeReader
from mapdialog.core.clock import local, now
from mapdialog.plans import eml, table_import
from mapdialog.plans.eml_forwarded import find_inner
from mapdialog.plans.letter_import import take_letters
from mapdialog.plans.models import Plan
from mapdialog.plans.registering import Door, as_meant
from tests.plan_seeds import make_plan, make_plan_phase
from tests.staffing import sign_in

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OUTLOOK = """Vidarebefordras.

Från: Eva Innan <eva@innan.example>
Skickat: den 17 november 2026 10:22
Till: Registrator
Ämne: Yttrande över Övre

Bygg lägre.

Från: är bara ett ord här."""


@pytest.fixture
def plan(session: Session) -> Plan:
    plan = make_plan(session)
    make_plan_phase(session, plan, begins=-60, days=28)
    return plan


def letter(text: str, sender: str, subject: str, inner: EmailMessage | None = None) -> eml.Letter:
    made = EmailMessage()
    made["From"], made["Subject"], made["Date"] = sender, subject, "Thu, 19 Nov 2026 10:00:00 +0100"
    made.set_content(text)
    if inner is not None:
        made.add_attachment(inner)
    return eml.read_letter(made.as_bytes(), at=AT)


def test_a_letter_that_a_colleague_sends_on_is_its_writers(config: Config) -> None:
    own = "Registrator <reg@" + config.contact.rpartition("@")[2] + ">"
    meant = as_meant(letter(OUTLOOK, own, "VB: Yttrande över Övre"), config)
    assert (meant.sender_name, meant.sender_email) == ("Eva Innan", "eva@innan.example")
    assert meant.subject == "Yttrande över Övre" and meant.text.startswith("Bygg lägre.")
    assert any("inre brevets" in note for note in meant.notes)
    outside = as_meant(letter(OUTLOOK, "Nils <nils@annan.example>", "VB: Yttrande över Övre"), config)
    assert outside.sender_email == "nils@annan.example" and any("vidarebefordrat" in note for note in outside.notes)
    assert as_meant(letter(OUTLOOK, own, "Yttrande"), config).sender_name == "Registrator"


def test_a_letter_sent_on_as_an_attachment_with_a_word_above_it_is_the_attached_ones() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Eva Innan <eva@innan.example>", "Yttrande"
    inner.set_content("Bygg lägre.")
    read = letter("Vidarebefordras.", "Registrator <reg@min.example>", "VB: Yttrande", inner)
    assert (read.sender_email, read.text) == ("eva@innan.example", "Bygg lägre.")
    own = letter("Jag tycker så här. " * 30, "Nils <nils@annan.example>", "VB: Yttrande", inner)
    assert own.sender_email == "nils@annan.example"


@pytest.mark.parametrize(("to", "day"), [("Kommunen <plan@{}>", 16), ("vän@annan.example", 19)])
def test_an_attached_letter_came_when_it_was_sent_to_the_municipality(config: Config, to: str, day: int) -> None:
    domain = config.contact.rpartition("@")[2]
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = "Eva <eva@innan.example>", to.format(domain), "Yttrande"
    inner["Date"] = "Mon, 16 Nov 2026 09:00:00 +0100"
    inner.set_content("Bygg lägre.")
    read = as_meant(letter("", f"Registrator <reg@{domain}>", "VB: Yttrande", inner), config)
    assert read.received_at is not None and local(read.received_at).day == day
    assert any("Dagen är när" in note for note in read.notes)
    outside = as_meant(letter("", "Nils <nils@annan.example>", "VB: Yttrande", inner), config)
    assert outside.received_at is not None and local(outside.received_at).day == 19


@pytest.mark.parametrize(
    ("subject", "text"),
    [("Yttrande", OUTLOOK), ("VB: x", "Från: Eva <e@x.example>\n\nUtan dag."), ("VB: x", "Bara ord."), ("VB:", "")],
)
def test_without_the_heading_of_an_inner_letter_there_is_none(subject: str, text: str) -> None:
    assert find_inner(subject, text) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("12 november 2026", "2026-11-12 00:00"),
        ("den 3 maj 2026 kl. 14.30", "2026-05-03 14:30"),
        ("3 Oct 2026", "2026-10-03 00:00"),
        ("12/11 2026", "2026-11-12 00:00"),
        ("12.11 2026 08:15", "2026-11-12 08:15"),
    ],
)
def test_days_are_read_as_offices_write_them(said: str, meant: str) -> None:
    moment = TimeReader().read(said)
    assert moment is not None and f"{local(moment):%Y-%m-%d %H:%M}" == meant


def test_a_word_that_is_no_month_is_no_day() -> None:
    with pytest.raises(ValueError):
        TimeReader().read("12 höst 2026")


def test_a_mails_date_without_a_zone_is_stockholms() -> None:
    head = b"From: a@b.example\r\nSubject: x\r\nDate: Thu, 19 Nov 2026 10:00:00%b\r\n\r\nOrd."
    for zone, hour in ((b"", 9), (b" -0000", 10), (b" +0100", 9)):
        read = eml.read_letter(head % zone, at=AT)
        assert read.sent_at == datetime(2026, 11, 19, hour, tzinfo=UTC)


def test_the_same_letter_twice_in_a_file_is_told_before_it_is_read_in(
    session: Session, plan: Plan, app: Flask, config: Config, tmp_path: Path
) -> None:
    one = b"From: a@b.example\r\nSubject: x\r\nMessage-ID: <1@b>\r\n\r\nOrd."
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(one)
    door = Door(config, app.extensions["files"], now(), None)
    looked = list(take_letters(session, plan, tmp_path, door, dry=True))
    assert [taken.status for taken in looked] == ["new", "already"] and looked[1].notes
    assert [taken.status for taken in take_letters(session, plan, tmp_path, door)] == ["new", "already"]


def test_a_table_without_a_chosen_day_is_warned_of_and_what_is_late_is_marked(
    client: FlaskClient, session: Session, plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("Namn;Inkom datum;Yttrande\nAnna Ek;2026-01-02;Bygg lägre.\n", encoding="utf-8")
    assert table_import.describe(path).suggested["received"] == "Inkom datum"
    session.commit()
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}/statements/import"
    sent = client.post(base, data={"file": (io.BytesIO(path.read_bytes()), "lista.csv")})
    assert "Inget fält är valt för när" not in client.get(sent.location).text
    page = client.get(sent.location + "?text=Yttrande&received=").text
    assert "Inget fält är valt för när" in page and "För sent" in page
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("a.eml", b"From: a@b.example\r\nSubject: x\r\n\r\nOrd.")
    sent = client.post(base, data={"file": (io.BytesIO(packed.getvalue()), "brev.zip")})
    assert "Inget fält är valt" not in client.get(sent.location).text
