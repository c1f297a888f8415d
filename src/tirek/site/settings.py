"""Settings of the site.

Everything that differs between installations comes from the environment:

TIREK_DATA (folder), DATABASE_URL, TIREK_HOSTS (names the room answers to, by commas), TIREK_SECRET_KEY and
TIREK_SEAL_KEYS (else a file in the folder), TIREK_BEHIND_PROXY=1 (a proxy ends TLS and sets
X-Forwarded-Proto), TIREK_PLAIN_HTTP=1 (`tirek serve --plain-http`, this machine only).
"""

import os
from pathlib import Path

from tirek.site.databases import database
from tirek.site.secrets import load_secrets

DATA = Path(os.environ.get("TIREK_DATA", "tirek-data")).resolve()
DEBUG = False
SECRET_KEY, SEAL_KEYS = load_secrets(DATA)
DATABASES = {"default": database(DATA, os.environ.get("DATABASE_URL"))}
ALLOWED_HOSTS = os.environ.get("TIREK_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "tirek.site.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tirek.accounts",
    "tirek.hospitals",
    "tirek.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tirek.site.headers.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- log-in --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
    )
]
ACCOUNT_ADAPTER = "tirek.site.adapter.NoSignUp"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_REDIRECT_URL = "/"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # the room sends no mail

# -- transport -----------------------------------------------------------------------------------------
_PLAIN = os.environ.get("TIREK_PLAIN_HTTP") == "1"
SECURE_SSL_REDIRECT = not _PLAIN
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not _PLAIN
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 13 * 3600  # a shift and its hand-over
SECURE_HSTS_SECONDS = 0 if _PLAIN else 365 * 86400
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not _PLAIN
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("TIREK_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

# -- words and times -----------------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"  # pages show the city's zone
STATIC_URL = "static/"

# -- what is written to the log ------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # refusals are answers, not faults
    },
}
