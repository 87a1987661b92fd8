"""What the owner of a portfolio agrees to."""

from django.utils.translation import gettext_lazy as _

from parcours.people.purposes import Purpose

SHARE = Purpose(
    "portfolio-share",
    _("To let my tutor read a part of my portfolio"),
    _(
        "My tutor may read this part of my portfolio and write beside it, until I take it back, and at the latest until"
        " our group ends. I see each time they read it. Nobody else reads it."
    ),
    is_general=False,
)
