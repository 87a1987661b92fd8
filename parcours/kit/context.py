"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The languages to switch to and whether this is a demo."""
    return {"site_languages": settings.LANGUAGES, "is_demo": settings.DEMO}
