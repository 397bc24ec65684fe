"""The demo municipality: Trelleborg with three dialogues and three safety walks, loaded once from geodata/."""
