"""The plan's verbs, by subject: change, propose, decide, workshops, releases."""
