"""`python app.py` makes the application and serves it on http://127.0.0.1:8000, as `mapdialog serve` does."""

import sys

from mapdialog.commands.main import cli

if __name__ == "__main__":
    cli(["serve", *sys.argv[1:]], prog_name="app.py")
