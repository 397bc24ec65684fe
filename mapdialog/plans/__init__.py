"""Plan consultations under plan- och bygglagen: every statement registered, answered and in the statutory report."""
