"""Pure rules of accounts: what roles mean, which passwords hold, and how long one waits after failing to sign in."""

from dataclasses import dataclass
from datetime import timedelta

from mapdialog.accounts.models import Role
from mapdialog.core.text import N_

PASSWORD_MIN = 12
PASSWORD_MAX = 200
ONE_TIME_DAYS = 7


@dataclass(frozen=True)
class RoleWords:
    """What a role is called and what it is for."""

    label: str
    about: str


ROLES: dict[Role, RoleWords] = {
    Role.ADMINISTRATOR: RoleWords(N_("Administratör"), N_("Allt, även användare och inställningar.")),
    Role.PLANNER: RoleWords(N_("Planerare"), N_("Skapar dialoger, granskar, svarar och hämtar rapporter.")),
    Role.MODERATOR: RoleWords(N_("Moderator"), N_("Granskar synpunkter och svarar på dem.")),
    Role.SAFETY_COORDINATOR: RoleWords(
        N_("Trygghetssamordnare"),
        N_("Som planerare för dialoger och trygghetsvandringar, utan personuppgifter i export."),
    ),
    Role.READER: RoleWords(N_("Läsare"), N_("Ser inkorg och resultat men ändrar ingenting.")),
}

# Passwords that everyone tries first; the length demands most, this stops what is long and still known.
_KNOWN = (
    "password",
    "lösenord",
    "losenord",
    "123456789",
    "qwertyuiop",
    "sommar20",
    "vinter20",
    "välkommen",
    "trelleborg",
)


def password_problem(password: str, *, email: str = "", name: str = "") -> str | None:
    """Why a password will not do (Swedish msgid), None when it will.

    Length is what counts; no demand for kinds of characters (NIST SP 800-63B).
    """
    if len(password) < PASSWORD_MIN:
        return N_("Lösenordet är för kort. Använd minst 12 tecken, gärna några ord i rad.")
    if len(password) > PASSWORD_MAX:
        return N_("Lösenordet är för långt. Gränsen är 200 tecken.")
    lowered = password.casefold()
    rest = lowered
    for own in (email.partition("@")[0], *name.split(), *_KNOWN):
        if len(own) >= 3:
            rest = rest.replace(own.casefold(), "")
    if len(set(lowered)) < 5 or len(rest) < 6:
        return N_("Lösenordet är lätt att gissa. Undvik namn, årstider och det som alla väljer.")
    return None


@dataclass(frozen=True)
class Patience:
    """When failures lock, for how long, and when they are forgotten."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta

    def wait(self, failures: int) -> timedelta | None:
        """How long the door stays shut after that many failures in a row; doubles each time. None: not at all."""
        if failures < self.free:
            return None
        return min(self.first * 2 ** min(failures - self.free, 20), self.longest)


# Five slips are human. After that every guess costs twice the last, so that a day gives about 30 guesses.
ACCOUNT = Patience(5, timedelta(seconds=30), timedelta(hours=1), timedelta(hours=24))
# A whole town hall may sit behind one address.
ADDRESS = Patience(30, timedelta(seconds=30), timedelta(hours=1), timedelta(hours=2))
