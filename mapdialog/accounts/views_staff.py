"""Pages of one's own account, and of users for administrators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from mapdialog.accounts import actions, queries
from mapdialog.accounts.forms import AccountForm, ChangeAccountForm, PasswordForm
from mapdialog.accounts.models import Account
from mapdialog.accounts.passwords import one_time_password
from mapdialog.accounts.rules import ROLES
from mapdialog.accounts.signing_in import SignedIn
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

blueprint = Blueprint("accounts_staff", __name__)
Page = Response | str | tuple[str, int]


@blueprint.post("/sign-out")
@requires("read")
def sign_out() -> Response:
    """End the session."""
    logout_user()
    cookie.clear()
    flash(_("Du är utloggad."), "success")
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/password")
def password() -> str:
    """Choose a new password."""
    return render_template("accounts/password.html", form=PasswordForm())


@blueprint.post("/password")
@requires("read")
def change_password() -> Page:
    """Change it; other sessions of the account end, this one goes on."""
    form = PasswordForm()
    if form.validate_on_submit():
        account = queries.get_account(session(), current_user.account_id)
        try:
            actions.change_password(session(), account, old=form.old.data, new=form.password.data)
        except DomainError as error:
            session().rollback()
            show_errors(form, error)
        else:
            session().commit()
            login_user(SignedIn(account))
            flash(_("Lösenordet är bytt. Andra inloggningar med ditt konto är avslutade."), "success")
            return redirect(url_for("staff.start"))
    return render_template("accounts/password.html", form=form), 422


@blueprint.get("/users")
@requires("administer")
def users() -> str:
    """Everyone who can sign in."""
    return render_template("accounts/users.html", accounts=queries.list_accounts(session()), roles=ROLES)


@blueprint.route("/users/new", methods=["GET", "POST"])
@requires("administer")
def add_user() -> Page:
    """Add a user, who gets a one-time password that is shown once."""
    form = AccountForm()
    if not form.is_submitted():
        return render_template("accounts/user.html", form=form, account=None, roles=ROLES)
    status = 422
    if form.validate():
        handed_out = one_time_password()
        try:
            account = actions.add_account(
                session(),
                email=form.email.data,
                name=form.name.data,
                unit=form.unit.data or "",
                role=form.role.data,
                password=handed_out,
                is_one_time=True,
                actor_id=current_user.account_id,
            )
        except DomainError as error:
            session().rollback()
            show_errors(form, error)
            status = error.status
        else:
            session().commit()
            return _hand_out(account, handed_out)
    return render_template("accounts/user.html", form=form, account=None, roles=ROLES), status


@blueprint.route("/users/<int:account_id>", methods=["GET", "POST"])
@requires("administer")
def change_user(account_id: int) -> Page:
    """Change a user's name, unit and role."""
    account = queries.get_account(session(), account_id)
    form = ChangeAccountForm(obj=account)
    if not form.is_submitted():
        return render_template("accounts/user.html", form=form, account=account, roles=ROLES)
    if form.validate():
        try:
            actions.change_account(
                session(),
                account,
                name=form.name.data,
                unit=form.unit.data or "",
                role=form.role.data,
                actor_id=current_user.account_id,
            )
        except DomainError as error:
            session().rollback()
            show_errors(form, error)
        else:
            session().commit()
            flash(_("Ändringarna är sparade."), "success")
            return redirect(url_for(".users"))
    return render_template("accounts/user.html", form=form, account=account, roles=ROLES), 422


@blueprint.post("/users/<int:account_id>/reset-password")
@requires("administer")
def reset_password(account_id: int) -> Page:
    """Make a one-time password and show it once."""
    account = queries.get_account(session(), account_id)
    handed_out = actions.reset_password(session(), account, actor_id=current_user.account_id)
    session().commit()
    return _hand_out(account, handed_out)


@blueprint.post("/users/<int:account_id>/deactivate")
@requires("administer")
def deactivate(account_id: int) -> Response:
    """Close an account."""
    account = queries.get_account(session(), account_id)
    try:
        actions.deactivate(session(), account, actor_id=current_user.account_id)
    except Conflict as error:
        session().rollback()
        flash(translated(error), "danger")
        return redirect(url_for(".change_user", account_id=account_id))
    session().commit()
    flash(_("%(name)s kan inte längre logga in.", name=account.name), "success")
    return redirect(url_for(".users"))


@blueprint.post("/users/<int:account_id>/reactivate")
@requires("administer")
def reactivate(account_id: int) -> Response:
    """Open a closed account again."""
    account = queries.get_account(session(), account_id)
    actions.reactivate(session(), account, actor_id=current_user.account_id)
    session().commit()
    flash(_("%(name)s kan logga in igen.", name=account.name), "success")
    return redirect(url_for(".users"))


def _hand_out(account: Account, handed_out: str) -> str:
    """The page that shows a one-time password; it is an answer to a POST, so that no address leads to it again."""
    return render_template("accounts/handed_out.html", account=account, password=handed_out)
