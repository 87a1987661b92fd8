from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.imports.choices import Op
from parcours.kit.punctuation import listed


class UploadForm(forms.Form):
    """A table to look at before it counts."""

    # an empty file gets the reader's own message, which says how to mend it
    file = forms.FileField(
        label=_("Your file"),
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(),
    )

    def __init__(self, *args: Any, accept: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept
        kinds = listed(kind.removeprefix(".").upper() for kind in accept.split(","))
        self.fields["file"].help_text = _(
            "%(kinds)s: 20 MB at most. Nothing is saved before you have seen and confirmed what it changes."
        ) % {"kinds": kinds}


class ApplyForm(forms.Form):
    """The confirmation of a preview."""

    leave_out_errors = forms.BooleanField(
        label=_("Leave out the rows in error and import the others"),
        help_text=_(
            "The rows in error are not saved. Mend them in your file and send it again: "
            "what is already imported will then be unchanged."
        ),
        required=False,
    )


class RowFilter(forms.Form):
    """Which rows of a preview to show."""

    op = forms.ChoiceField(label=_("Rows"), required=False, choices=[("", _("All")), *Op.choices])
