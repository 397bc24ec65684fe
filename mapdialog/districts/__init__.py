"""District sets and districts: the areas everything is counted by."""
