"""The spatial library: coordinate systems, geometry, files and spatial SQL; knows nothing of dialogues or of Flask."""
