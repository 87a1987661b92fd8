"""What a group said."""

from django.db import transaction

from parcours.accounts.models import User
from parcours.feedback.models import Round


@transaction.atomic
def note_round(*, said: Round, by: User) -> Round:
    """Keep it, or its correction. Raises ValidationError."""
    said.noted_by = by
    said.full_clean()
    said.save()
    return said
