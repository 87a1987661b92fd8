"""What the demo shows instead of a mailbox, and its list of sign-ins."""

from typing import Any

from django import template
from django.conf import settings

from parcours.accounts.models import User
from parcours.accounts.outbox import demo_outbox

register = template.Library()


@register.inclusion_tag("accounts/demo_sign_ins.html", takes_context=True)
def demo_sign_ins(context: dict[str, Any]) -> dict[str, Any]:
    """One button for each invented person; nothing outside the demo."""
    people = User.objects.who_play_in_the_demo() if settings.DEMO else User.objects.none()
    return {"people": people, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("accounts/demo_message.html")
def demo_message(address: str | None) -> dict[str, Any]:
    """The last message to this address of an invented person; nothing outside the demo."""
    return {"address": address, "message": demo_outbox(address) if address else None}
