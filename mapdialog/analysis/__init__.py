"""Counts per district, time and category; heatmaps and hot lists."""
