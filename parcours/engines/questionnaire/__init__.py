"""Questionnaires in XLSForm: their sheets, the form they make, and what answers to it are worth. No Django."""
