"""Tests of the team's pages."""
