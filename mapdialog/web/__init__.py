"""The HTTP edge: blueprints, access, error pages, filters, assets and headers."""
