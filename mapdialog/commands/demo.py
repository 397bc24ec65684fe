"""`mapdialog demo`: Trelleborg with dialogues, safety walks and plan consultations, to look around in."""

import click


@click.command(epilog="Example: mapdialog demo")
def demo() -> None:
    """Load the demo municipality once: districts, places, staff accounts, dialogues, safety walks and plans.

    The passwords of the staff accounts are random and shown only now. Run again, it changes nothing.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from mapdialog.commands.context import open_database
    from mapdialog.core.files import FileStore
    from mapdialog.demo.loading import load_demo

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), console=console, disable=not console.is_terminal, transient=True
    )
    with open_database() as (config, session), bar:
        task = bar.add_task("Loading the demo municipality", total=None)
        report = load_demo(
            session,
            secret_key=config.secret_key,
            receipt_prefix=config.receipt_prefix,
            files=FileStore(config.files_url),
            progress=lambda what, step, steps: bar.update(task, description=what, completed=step, total=steps),
        )
    if not report.is_new:
        click.echo("The demo municipality is already loaded; nothing was changed.")
        return
    counts = report.counts
    click.echo(
        f"Loaded Trelleborg: {counts['district']} districts, {counts['place']} places, {counts['dialogue']} dialogues, "
        f"{counts['contribution']} contributions, {counts['walk']} safety walks, "
        f"{counts['plan']} plan consultations."
    )
    click.echo("\nStaff accounts. The passwords are shown only this once:\n")
    width = max(len(account.email) for account in report.accounts)
    for account in report.accounts:
        click.echo(f"  {account.email:<{width}}  {account.password}   {account.role.value.replace('_', ' ')}")
    click.echo(f"\nSign in at {config.base_url}/staff/sign-in")
