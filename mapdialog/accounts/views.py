"""The sign-in page."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from mapdialog.accounts import actions
from mapdialog.accounts.forms import SignInForm
from mapdialog.accounts.signing_in import SignedIn
from mapdialog.core.database import session
from mapdialog.core.errors import Forbidden, TooMany
from mapdialog.web import resending
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.targets import safe_target

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/staff/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int]:
    """Sign in and go on to where one was heading."""
    form = SignInForm(request.form, next=request.values.get("next", ""))
    target = safe_target(form.next.data, url_for("staff.start"))
    if current_user.is_authenticated:
        return redirect(target)
    held = resending.unpack(form.held.data or "")
    status = 200
    if form.validate_on_submit():
        try:
            account = actions.sign_in(
                session(),
                email=form.email.data,
                password=form.password.data,
                address=request.remote_addr or "",
                secret_key=current_app.config["MAPDIALOG"].secret_key,
            )
        except (Forbidden, TooMany) as error:
            session().commit()  # the count of failures must stay
            show_errors(form, error)
            status = error.status
        else:
            session().commit()
            _begin(SignedIn(account))
            if held and not current_user.must_change_password:
                return resending.page(held), 200
            return redirect(target)
    elif request.method == "POST":
        status = 422
    return render_template("accounts/sign_in.html", form=form, held=held), status


def _begin(account: SignedIn) -> None:
    """A fresh session: nothing that was put in it before signing in, such as a known CSRF token, lives on."""
    cookie.clear()
    g.pop("csrf_token", None)
    cookie.permanent = True
    login_user(account)
