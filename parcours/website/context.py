"""The territory's name, in the header of every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from parcours.directory.models import Territory


def territory(request: HttpRequest) -> dict[str, Any]:
    return {"site_name": SimpleLazyObject(_name)}


def _name() -> str:
    found = Territory.objects.only("name").first()
    return found.name.text if found else "Parcours"
