"""What a typed place means, as the pages of walks call it."""

from mapdialog.places.typed import Where, find_place, name_in

__all__ = ["Where", "find_place", "name_in"]
