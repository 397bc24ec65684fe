"""Named places and coordinates that people can search for."""
