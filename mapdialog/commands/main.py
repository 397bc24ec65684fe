"""The command line `mapdialog`: one module a command, imported only when it is called."""

import importlib
import importlib.util
import locale
import os
import sys
from typing import Any

import click

# Short enough to list without importing the commands themselves: `mapdialog --help` answers at once.
COMMANDS = {
    "serve": "Serve the web application.",
    "run": "Serve everything on this machine: database, web and worker (what bin/run does).",
    "worker": "Send mails and do other waiting work.",
    "db": "Start, stop, migrate or reset the database.",
    "demo": "Load the demo municipality.",
    "doctor": "Check this installation and say what to do.",
    "user": "Add and change staff accounts.",
    "dialogue": "Add and list dialogues.",
    "districts": "Import districts.",
    "contributions": "Import contributions.",
    "places": "Import place names.",
    "report": "Write a district report or a heatmap.",
    "export": "Write contributions or safety walks to a file.",
    "walk": "Write the protocol of a safety walk.",
    "plan": "Import statements of a plan, and write its reports.",
}


class Commands(click.Group):
    """The group of all commands, and the one place where expected errors become one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands whose modules are there."""
        return [name for name in COMMANDS if importlib.util.find_spec(f"mapdialog.commands.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return the click command of the same name in it."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = getattr(importlib.import_module(f"mapdialog.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected error is printed as one line and the exit code is 1."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # Whoever read our output has read enough (`mapdialog … | head`); nothing is left to be said to them.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(0) from None
        except Exception as error:
            message = in_words(error)
            if message is None:
                raise
            raise click.ClickException(message) from None


def in_words(error: Exception) -> str | None:
    """What to tell the user about an expected error; None for an error that is a fault of ours."""
    from mapdialog.cluster import ClusterError
    from mapdialog.config import ConfigError
    from mapdialog.core.errors import DomainError

    if isinstance(error, DomainError):
        from mapdialog.core.wording import translator

        translate, fields = translator(language()), getattr(error, "fields", {})
        words = [translate(one.message, **one.params) for one in (error, *fields.values())]
        return "\n       ".join(dict.fromkeys(words))
    if isinstance(error, ConfigError):
        return "\n       ".join(error.problems)
    if isinstance(error, ClusterError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return _database_in_words(error)


def _database_in_words(error: Exception) -> str | None:
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy import exc

    if isinstance(error, exc.OperationalError):
        return f"The database cannot be used: {str(error.orig).strip().splitlines()[0]}. Try `mapdialog doctor`."
    if isinstance(error, exc.ProgrammingError) and getattr(error.orig, "pgcode", "") in {"42P01", "42703"}:
        return "The database lacks tables or columns of this version: run `mapdialog db migrate`."
    return None


def language() -> str:
    """The language of messages: Swedish where the terminal is Swedish, else English."""
    try:
        locale.setlocale(locale.LC_MESSAGES, "")
        return "sv" if (locale.getlocale(locale.LC_MESSAGES)[0] or "").startswith("sv") else "en"
    except (locale.Error, ValueError):
        return "en"


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Each command has examples: mapdialog COMMAND --help. Settings: docs/configuration.md",
)
@click.version_option(package_name="mapdialog", message="mapdialog %(version)s")
def cli() -> None:
    """Talk with citizens about places: map dialogues for municipalities."""


if __name__ == "__main__":
    cli()
