"""Settings of the site. What an operator may change comes from the environment (see `procurement/environment.py`)."""

from pathlib import Path

from csp.constants import NONE, SELF

from procurement import environment

ROOT = Path(__file__).resolve().parent.parent

# Operator's choices ---------------------------------------------------------------------------------------------------
DEBUG = environment.flag("DEBUG", default=False)
DATABASES = {"default": environment.database(Path.cwd() / "db.sqlite3")}
_database_file = Path(str(DATABASES["default"]["NAME"]))
_on_disk = DATABASES["default"]["ENGINE"].endswith("sqlite3") and _database_file.parent.is_dir()
SECRET_KEY = environment.secret_key(_database_file.resolve().parent if _on_disk else Path.cwd())
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
BASE_URL = environment.base_url()
CSRF_TRUSTED_ORIGINS = [BASE_URL]
vars().update(environment.email())
DEFAULT_FROM_EMAIL = "Cordée <ne-pas-repondre@cordee.invalid>"
EMAIL_TIMEOUT = 20  # seconds: a mail server that hangs delays the sender, and does not hold it for ever
MEDIA_ROOT = environment.folder("MEDIA_ROOT", default=Path.cwd() / "media")
TASKS_MODE = environment.choice("TASKS", ("auto", "db", "immediate"))  # who works in the background
TRUSTED_CERTIFICATES = environment.readable_folder("TRUSTED_CERTIFICATES")  # roots of electronic signatures

# Applications: the three packages, lowest first, then what they stand on ----------------------------------------------
INSTALLED_APPS = [
    "procurement.apps.ProcurementConfig",
    "projects.apps.ProjectsConfig",
    "documents.apps.DocumentsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "import_export",
    "django_tasks",
    "django_tasks_db",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "procurement.middleware.BodyLimitMiddleware",  # before whatever reads a body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "procurement.middleware.ActorMiddleware",
    "procurement.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "procurement.urls"
WSGI_APPLICATION = "procurement.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "procurement.access.actor_context",
            ],
            "builtins": ["procurement.templatetags.cordee"],
        },
    }
]
FORM_RENDERER = "procurement.forms.Renderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People ---------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "procurement.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "procurement.people.passwords.FrenchPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3_600  # seconds: a link of a mail serves once, within the hour
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "procurement.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # accounts are made once their address is confirmed (procurement/people)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a password or an address that changes is told to its owner
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one replaces it once confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds
ACCOUNT_FORMS = {"reset_password": "procurement.accounts.ResetForm"}
ACCOUNT_RATE_LIMITS = {  # « per key » is what procurement/accounts.py says: an account, a mailbox (quality.md A1, A9)
    "login": "60/m/ip",
    "login_failed": "50/15m/ip,10/15m/key",
    "login_failed_account": "10/15m/key",
    "login_failed_before": "1/15m/key",
    "reset_password": "10/h/ip",
    "reset_mailbox": "3/h/key",
    "join": "20/h/ip",
    "join_mailbox": "3/h/key",
    "invite": "60/h/user",
    "verify_code": "60/15m/ip",
    "verify_file": "20/15m/ip",
    "return_wrong": "20/15m/ip",
    "return_copy": "20/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES", default=0)
CACHES = {  # limits on attempts are counted in the database: every process sees the same, a restart forgets nothing
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "procurement_cacherow",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Language, place, time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Files: static ones are served by WhiteNoise straight from their source folders, so nothing has to be collected -------
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_URL = "/media/"  # never routed: files are served by permission, see documents/views/issues.py
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
LARGEST_COPY_BYTES = 25 * 2**20  # of a PDF that somebody returns signed, or verifies

# Safety ---------------------------------------------------------------------------------------------------------------
_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SECURE_SSL_REDIRECT = False  # the reverse proxy redirects; behind it every request looks like plain HTTP
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # for that reason, written in docs/operations.md
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0  # one year
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Work in the background: see documents/background.py ------------------------------------------------------------------
_queue = "django_tasks_db.DatabaseBackend"
_at_once = "django_tasks.backends.immediate.ImmediateBackend"
TASKS = {"default": {"BACKEND": _at_once if TASKS_MODE == "immediate" else _queue}}

# import-export: cells that look like formulas are made safe by procurement/sheets.py, which also restores them --------
IMPORT_EXPORT_USE_TRANSACTIONS = True
