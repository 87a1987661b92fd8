from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What became of one question for one respondent; the letters of `engines.questionnaire.answers`."""

    HIDDEN = "h", _("not shown")
    UNANSWERED = "u", _("shown, not answered")
    NONE = "n", _("none of these")
    UNKNOWN = "d", _("does not know")
    ANSWERED = "a", _("answered")


class Progress(models.TextChoices):
    """How far a response is. A withdrawn one keeps no answer."""

    STARTED = "started", _("started")
    COMPLETE = "complete", _("complete")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Mode(models.TextChoices):
    """How the answers came in."""

    WEB = "web", _("online")
    PHONE = "phone", _("by phone")
    PAPER = "paper", _("on paper")


class Circle(models.IntegerChoices):
    """How far an organisation stands from the steering group: its members, their partners, the partners of these."""

    FIRST = 1, _("1st circle: the steering group")
    SECOND = 2, _("2nd circle: its partners")
    THIRD = 3, _("3rd circle: partners of partners")


class TieKind(models.TextChoices):
    """What one organisation is to another, as one of them says."""

    WORKS_WITH = "works-with", _("works with")
    FUNDS = "funds", _("funds")
    FUNDED_BY = "funded-by", _("is funded by")
    HOSTS = "hosts", _("hosts")
    HOSTED_BY = "hosted-by", _("is hosted by")
    NAMED = "named", _("names")


class CandidateState(models.TextChoices):
    """What became of a partner that the directory did not know."""

    OPEN = "open", _("to be looked at")
    KNOWN = "known", _("already in the directory")
    ACCEPTED = "accepted", _("taken into the directory")
    REFUSED = "refused", _("left out")
