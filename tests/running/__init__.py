"""Tests of running it."""
