"""Forms of sign-in and of one's own account."""

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parcours.accounts.models import User
from parcours.accounts.rules import normal_phone


class SignInForm(LoginForm):  # type: ignore[misc]
    """One field for both kinds of address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("E-mail address or phone number"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username webauthn", "autocapitalize": "none", "dir": "ltr"}),
        )

    def clean_login(self) -> str:
        """The international form of a phone number, whichever way it was typed; an e-mail address stays as it is."""
        login = str(self.cleaned_data["login"]).strip()
        if "@" in login:
            return login
        phone = normal_phone(login, prefix=settings.PARCOURS_PHONE_PREFIX)
        if phone is None:
            raise forms.ValidationError(_("Give an e-mail address or a phone number."))
        return phone


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "dir": "ltr",
            "maxlength": "12",
        }


class ActivateApplicationForm(ActivateTOTPForm):  # type: ignore[misc]
    """Whoever has just shown the application's number need not show it again to see the recovery codes."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        record_authentication(context.request, self.user, "mfa", type="totp", reauthenticated=True)
        return code


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Whoever has just used the new passkey need not use it again to see the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["passwordless"].label = _("Sign in with it alone, without a code")
        self.fields["passwordless"].help_text = _("It must ask for your fingerprint, your face or its own code.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            record_authentication(context.request, self.user, "mfa", type="webauthn", reauthenticated=True)
        return cleaned


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("We write to you in this language."), choices=lambda: settings.LANGUAGES
    )

    class Meta:
        model = User
        fields = ("name", "language")
        labels = {"name": _("Name")}
        help_texts = {"name": _("As you want to be called.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
