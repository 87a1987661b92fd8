"""One settings module for every place; what differs between places comes from environment variables.

DATABASE_URL            PostgreSQL to use; the launcher sets it to the embedded server
PARCOURS_SECRET_KEY     signing key; the launcher makes one per clone
PARCOURS_SEAL_KEYS      keys of the encrypted texts, newest first, separated by commas; the launcher makes one per clone
PARCOURS_DEBUG          "1" for a developer's error pages
PARCOURS_HOSTS          host names, separated by commas
PARCOURS_HTTPS          "1" when served behind TLS: secure cookies, HSTS
PARCOURS_DATA           folder for uploads, outgoing messages and other files
PARCOURS_EMAIL_URL      smtp://user:password@host:port; without it, mails are files in PARCOURS_DATA/outbox
PARCOURS_ADDRESS        what links in messages begin with, https://parcours.example.org
PARCOURS_SIRET_FILE     with PARCOURS_SIRET_REGISTER=parcours.census.registers.csv_register: which SIRETs have closed
PARCOURS_OPEN_DATA_LICENCE  name and address of the licence of the open data: "Licence Ouverte 2.0 https://…"
PARCOURS_API_PER_MINUTE questions a minute that one address may ask the API (600)
PARCOURS_SMALLEST_COUNT the smallest number of people that is shown (11)
PARCOURS_DEMO           "1" shows the demo's sign-ins on the start page
PARCOURS_OFFLINE        "0" removes the app from the phones that keep it: they ask at their next visit
PARCOURS_TILE_URL       pictures under the maps of doors, as https://tiles.example.org/{z}/{x}/{y}.png; none by default
PARCOURS_TILE_CREDIT    whose pictures they are, as their licence asks
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "parcours"
DATA = Path(os.environ.get("PARCOURS_DATA", ROOT / ".parcours" / "files"))

DEBUG = os.environ.get("PARCOURS_DEBUG") == "1"
DEMO = os.environ.get("PARCOURS_DEMO") == "1"
HTTPS = os.environ.get("PARCOURS_HTTPS") == "1"
SECRET_KEY = os.environ.get("PARCOURS_SECRET_KEY") or ("only-for-a-developer" if DEBUG else "")
# Texts of people are sealed with a key of their own, so that the signing key can be changed without losing them.
PARCOURS_SEAL_KEYS = [key for key in os.environ.get("PARCOURS_SEAL_KEYS", "").split(",") if key] or [
    f"seal {SECRET_KEY}"
]
ALLOWED_HOSTS = os.environ.get("PARCOURS_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "parcours.website",
    "parcours.packs",
    "parcours.api",
    "parcours.network",
    "parcours.plan",
    "parcours.feedback",
    "parcours.portfolio",
    "parcours.delivery",
    "parcours.survey",
    "parcours.census",
    "parcours.directory",
    "parcours.people",
    "parcours.imports",
    "parcours.accounts",
    "parcours.geo",
    "parcours.translations",
    "parcours.kit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "rules",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "parcours.kit.middleware.NoNullCharacters",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "parcours.accounts.middleware.StaffSecondFactorMiddleware",
]

ROOT_URLCONF = "parcours.config.urls"
FORM_RENDERER = "parcours.kit.renderers.FormRenderer"
WSGI_APPLICATION = "parcours.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "parcours.kit.context.page",
                "parcours.website.context.territory",
            ],
        },
    }
]

_url = conninfo_to_dict(os.environ.get("DATABASE_URL", ""))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.get("dbname", "parcours"),
        "USER": _url.get("user", ""),
        "PASSWORD": _url.get("password", ""),
        "HOST": _url.get("host", ""),
        "PORT": str(_url.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# History: written by triggers, never changed; who did it stands in each row.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "website:home"  # in the language of the page where one signed in

# Sign-in: a one-time code to an e-mail address or a phone, or a passkey. No passwords; accounts come by invitation.
ACCOUNT_ADAPTER = "parcours.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "parcours.accounts.forms.SignInForm",
    "confirm_login_code": "parcours.accounts.forms.CodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code that lets a person in has just proved the address
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True  # two weeks; one signs out, here or everywhere
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT
# 20 codes a day with three attempts each: a guesser has a chance of 6 in 100,000. The demo's addresses are shared.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "request_login_code": "60/m/ip" if DEMO else "20/m/ip,3/m/key,20/d/key",
    # errors that readers report: a person finds a few, a program hundreds
    "report": "5/m/ip,30/d/ip",
    # answers begun by an open link: the offices of one house may share an address
    "survey": "10/m/ip,100/d/ip",
    # seats booked without an account: so may the telephones behind one antenna
    "book": "20/m/ip,200/d/ip",
}
MFA_ADAPTER = "parcours.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "parcours.accounts.forms.ActivateApplicationForm",
    "add_webauthn": "parcours.accounts.forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parcours"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
PARCOURS_STAFF_ROLES = frozenset({"coordinator"})
PARCOURS_STAFF_MFA = os.environ.get("PARCOURS_STAFF_MFA", "0" if DEMO else "1") == "1"
PARCOURS_PHONE_PREFIX = os.environ.get("PARCOURS_PHONE_PREFIX", "+33")
PARCOURS_SMS_BACKEND = os.environ.get(
    "PARCOURS_SMS_BACKEND", f"parcours.accounts.sms.{'file_sms' if DEMO or DEBUG else 'no_sms'}"
)

# How the census is kept true: who says whether a web address opens, whether a SIRET is active.
PARCOURS_LINK_CHECKER = os.environ.get("PARCOURS_LINK_CHECKER", "parcours.census.linkcheck.check_link")
PARCOURS_SIRET_REGISTER = os.environ.get("PARCOURS_SIRET_REGISTER", "parcours.census.registers.no_register")
PARCOURS_SIRET_FILE = os.environ.get("PARCOURS_SIRET_FILE", "")
PARCOURS_ADDRESS = os.environ.get("PARCOURS_ADDRESS", f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}")
PARCOURS_OFFLINE = os.environ.get("PARCOURS_OFFLINE", "1") == "1"
# Without a tile server no reader's browser asks anything of anyone but this site.
PARCOURS_TILE_URL = os.environ.get("PARCOURS_TILE_URL", "")
PARCOURS_TILE_CREDIT = os.environ.get("PARCOURS_TILE_CREDIT", "")
_tiles = urlsplit(PARCOURS_TILE_URL)
_licence = os.environ.get(
    "PARCOURS_OPEN_DATA_LICENCE", "Licence Ouverte 2.0 https://www.etalab.gouv.fr/licence-ouverte-open-licence"
)
PARCOURS_OPEN_DATA_LICENCE = dict(zip(("name", "url"), _licence.rsplit(" ", 1), strict=True))
# The smallest number of people that a page for everybody, or for the territory, may show.
PARCOURS_SMALLEST_COUNT = int(os.environ.get("PARCOURS_SMALLEST_COUNT", "11"))
PARCOURS_API_PER_MINUTE = int(os.environ.get("PARCOURS_API_PER_MINUTE", "600"))

LANGUAGE_CODE = "fr"
# Arabic is there for the public pages; a language is added here once its catalogue has them.
LANGUAGES = [
    ("fr", _("French")),
    ("en", _("English")),
    ("ar", _("Arabic")),
]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "parcours.kit.storage.StaticStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

if _mail := urlsplit(os.environ.get("PARCOURS_EMAIL_URL", "")).hostname:
    _parts = urlsplit(os.environ["PARCOURS_EMAIL_URL"])
    EMAIL_HOST, EMAIL_PORT = _mail, _parts.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _parts.username or "", _parts.password or ""
    EMAIL_USE_TLS = EMAIL_PORT == 587
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "outbox"
DEFAULT_FROM_EMAIL = os.environ.get("PARCOURS_EMAIL_FROM", "parcours@example.org")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([f"{_tiles.scheme}://{_tiles.netloc}"] if _tiles.netloc else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {name: [] for name in ("camera", "microphone", "usb")}
# Where somebody is, when they tap for it: rounded to 100 m by the page, kept nowhere.
PERMISSIONS_POLICY["geolocation"] = ["self"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Errors and warnings go to the server's log; Django by itself would only mail them.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["log"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
