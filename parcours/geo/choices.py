from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaLevel(models.TextChoices):
    """The steps between a country and a neighbourhood, named so that any country's own steps find a place."""

    COUNTRY = "country", _("Country")
    REGION = "region", _("Region")
    DEPARTEMENT = "departement", _("Département or province")
    INTERCOMMUNAL = "intercommunal", _("Inter-commune body")
    COMMUNE = "commune", _("Commune")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
