"""The demo's staff accounts: invented people, random passwords."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapdialog.accounts.actions import add_account
from mapdialog.accounts.models import Role
from mapdialog.accounts.passwords import one_time_password

_PEOPLE = (
    (Role.ADMINISTRATOR, "admin", "Astrid Admin", "Kommunikation"),
    (Role.PLANNER, "planerare", "Petra Planerare", "Planavdelningen"),
    (Role.MODERATOR, "moderator", "Mats Moderator", "Kundtjänst"),
    (Role.SAFETY_COORDINATOR, "trygghet", "Tove Trygghetssamordnare", "Säkerhetsavdelningen"),
    (Role.READER, "lasare", "Lena Läsare", "Tekniska servicenämnden"),
)


@dataclass(frozen=True)
class DemoAccount:
    """How one signs in; the password is known here and nowhere else."""

    role: Role
    name: str
    email: str
    password: str
    id: int


def add_staff(session: Session) -> list[DemoAccount]:
    """One account for every role. Raises Conflict when an address is taken; the caller commits."""
    made = []
    for role, mailbox, name, unit in _PEOPLE:
        email, password = f"{mailbox}@demo.example", one_time_password()
        account = add_account(session, email=email, name=name, unit=unit, role=role.value, password=password)
        made.append(DemoAccount(role, name, email, password, account.id))
    return made
