"""The survey's nouns, by subject."""

from parcours.survey.models.answers import Ask, Response
from parcours.survey.models.coding import Code, Coding, Crossing
from parcours.survey.models.forms import Questionnaire, Version, Wave
from parcours.survey.models.snowball import Candidate, Tie

__all__ = ["Ask", "Candidate", "Code", "Coding", "Crossing", "Questionnaire", "Response", "Tie", "Version", "Wave"]
