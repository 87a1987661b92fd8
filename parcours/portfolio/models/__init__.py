from parcours.portfolio.models.accompanying import Opening, Share, Tutoring, TutorNote
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

__all__ = [
    "ActionStep",
    "Activity",
    "Claim",
    "Cv",
    "Evidence",
    "Experience",
    "Goal",
    "LevelStep",
    "Opening",
    "Portfolio",
    "Share",
    "TutorNote",
    "Tutoring",
]
