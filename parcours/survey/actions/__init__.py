"""Verbs, by subject."""
