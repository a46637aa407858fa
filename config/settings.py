"""One file of settings; whatever differs between machines comes from the environment."""

from pathlib import Path
from typing import Any

from django.conf.locale import LANG_INFO

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "data")

DEBUG = env.flag("DEBUG", default=False)
# From the environment; else a key of its own, made once and kept in the data directory.
SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# The address that stands in mails. Links in mail can't be built from a request: there is none.
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "config",
    "notifications",
    "workshops",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.Compression",
    "config.middleware.SecurityHeaders",
    "config.middleware.NotKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.Refusals",
    "config.middleware.SignedOut",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- where things are kept ------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    url = env.text("DATABASE_URL")
    if not url:
        url = f"sqlite:///{DATA_DIR / 'db.sqlite3'}"
    config = env.database(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE: without it two writers meet as "database is locked" instead of queueing.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            # A large survey import holds the only writer for about 36 s; whoever comes then waits, and
            # gets no error page.
            "timeout": 60,
            # What is deleted is overwritten: SQLite would leave it in the file until the space is needed.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
        }
        config["CONN_HEALTH_CHECKS"] = False
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": (
        {"BACKEND": "config.caches.BrokerOrProcess", "LOCATION": REDIS_URL}
        if REDIS_URL.startswith(("redis://", "rediss://", "unix://"))
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or not STATIC_ROOT.exists()
            else "config.staticfiles.Storage"
        )
    },
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()

# --- language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "de"
# "Leichte Sprache" is a language of its own; its tag is of the IANA registry (variant "simple", RFC 5646).
LANGUAGES = [
    ("de", "Deutsch"),
    ("de-simple", "Leichte Sprache"),
    ("en", "English"),
    ("tr", "Türkçe"),
    ("ar", "العربية"),
    ("uk", "Українська"),
    ("ru", "Русский"),
    ("ro", "Română"),
    ("fr", "Français"),
]
LANG_INFO["de-simple"] = {
    "bidi": False,
    "code": "de-simple",
    # Not by gettext_noop, which would ask for these settings; the text stands in a template, too.
    "name": "Leichte Sprache",
    "name_local": "Leichte Sprache",
}
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

# --- people who sign in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "workshops.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workshops:desk"
LOGOUT_REDIRECT_URL = "workshops:home"
ACCOUNT_ADAPTER = "config.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
# Whoever types a stranger's address must not make us write to the stranger.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {"reset_password": "config.accounts.ForgottenPassword"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
MFA_TOTP_ISSUER = env.text("MFA_ISSUER", "Beteiligung")
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# allauth asks for a verified address, lest somebody signs up as another. Here nobody signs up: every
# account began with a link that was mailed to its address.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# --- mail -----------------------------------------------------------------------------------------

EMAIL_URL = env.text("EMAIL_URL", "smtp://localhost:25")
globals().update(env.email(EMAIL_URL))
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, least=1)
# How many seconds one mail may take in all, and so one slow server hold a connection: a minute at most.
MAIL_PATIENCE = min(60, env.number("MAIL_PATIENCE", 60, least=1))
# One address for From and for ORGANIZER: calendars obey an update only from the organiser's address.
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "beteiligung@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Bounces come back to this address, "+" and a token that names the mail (notifications.verp). Empty: to From.
BOUNCE_ADDRESS = env.address("BOUNCE_ADDRESS")
# Where bounces and calendar replies arrive. Unset: nothing is read, and calendars ask for no reply.
INBOX = env.imap(env.text("INBOX_URL"))
# The name with which our own mail server signs its Authentication-Results (RFC 8601). Empty: not believed.
INBOX_AUTHSERV_ID = env.text("INBOX_AUTHSERV_ID").lower()
# How many seconds a worker may hold a mail before another takes it over. Longer than the slowest mail
# (notifications.smtp.PATIENCE); with the clock's next tick less than the two minutes that are promised.
MAIL_LEASE = env.number("MAIL_LEASE", 90, least=1, most=110)
# How many connections to the mail server one worker process opens at most.
MAIL_CONNECTIONS = env.number("MAIL_CONNECTIONS", 4, least=1)
# What a worker process knows of the mails in its hands (notifications/journal.py); for all of them the same.
JOURNAL_DIR = DATA_DIR / "journal"
# Mails a minute at most (0: no limit): all together, to each domain, to those named (`gmx.de=30,web.de=30`).
MAIL_PER_MINUTE = env.number("MAIL_PER_MINUTE", 0)
MAIL_PER_MINUTE_AND_DOMAIN = env.number("MAIL_PER_MINUTE_AND_DOMAIN", 0)
MAIL_PER_MINUTE_BY_DOMAIN = env.numbers("MAIL_PER_MINUTE_BY_DOMAIN", least=1)
# What is known outside the database of how much was sent (notifications/witness.py).
WITNESS_FILE: Path | None = DATA_DIR / "witness"
WITNESS_BROKER_URL = REDIS_URL or env.text("CELERY_BROKER_URL")
# A directory of received mail, shown at /mailbox/. Only `manage.py demo` sets it.
MAILBOX_DIR = env.text("MAILBOX_DIR")

# --- minutes --------------------------------------------------------------------------------------

# How many seconds after the last key what was typed is saved.
AUTOSAVE_SECONDS = env.number("AUTOSAVE_SECONDS", 3, least=1, most=60)

# --- video rooms ----------------------------------------------------------------------------------

# Hosts (or host:port) of video servers in the town's own network: without TLS, or at a private address, only
# these are asked for anything. Public ones over HTTPS need not be named. Secrets: CONFERENCE_SECRET_<NAME>.
CONFERENCE_HOSTS = frozenset(word.lower() for word in env.words("CONFERENCE_HOSTS"))

# --- background work ------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL") or REDIS_URL or "redis://localhost:6379/0"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.number("VISIBILITY_TIMEOUT", 3600, least=1),
    "unacked_restore_throttle": 1,
    # A broker that is away must not hold a citizen's page: one try, then the sweep does it later.
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "retry_on_timeout": False,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TASK_PUBLISH_RETRY = False

# --- security -------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS and env.flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Sign-in limits guesses by address. All would share the proxy's, and one guesser would lock everyone out.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
# A seat is held before the address is proven: nobody alone may hold them all (docs/adr/0020).
REGISTRATIONS_PER_HOUR = env.number("REGISTRATIONS_PER_HOUR", 60, least=1)
FORM_SECONDS = env.number("FORM_SECONDS", 2)  # less is a program (docs/adr/0040); 0: nobody is asked
# A personal link must not leak through the Referer header.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "config.refusals.form_too_old"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_tokens": {"()": "config.logs.WithoutTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]}
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
