"""Background maps: layers through our own proxy, the built-in vector map and maps drawn on the server."""
