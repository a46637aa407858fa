"""What commands share that speak to whoever sits at the console."""

import os


def console_language() -> str:
    """English for those whose terminal is English, German for all others."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((value for name in names if (value := os.environ.get(name))), "")
    return "en" if wanted.lower().startswith("en") else "de"
