"""What a file is called and what type it has."""

import datetime
import re

CONTENT_TYPES = {
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
}


def name_of(process: str, what: str, language: str, day: datetime.date, suffix: str) -> str:
    """ "integrationsplan-plan-de-2020-11-03.odt": letters, digits, "-" and one "." only."""
    name = re.sub(r"[^a-z0-9-]+", "-", f"{process}-{what}-{language}-{day:%Y-%m-%d}".lower())
    return f"{name[:120]}.{suffix}"
