"""What a tie is here, and what a reader may choose."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from parcours.survey.choices import TieKind

LATEST, ALL = "", "all"


class Kind(models.TextChoices):
    """Kinds of ties, whichever end tells it; the last two are told by the plan."""

    WORKS_WITH = "works-with", _("work together")
    FUNDS = "funds", _("one funds the other")
    HOSTS = "hosts", _("one hosts the other")
    NAMED = "named", _("one names the other")
    ACTION = "action", _("together in an action of the plan")
    SEAT = "seat", _("together in a group that steers the plan")


SAID = (Kind.WORKS_WITH, Kind.FUNDS, Kind.HOSTS, Kind.NAMED)
KIND_OF = {
    TieKind.WORKS_WITH: Kind.WORKS_WITH,
    TieKind.FUNDS: Kind.FUNDS,
    TieKind.FUNDED_BY: Kind.FUNDS,
    TieKind.HOSTS: Kind.HOSTS,
    TieKind.HOSTED_BY: Kind.HOSTS,
    TieKind.NAMED: Kind.NAMED,
}
# Told from the end that is paid or housed.
TURNED = (TieKind.FUNDED_BY, TieKind.HOSTED_BY)


class View(models.TextChoices):
    GRAPH = "graph", _("Picture")
    MATRIX = "matrix", _("Who named whom")
    AXES = "axes", _("By axis")
    COMMUNES = "communes", _("By commune")
    ACTIONS = "actions", _("By action")


class Layout(models.TextChoices):
    CIRCLES = "circles", _("In circles")
    FORCE = "force", _("Partners near one another")


class Colour(models.TextChoices):
    AXIS = "axis", _("By axis")
    COMMUNE = "commune", _("By commune")


class Grouping(models.TextChoices):
    """What brokers stand between."""

    CIRCLE = "circle", _("circles")
    COMMUNE = "commune", _("communes")
    AXIS = "axis", _("axes")
