"""Times on pages are said by workshops/dates.py: with the weekday, in the town's zone, as each language does.

Django's own formats know neither (docs/adr/0045-nine-languages-one-of-them-easy-german.md).
"""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import DateField, DateTimeField

APPS = ("config", "workshops", "notifications")
# For scripts, addresses and attributes, or the number in a calendar's cell.
FOR_MACHINES = {"c", "U", "Y-m", "Y-m-d", "j"}
ELSEWHERE = {
    # The mailbox of the demo: mails of every process, so of no town; the weekday stands in the format.
    ("mailbox/inbox.html", "l, j. F Y, H:i"),
    ("mailbox/mail.html", "l, j. F Y, H:i"),
    # An attribute: what editor.js says of the moment it has just saved.
    ("moderator/_editor_attributes.html", "H:i"),
}
# Where a time stands without its day: right before it, or above it, the day is said.
THE_DAY_IS_SAID = {
    "staff/_planning_months.html",  # in a calendar's cell
    "staff/workshop_reschedule_preview.html",  # the end, behind the begin
    "moderator/desk.html",  # the points of one evening, below its day
}


def pages() -> list[tuple[str, str]]:
    return [
        (f"{path.parent.name}/{path.name}", path.read_text(encoding="utf-8"))
        for app in APPS
        for path in sorted((Path(settings.BASE_DIR) / app / "templates").rglob("*.html"))
        if "emails" not in path.parts
    ]


def columns() -> set[str]:
    """The names of all columns that hold a day or a moment."""
    return {
        field.name
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.get_fields()
        if isinstance(field, (DateField, DateTimeField))
    }


def formatted(text: str) -> list[str]:
    """What stands behind Django's own `|date` and `|time`."""
    return [found[2] or "" for found in re.finditer(r"\|(?:date|time)\b(:[\"']([^\"']*)[\"'])?", text)]


def bare(text: str, names: set[str]) -> list[str]:
    """Columns that are written as they are, into the page or into a sentence."""
    attribute = rf"[\w.]+\.(?:{'|'.join(sorted(names))})"
    return [
        found[1]
        for pattern in (rf"{{{{ ({attribute}) }}}}", rf"blocktranslate[^%]*=({attribute})(?=[ %])")
        for found in re.finditer(pattern, text)
    ]


def test_no_page_formats_a_moment_itself() -> None:
    wrong = {
        (name, style)
        for name, text in pages()
        for style in formatted(text)
        if style not in FOR_MACHINES and (name, style) not in ELSEWHERE
    }
    assert wrong == set()


def test_no_page_writes_a_moment_as_it_is() -> None:
    names = columns()
    assert {"starts_at", "created_at", "adopted_on"} <= names
    wrong = [(name, each) for name, text in pages() for each in bare(text, names)]
    assert wrong == []


def test_a_time_stands_without_its_day_only_where_the_day_is_said() -> None:
    assert {name for name, text in pages() if "|time_of_day" in text} == THE_DAY_IS_SAID


def test_the_search_finds_what_it_looks_for() -> None:
    assert formatted("{{ a.b|date }} {% x y=c|time:'H:i' %} {{ d|date_in_words }}") == ["", "H:i"]
    text = "{{ a.created_at }} {% blocktranslate with at=b.created_at %} {% moment c.created_at process %}"
    assert bare(text, {"created_at"}) == ["a.created_at", "b.created_at"]
