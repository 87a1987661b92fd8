"""What is asked beside the form of a service: whose it is, and what becomes of it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.directory.choices import ServiceState
from parcours.directory.forms.sheets import REASON
from parcours.directory.models import Organisation
from parcours.kit.widgets import PlainSelect


class OrganisationChoice(forms.Form):
    """Whose service it is."""

    organisation = forms.ChoiceField(label=_("Organisation"), widget=PlainSelect)

    def __init__(self, *args: Any, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(one.key, one.name) for one in organisations]


class StateForm(forms.Form):
    """Publish, suspend or close a service, and why."""

    state = forms.ChoiceField()
    reason = REASON

    def __init__(self, *args: Any, states: Iterable[ServiceState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(state.value, state.label) for state in states]
