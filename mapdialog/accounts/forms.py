"""Forms of accounts: words and values. What holds is decided by `accounts.rules` and `accounts.actions`."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired

from mapdialog.accounts.models import Role
from mapdialog.accounts.rules import ROLES


class SignInForm(FlaskForm):
    """Who are you?"""

    email = EmailField(_l("E-post"), [InputRequired(_l("Skriv din e-postadress."))])
    password = PasswordField(_l("Lösenord"), [InputRequired(_l("Skriv ditt lösenord."))])
    next = HiddenField()
    held = HiddenField()  # a form that came when the session had ended (web.resending)


class PasswordForm(FlaskForm):
    """A new password of one's own."""

    old = PasswordField(_l("Ditt nuvarande lösenord"), [InputRequired(_l("Skriv det lösenord du har nu."))])
    password = PasswordField(
        _l("Nytt lösenord"),
        [InputRequired(_l("Skriv ett nytt lösenord."))],
        description=_l("Minst 12 tecken. Några ord i rad är lätta att minnas och svåra att gissa."),
    )


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, f"{_l(words.label)} – {_l(words.about)}") for role, words in ROLES.items()]


class AccountForm(FlaskForm):
    """A member of staff."""

    email = EmailField(_l("E-post"), [InputRequired(_l("Skriv e-postadressen."))])
    name = StringField(_l("Namn"), [InputRequired(_l("Skriv namnet."))])
    unit = StringField(_l("Enhet"), description=_l("Visas som avsändare av svar, till exempel ”Gatuenheten”."))
    role = SelectField(_l("Roll"), choices=_role_choices, default=Role.MODERATOR.value)


class ChangeAccountForm(AccountForm):
    """The same for one who is there; the address names the account and stays."""

    email = None
