"""The product's settings, with what tests must fix: a key, a place for files, a fast password hash."""

import os
import tempfile
from pathlib import Path

_data = Path(os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="workshop-tests-")))
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("PUBLIC_URL", "http://testserver")
os.environ.setdefault("MAIL_FROM", "beteiligung@hechingen.example")

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
