"""Django settings, read once from the environment.

Every knob of a site is an environment variable named ANLAN_*; everything else is the product's.
`anlan.cli` starts the database first and sets ANLAN_DATABASE_URL, so that importing this module
never starts a process and never makes a folder.
"""

import os
import secrets
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent


# --- where things lie ----------------------------------------------------------------------------


def _default_data() -> Path:
    share = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(share).expanduser() / "anlan"


DATA_DIR = Path(os.environ.get("ANLAN_DATA") or _default_data()).expanduser().absolute()
FILES_DIR = DATA_DIR / "files"  # stored files, by content hash (kernel.files)
KEYS_DIR = DATA_DIR / "keys"  # secret_key, master_key ...: mode 600, part of every backup

# Folders of the official typefaces (方正小标宋、仿宋_GB2312 …), which are not ours to give: what is
# printed as PDF is set in them, else in Noto. Several are parted as in PATH.
ANLAN_FONTS = [
    *map(Path, filter(None, os.environ.get("ANLAN_FONTS", "").split(os.pathsep))),
    *filter(Path.is_dir, [DATA_DIR / "fonts"]),
]

# The wheel carries the catalogues inside the package, a checkout beside it.
_inside, _beside = PACKAGE / "catalogues", PACKAGE.parent / "catalogues"
CATALOGUES_DIR = _inside if _inside.is_dir() else _beside
# A site's own folder replaces the product's catalogues file by file.
ANLAN_CATALOGUES = Path(os.environ.get("ANLAN_CATALOGUES") or DATA_DIR / "catalogues")


def _secret_key() -> str:
    """The site's own key, made at the first start and kept beside its data."""
    given = os.environ.get("ANLAN_SECRET_KEY")
    if given:
        return given
    path = KEYS_DIR / "secret_key"
    if not path.exists():
        if not DATA_DIR.is_dir():
            # No data folder: a type check or a build. Nothing signed now must hold later.
            return secrets.token_urlsafe(48)
        KEYS_DIR.mkdir(mode=0o700, exist_ok=True)
        # Written aside and linked: two processes that start at once end up with one key.
        draft = path.with_name(f".secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first: its key is the site's key
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("ANLAN_DEBUG") == "1"


# --- the database --------------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    """postgresql://user:password@host:port/name?option=value, the way libpq reads it."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "")) or unquote(parts.hostname or "")
    if pool := int(os.environ.get("ANLAN_POOL", "0")):
        # Web processes only: a command needs one connection, not a pool with its threads.
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 30}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "anlan",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        # The test session migrates one database and every worker copies it (conftest.py).
        "TEST": {"TEMPLATE": os.environ.get("ANLAN_TEST_TEMPLATE")},
    }


DATABASES = {"default": _database(os.environ.get("ANLAN_DATABASE_URL", "postgresql:///anlan"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# --- what is installed ---------------------------------------------------------------------------

_ROOMS = (
    "kernel", "people", "registry", "duty", "papers", "callup", "matters", "records", "dues",
    "watch", "accidents", "figures", "wiring", "web",
)  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "procrastinate.contrib.django",
    "django_htmx",
    *(f"anlan.{room}" for room in _ROOMS if find_spec(f"anlan.{room}.apps")),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "anlan.web.middleware.Sessions",
    "anlan.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "anlan.web.middleware.Headers",
    "anlan.web.middleware.WhoAsks",
    "anlan.web.middleware.Refusals",
    # Last, as axes asks: it turns a lockout raised while signing in into an answer.
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "anlan.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


# --- who signs in --------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# Five wrong passwords for one name from one address: locked for a quarter of an hour. By the pair,
# so that nobody can lock a duty officer out from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "anlan.web.signin.views.locked_out"
CSRF_FAILURE_VIEW = "anlan.web.shell.views.forgery"


# The digest that seals the trail: sha256, or sm3 where 国密 is asked for. It may change any day.
TRAIL_HASH = os.environ.get("ANLAN_TRAIL_HASH", "sha256")
# The cipher of personal values beside it: aes (256 bits), or sm4. It too may change any day.
PERSONAL_CIPHER = os.environ.get("ANLAN_PERSONAL_CIPHER", "aes")


# --- language, time, files -----------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("zh-hant", _("繁體中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"  # shown; stored as UTC
USE_TZ = True

STATIC_URL = "/static/"
# Served straight from the packages: nothing to collect, a new wheel is a new set of files.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# The bundler puts a content hash of eight signs into a name (main-3KX5N2QD.js): cached for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[-.][0-9A-Z]{8}\.[0-9a-z.]+$"

DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a pasted sheet of 1,000 rows
FILE_UPLOAD_PERMISSIONS = 0o600


# --- the live stream: a process of its own beside the web (anlan.web.live) ------------------------

# Another address for it, as a reverse proxy gives it; else `anlan up` says which ports are whose.
LIVE_URL = os.environ.get("ANLAN_LIVE_URL", "")
LIVE_PORT = os.environ.get("ANLAN_LIVE_PORT", "")
WEB_PORT = os.environ.get("ANLAN_WEB_PORT", "")


# --- headers and cookies -------------------------------------------------------------------------

# `anlan up` narrows or widens this to the address it listens on.
ALLOWED_HOSTS = os.environ.get("ANLAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("ANLAN_HTTPS") == "1"  # behind a proxy that speaks TLS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "anlan_session", "anlan_csrf"
SESSION_COOKIE_AGE = 12 * 60 * 60  # one shift
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No inline script, nothing from elsewhere: these networks are closed. Sent by anlan.web.
SECURE_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


# --- observations --------------------------------------------------------------------------------

# The broker that devices send to, as mqtt://name:password@host:1883; without one, HTTP alone.
MQTT_URL = os.environ.get("ANLAN_MQTT_URL", "")
# Below so many bytes of free disk nothing more is taken in: what is left is for mending it.
INGEST_RESERVE = int(os.environ.get("ANLAN_DISK_RESERVE_MB", "1024")) * 2**20


# --- what goes wrong ------------------------------------------------------------------------------

# Every fault with its traceback, to where `anlan up` keeps it (DATA/logs); Django alone would mail
# them to nobody.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # They write whole addresses, and the address of a group's robot is its key. What is wrong
        # with a line is said in our own words.
        "urllib3": {"level": "INFO"},
        "apprise": {"level": "CRITICAL"},
    },
}
