"""The demo municipality: Trelleborg with three dialogues, loaded once from geodata/."""
