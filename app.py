"""`python app.py` makes the application and serves it on http://127.0.0.1:8000, as `mapdialog serve` does."""

import sys

if __name__ == "__main__":
    try:
        from mapdialog.commands.main import cli

        cli(["serve", *sys.argv[1:]], prog_name="app.py")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mapdialog"):
            raise
        sys.exit(f"This Python lacks {error.name}: run bin/setup, then .venv/bin/python app.py")
