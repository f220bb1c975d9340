"""Appointments, the questions for them, and how ready a person is."""
