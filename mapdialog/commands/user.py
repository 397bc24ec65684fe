"""`mapdialog user`: add, list and change staff accounts."""

import sys

import click

from mapdialog.commands.context import open_session

ROLES = ("administrator", "planner", "moderator", "safety_coordinator", "reader")
EXAMPLES = """
\b
Examples:
  mapdialog user add anna@kommunen.se --name "Anna Berg" --role administrator
  pass show anna | mapdialog user add anna@kommunen.se --name "Anna Berg" --role planner --password-stdin
  mapdialog user password anna@kommunen.se
"""


@click.group(epilog=EXAMPLES)
def user() -> None:
    """Add, list and change staff accounts."""


@user.command(epilog='Example: mapdialog user add anna@kommunen.se --name "Anna Berg" --role planner')
@click.argument("email")
@click.option("--name", required=True, help="Shown to colleagues and under answers.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the account may do.")
@click.option("--unit", default="", help="Shown as the sender of answers, such as Gatuenheten.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, name: str, role: str, unit: str, password_stdin: bool) -> None:
    """Add an account. Without --password-stdin a one-time password is printed, to be changed at the first sign-in."""
    from mapdialog.accounts.actions import add_account
    from mapdialog.accounts.passwords import one_time_password

    password = _from_stdin() if password_stdin else one_time_password()
    with open_session() as session:
        account = add_account(
            session, email=email, name=name, role=role, unit=unit, password=password, is_one_time=not password_stdin
        )
    click.echo(f"Added {account.email} as {role}.")
    if not password_stdin:
        click.echo(f"One-time password, valid for 7 days: {password}")


@user.command("list", epilog="Example: mapdialog user list")
def list_() -> None:
    """List accounts: address, role, state and latest sign-in."""
    from mapdialog.accounts.queries import list_accounts
    from mapdialog.core.clock import local

    with open_session() as session:
        for account in list_accounts(session):
            state = "active" if account.is_active else "closed"
            seen = f"{local(account.last_sign_in_at):%Y-%m-%d %H:%M}" if account.last_sign_in_at else "never"
            click.echo(f"{account.email}\t{account.name}\t{account.role}\t{state}\t{seen}")


@user.command(epilog="Example: mapdialog user password anna@kommunen.se")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def password(email: str, password_stdin: bool) -> None:
    """Set a new password, or print a one-time one. Ends the account's sessions."""
    from mapdialog.accounts import actions
    from mapdialog.accounts.queries import get_by_email

    chosen = _from_stdin() if password_stdin else None
    with open_session() as session:
        account = get_by_email(session, email)
        if chosen is None:
            chosen = actions.reset_password(session, account, actor_id=None)
        else:
            actions.set_password(session, account, chosen, actor_id=None)
    click.echo("The password is changed." if password_stdin else f"One-time password, valid for 7 days: {chosen}")


@user.command(epilog="Example: mapdialog user deactivate anna@kommunen.se")
@click.argument("email")
def deactivate(email: str) -> None:
    """Close an account and end its sessions; what it did stays in the log."""
    from mapdialog.accounts import actions
    from mapdialog.accounts.queries import get_by_email

    with open_session() as session:
        actions.deactivate(session, get_by_email(session, email), actor_id=None)
    click.echo(f"Closed {email}.")


@user.command(epilog="Example: mapdialog user activate anna@kommunen.se")
@click.argument("email")
def activate(email: str) -> None:
    """Open a closed account again."""
    from mapdialog.accounts import actions
    from mapdialog.accounts.queries import get_by_email

    with open_session() as session:
        actions.reactivate(session, get_by_email(session, email), actor_id=None)
    click.echo(f"Opened {email}.")


def _from_stdin() -> str:
    """The first line of standard input, without its newline."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise click.UsageError("No password on standard input.")
    return password
