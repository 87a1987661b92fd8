"""Who may do what with surveys. Whoever has a link answers; nobody else reads a single answer but the coordinator."""

import rules

from parcours.directory.rules import is_coordinator, is_professional

# questionnaires, waves, entry of answers on paper, review, coding, raw data
rules.add_perm("survey.run", is_coordinator)
# the tables of a wave that is not public, always protected
rules.add_perm("survey.read_tables", is_professional)
