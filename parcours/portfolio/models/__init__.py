from parcours.portfolio.models.accompanying import Opening, Share, Tutoring, TutorNote, Wish
from parcours.portfolio.models.portfolios import (
    ActionStep,
    Activity,
    Claim,
    Cv,
    Evidence,
    Experience,
    Goal,
    LevelStep,
    Portfolio,
)
from parcours.portfolio.models.vocabulary import Concept, Scheme

__all__ = [
    "ActionStep",
    "Activity",
    "Claim",
    "Concept",
    "Cv",
    "Evidence",
    "Experience",
    "Goal",
    "LevelStep",
    "Opening",
    "Portfolio",
    "Scheme",
    "Share",
    "TutorNote",
    "Tutoring",
    "Wish",
]
