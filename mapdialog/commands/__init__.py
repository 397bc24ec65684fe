"""The mapdialog command line."""
