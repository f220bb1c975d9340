"""Tests of the pages that people must be given."""
