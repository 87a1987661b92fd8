"""What came on paper or by phone, typed in by the office."""

from datetime import datetime

from django.db import transaction

from parcours.accounts.models import User
from parcours.directory.models import Organisation
from parcours.survey.actions.answers import new_response
from parcours.survey.choices import Mode
from parcours.survey.models import Ask, Response, Wave


@transaction.atomic
def begin_entry(*, wave: Wave, organisation: Organisation, mode: Mode, by: User, at: datetime) -> tuple[Response, bool]:
    """A response to type in for an organisation, and whether it is new: it may have begun one itself."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)  # two who begin at once take turns
    ask = Ask.objects.select_for_update().filter(wave=wave, organisation=organisation).first()
    if found := Response.objects.filter(wave=wave, organisation=organisation).first():
        return found, False
    if ask and Response.objects.filter(ask=ask).exists():  # withdrawn: what is typed in now is another one
        ask = None
    new = new_response(wave=wave, ask=ask, organisation=organisation, mode=mode, entered_by=by, at=at)
    return new, True
