#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] in (["demo"], ["serve"]):
        # Their processes make the key, in the directory that --data names; see config/house.py.
        os.environ.setdefault("SECRET_KEY", "replaced-by-the-key-in-the-data-directory")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A mistake in the environment is the operator's to mend: they need the sentence, not our lines.
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
