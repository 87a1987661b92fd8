from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parcours.directory.vocabulary import vocabulary
from parcours.geo.models import Area
from parcours.kit.widgets import PlainSelect


class WidgetForm(forms.Form):
    """Which services a frame on another site shows; its answers are the frame's own address."""

    theme = forms.ChoiceField(label=_("Theme"), required=False, widget=forms.Select)
    commune = forms.ChoiceField(label=_("Commune"), required=False, widget=PlainSelect)
    lang = forms.ChoiceField(label=_("Language of the frame"), choices=settings.LANGUAGES, widget=PlainSelect)

    def __init__(self, *args: Any, communes: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or settings.LANGUAGE_CODE
        self.fields["theme"].choices = [("", _("All")), *vocabulary("themes").choices(language)]
        self.fields["commune"].choices = [("", _("All")), *((area.code, area.name_in(language)) for area in communes)]
        self.fields["lang"].initial = language

    def asked(self) -> dict[str, str]:
        """What stands in the address of the frame."""
        return {name: value for name, value in self.cleaned_data.items() if value}
