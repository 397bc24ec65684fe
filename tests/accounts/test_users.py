"""Accounts: adding, changing and closing them, on the page and on the command line."""

import re

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts import actions, passwords, queries
from mapdialog.accounts.models import Account, Role
from mapdialog.accounts.rules import password_problem
from mapdialog.core.audit import AuditEvent
from mapdialog.core.errors import Conflict, Invalid
from tests.seeds import PASSWORD, make_account
from tests.staffing import sign_in

GOOD = "rak kaktus 55 moln"


def test_a_password_is_kept_as_argon2id_and_never_twice_alike(session: Session) -> None:
    one = actions.add_account(session, email="A@x.se", name="A", role="reader", password=GOOD)
    two = actions.add_account(session, email="b@x.se", name="B", role="reader", password=GOOD)
    assert one.email == "a@x.se"
    assert one.password_hash.startswith("$argon2id$")
    assert one.password_hash != two.password_hash
    assert passwords.verify(one.password_hash, GOOD)
    assert not passwords.verify(one.password_hash, GOOD + " ")


def test_a_stolen_table_of_passwords_is_dear_to_guess_at_and_costs_follow_at_the_next_sign_in(
    session: Session, real_hasher: PasswordHasher
) -> None:
    assert real_hasher.memory_cost >= 65_536 and real_hasher.time_cost >= 3  # kibibytes, rounds
    account = make_account(session, email="anna@x.se")
    account.password_hash = PasswordHasher(time_cost=2, memory_cost=1024).hash(PASSWORD)
    actions.sign_in(session, email="anna@x.se", password=PASSWORD, address="192.0.2.1", secret_key="s" * 64)
    assert not passwords.needs_rehash(account.password_hash)
    assert passwords.verify(account.password_hash, PASSWORD)


def test_every_fault_of_a_new_account_is_told_at_its_field(session: Session) -> None:
    with pytest.raises(Invalid) as caught:
        actions.add_account(session, email="inte en adress", name=" ", role="kung", password="kort")
    assert set(caught.value.fields) == {"email", "name", "role", "password"}


def test_an_address_has_one_account(session: Session) -> None:
    make_account(session, email="anna@x.se")
    with pytest.raises(Conflict):
        actions.add_account(session, email="Anna@X.se", name="Anna", role="reader", password=GOOD)
    assert len(queries.list_accounts(session)) == 1


@pytest.mark.parametrize(
    ("password", "holds"),
    [
        (GOOD, True),
        ("tolv tecken!", True),
        ("elva tecken", False),
        ("abababababab", False),
        ("annaberganna1", False),
        ("Trelleborg 2026", False),
        ("x" * 201, False),
        ("en häst äter gräs", True),
    ],
)
def test_length_and_guessing_decide_what_a_password_may_be(password: str, holds: bool) -> None:
    assert (password_problem(password, email="anna@x.se", name="Anna Berg") is None) is holds


def test_one_time_passwords_are_long_readable_and_never_the_same() -> None:
    made = {passwords.one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", one) for one in made)


def test_the_last_administrator_can_neither_leave_nor_step_down(session: Session) -> None:
    only = make_account(session)
    for leave in (
        lambda: actions.deactivate(session, only, actor_id=only.id),
        lambda: actions.change_account(session, only, name="A", unit="", role="planner", actor_id=only.id),
    ):
        with pytest.raises(Conflict):
            leave()
    make_account(session, email="till@x.se")
    actions.deactivate(session, only, actor_id=only.id)
    assert not only.is_active


def test_what_is_done_with_accounts_is_written_down_without_passwords(session: Session) -> None:
    boss = make_account(session)
    made = actions.add_account(session, email="ny@x.se", name="Ny", role="reader", password=GOOD, actor_id=boss.id)
    handed_out = actions.reset_password(session, made, actor_id=boss.id)
    actions.change_account(session, made, name="Ny", unit="", role="moderator", actor_id=boss.id)
    session.flush()
    rows = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "account").order_by(AuditEvent.id)).all()
    assert [row.action for row in rows] == ["account.add", "account.reset_password", "account.change"]
    assert rows[2].detail == {"fields": ["role"], "role": "moderator"}
    assert GOOD not in str([row.detail for row in rows])
    assert handed_out not in str([row.detail for row in rows])


