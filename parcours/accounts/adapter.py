"""How django-allauth reaches our accounts: no passwords, no open sign-up, codes by e-mail and text message."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from parcours.accounts.models import User
from parcours.accounts.rules import normal_phone
from parcours.accounts.sms import send_sms


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation."""
        return False

    def get_login_stages(self) -> list[str]:
        """The code that lets a person in has just proved the address: allauth need not check it again."""
        proved = ("PhoneVerificationStage", "EmailVerificationStage")
        return [stage for stage in super().get_login_stages() if not stage.endswith(proved)]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the reader's language, when we know them; else in the page's."""
        reader = User.objects.with_email(email).first()
        with translation.override(reader.language if reader else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """The message says which language it is in, for those who have it read aloud."""
        language = {"Content-Language": translation.get_language() or settings.LANGUAGE_CODE}
        return super().render_mail(template_prefix, email, context, (headers or {}) | language)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Passkeys first: someone who has only a passkey would else be asked for a recovery code."""
        methods = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")

    def clean_phone(self, phone: str) -> str:
        return normal_phone(phone, prefix=settings.PARCOURS_PHONE_PREFIX) or phone

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.active().with_phone(self.clean_phone(phone)).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = self.clean_phone(phone)
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Nothing to note: each sign-in proves the number anew."""

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_kwargs: Any) -> None:
        with translation.override(user.language):
            send_sms(to=phone, text=render_to_string("accounts/sms/sign_in_code.txt", {"code": code}).strip())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator applications are encrypted at rest, with keys made from SECRET_KEY and its fallbacks."""

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"parcours.accounts.second-factor:{secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
