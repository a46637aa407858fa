"""The product's settings, with what tests must fix: a key, a place for files, a fast password hash."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "DATA_DIR" not in os.environ:
    # Made by the first process of a run, and removed by it; the others find it in the environment.
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="workshop-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
# Static files straight from the source, whatever an earlier collectstatic left in the tree.
os.environ["STATIC_ROOT"] = str(Path(os.environ["DATA_DIR"]) / "no-static-files")
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("PUBLIC_URL", "http://testserver")
os.environ.setdefault("MAIL_FROM", "beteiligung@hechingen.example")

from config.settings import *  # noqa: F403

# In a file: the threads of a live server have connections of their own, as in production. In memory they
# would all share the test's one, and two requests at the same moment would end each other's transactions.
DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
FORM_SECONDS = 0  # tests send forms without having opened the page
REGISTRATIONS_PER_HOUR = 10_000  # all tests come from one address
STATIC_ROOT = None  # type: ignore[assignment]  # WhiteNoise warns of a directory that isn't there
# Each test's database is a new one: only processes that a test starts, and tests of it, have a witness.
WITNESS_FILE = Path(os.environ["TEST_WITNESS_FILE"]) if "TEST_WITNESS_FILE" in os.environ else None