def test_an_administrator_adds_a_user_and_the_password_is_shown_once(client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    answer = client.post(
        "/staff/users/new", data={"email": "ny@x.se", "name": "Ny", "unit": "Gata", "role": "moderator"}
    )
    found = re.search(r'id="one-time-password"[^>]*>([^<]+)<', answer.text)
    assert found
    assert answer.headers["Cache-Control"] == "no-store"
    made = queries.get_by_email(session, "ny@x.se")
    assert passwords.verify(made.password_hash, found[1])
    assert found[1] not in client.get(f"/staff/users/{made.id}").text


def test_what_was_typed_stays_when_a_user_cannot_be_added(client: FlaskClient, session: Session) -> None:
    account = sign_in(client, session)
    answer = client.post(
        "/staff/users/new", data={"email": account.email, "name": "Dubbel", "unit": "Parken", "role": "reader"}
    )
    assert answer.status_code == 409
    assert "Det finns redan en användare" in answer.text
    assert 'value="Dubbel"' in answer.text
    assert 'value="Parken"' in answer.text


def test_closing_an_account_ends_its_session_at_once(app: Flask, client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    other = make_account(session, Role.MODERATOR)
    theirs = app.test_client()
    theirs.post("/staff/sign-in", data={"email": other.email, "password": PASSWORD})
    assert theirs.get("/staff/inbox").status_code == 200
    client.post(f"/staff/users/{other.id}/deactivate")
    assert theirs.get("/staff/inbox").status_code == 302
    client.post(f"/staff/users/{other.id}/reactivate")
    assert session.get(Account, other.id).is_active  # type: ignore[union-attr]


def test_a_changed_role_counts_from_the_next_click(client: FlaskClient, session: Session) -> None:
    account = sign_in(client, session)
    make_account(session, email="annan@x.se")
    client.post(f"/staff/users/{account.id}", data={"name": account.name, "unit": "", "role": "reader"})
    assert client.get("/staff/users").status_code == 403


@pytest.fixture
def terminal(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> CliRunner:
    """The command line on this test's database; what it writes is taken away afterwards."""
    monkeypatch.setenv("MAPDIALOG_DATABASE_URL", database_url)
    monkeypatch.setenv("MAPDIALOG_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("MAPDIALOG_TEST_CLUSTER_URL", raising=False)
    return CliRunner()


def test_the_command_line_adds_lists_and_closes_accounts(terminal: CliRunner, engine: object) -> None:
    from mapdialog.commands.main import cli
    from mapdialog.core import database

    try:
        added = terminal.invoke(cli, ["user", "add", "rad@x.se", "--name", "Rad", "--role", "planner"])
        assert added.exit_code == 0, added.output
        assert re.search(r"One-time password, valid for 7 days: \S{19}", added.output)
        again = terminal.invoke(cli, ["user", "add", "rad@x.se", "--name", "Rad", "--role", "planner"])
        assert again.exit_code == 1
        assert "Traceback" not in again.output
        chosen = terminal.invoke(cli, ["user", "password", "rad@x.se", "--password-stdin"], input=GOOD + "\n")
        assert chosen.exit_code == 0, chosen.output
        assert terminal.invoke(cli, ["user", "deactivate", "rad@x.se"]).exit_code == 0
        listed = terminal.invoke(cli, ["user", "list"])
        assert re.search(r"rad@x.se\tRad\tplanner\tclosed\tnever", listed.output)
    finally:
        with Session(engine) as session:  # type: ignore[call-overload]
            for row in session.scalars(select(Account).where(Account.email == "rad@x.se")):
                session.delete(row)
            session.query(AuditEvent).delete()
            session.commit()
        database.session.remove()
        database.session.configure(bind=engine)
