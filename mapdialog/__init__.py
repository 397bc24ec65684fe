"""mapdialog: talk with citizens about places."""
