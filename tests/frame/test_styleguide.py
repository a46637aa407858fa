"""The styleguide shows each component: no rule without an example, no class without a rule."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests import builders

ROOT = Path(__file__).parents[2]
STYLESHEET = ROOT / "config" / "static" / "css" / "site.css"
# What the styleguide can't show, and why.
NOT_SHOWN = {
    "brand__logo": "a town's own file",
    "htmx-request": "set by htmx while a request runs",
}


def ruled() -> set[str]:
    css = re.sub(r"(?s)/\*.*?\*/", "", STYLESHEET.read_text())
    named = set(re.findall(r"\.([a-z][\w-]*)(?![^{]*\})", css))
    # One rule for alerts and badges: `[class*=--info]`.
    tones = re.findall(r"\[class\*=(--\w+)\] \{", css)
    return named | {f"{block}{tone}" for block in ("alert", "badge") for tone in tones}


def classes(html: str) -> set[str]:
    """Those written out: of a name that a template puts together (`hue-{{ … }}`) no part is one."""
    written = re.findall(r'(?s)\bclass="((?:\{[{%].*?[%}]\}|[^"{])*)"', html)
    put_together = re.compile(r"(?s)[\w-]*\{\{.*?\}\}[\w-]*|[\w-]+--\{%.*?%\}(?:\w+\{%.*?%\})*|\{%.*?%\}")
    return {name for each in written for name in put_together.sub(" ", each).split()}


@pytest.mark.django_db
def test_every_class_of_the_stylesheet_is_shown(client: Client) -> None:
    client.force_login(builders.a_staff_member())
    # With a process, as staff see it: frame and navigation are components, too.
    builders.a_process()
    shown = classes(client.get("/staff/styleguide/").content.decode())
    assert ruled() - shown == set(NOT_SHOWN)


def test_every_class_in_a_template_has_a_rule() -> None:
    without = {
        f"{path.relative_to(ROOT)}: {name}"
        for app in ("config", "workshops", "notifications")
        for path in (ROOT / app / "templates").rglob("*.html")
        if "emails" not in path.parts
        for name in classes(path.read_text()) - ruled()
    }
    assert without == set()


@pytest.mark.django_db
def test_staff_find_the_styleguide_where_they_choose_the_colour(client: Client) -> None:
    client.force_login(builders.a_staff_member())
    process = builders.a_process()
    assert (
        'href="/staff/styleguide/"'
        in client.get(f"/staff/{process.slug}/settings/branding/").content.decode()
    )
