"""Health as the person keeps it: conditions, medicines, allergies."""
