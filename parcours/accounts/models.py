"""Who signs in. What a person may do is said by `directory.Membership`, never here."""

from typing import Any

import pghistory
import pgtrigger
import rules
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from parcours.accounts.choices import E164
from parcours.accounts.queries import UserManager
from parcours.kit.pii import Pii


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.UpdateEvent("renamed", condition=pgtrigger.AnyChange("name")),
    pghistory.UpdateEvent("address", condition=pgtrigger.AnyChange("email", "phone")),
    pghistory.DeleteEvent(),
    # The history says that a name or an address changed, never what it was: an erased person leaves nothing behind.
    exclude=["email", "phone", "name", "password", "last_login"],
    model_name="UserHistory",
    append_only=True,
    # In the row itself, so that who did it is as safe from rewriting as what was done.
    context_field=pghistory.ContextJSONField(),
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    attrs={"pii": Pii(fields=("pgh_obj",), why="who changed an account's settings", until="kept: a number, no name")},
)
class User(AbstractBaseUser):
    """A person who signs in with a code sent to an e-mail address or a phone, or with a passkey.

    There are no passwords: `password` holds an unusable random value; changing it ends every session of the person.
    There are no groups and no super-user: permissions are the `rules` of each app.
    """

    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    phone = models.CharField(
        _("phone"), max_length=16, unique=True, null=True, blank=True, validators=[RegexValidator(E164)]
    )
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=12)
    is_active = models.BooleanField(default=True)
    is_invented = models.BooleanField(default=False, help_text=_("made up for the demonstration: nobody's account"))
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "language"]

    pii = Pii(
        fields=("email", "phone", "name", "language", "last_login"),
        why="to let a person sign in, to write to them in their language, and to say who changed what",
        until="two years after the last sign-in, or when the person asks",
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="user_has_an_address",
                condition=models.Q(email__isnull=False) | models.Q(phone__isnull=False),
                violation_error_message=_("Give an e-mail address or a phone number."),
            ),
            models.CheckConstraint(name="user_email_is_lower_case", condition=models.Q(email=Lower("email"))),
            models.CheckConstraint(name="user_phone_is_international", condition=models.Q(phone__regex=E164)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role the person holds, in any organisation; read once: fetch the user again after a change.

        `memberships` is the reverse side of `directory.Membership.user`, a floor above: only its `role` is read.
        """
        return frozenset(self.memberships.values_list("role", flat=True))

    @cached_property
    def works_in_an_edition(self) -> bool:
        """Whether they lead, facilitate or tutor somewhere: the reverse side of `delivery.Staff.user`, floors above."""
        return bool(self.staffings.exists())

    def has_role(self, role: str) -> bool:
        """Whether an active person holds this role somewhere."""
        return self.is_active and role in self.roles

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """What the rule named `perm` answers; an unknown rule answers no."""
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(app_label)
