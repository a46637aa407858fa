"""What the first visit costs, over the wire and for the eyes: little data, and nothing that moves."""

import datetime
import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders
from tests.browser import town
from tests.browser.looking import DESK, PHONE, address
from tests.workshops.documents.test_page_logo import noise
from workshops import links
from workshops.links import Scope
from workshops.models import Registration, Workshop
from workshops.operations import branding

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

LIMIT = 60 * 1024
PAGES = (
    "/integrationsplan/",
    "/integrationsplan/calendar/",
    "/integrationsplan/calendar/?month=2026-12",
    "/integrationsplan/register/",
    "/integrationsplan/measures/",
    "/integrationsplan/plan/",
    "/integrationsplan/progress/",
    "/integrationsplan/search/?q=Sprache",
    "/integrationsplan/imprint/",
    "/integrationsplan/privacy/",
    "/integrationsplan/accessibility/",
    "/integrationsplan/easy-language/",
    "/integrationsplan/sign-language/",
)


def on_the_wire(path: str, root: Path) -> int:
    """Bytes of a static file for a browser that takes gzip, the least that any does."""
    file = root / path.removeprefix("/static/")
    zipped = file.with_name(file.name + ".gz")
    return (zipped if zipped.exists() else file).stat().st_size


def wears_its_look(place: town.Town) -> None:
    """A colour and a logo of the heaviest kind that staff may upload."""
    branding.change(
        place.cast.process,
        colour="#1f6f54",
        logo=branding.checked_logo(noise(350, 350)),
        logo_text="Wappen",
        licence="dl-de/by-2-0",
        by=place.cast.sabine,
    )


@pytest.mark.parametrize("language", ["de", "ar", "ru"])
def test_a_public_page_weighs_less_than_60_kilobytes_without_letters(served: Path, language: str) -> None:
    place = town.in_full_swing()
    wears_its_look(place)
    # As many to choose from as a plan of ten fields has at once.
    series = place.upcoming[0].series
    soon = timezone.now() + datetime.timedelta(days=20)
    for number in range(101, 141):
        builders.a_workshop(series, number=number, starts_at=soon + datetime.timedelta(days=number - 100))
    workshop = Workshop.objects.select_related("series__field").order_by("pk").first()
    assert workshop is not None
    field = f"/integrationsplan/{workshop.series.field.slug}/"
    weights = {}
    for path in (*PAGES, field, f"{field}{workshop.number}/", place.manage_path, place.confirm_path):
        answer = Client().get(address(path, language), headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, path
        is_small = answer.headers.get("Content-Encoding") == "gzip"
        html = (gzip.decompress(answer.content) if is_small else answer.content).decode()
        linked = {
            urlsplit(found).path
            for found in re.findall(r'<(?:script|link|img)\b[^>]*?(?:src|href)="(/static/[^"]+)"', html)
        }
        look = re.findall(r'<(?:link|img)\b[^>]*?(?:src|href)="([^"]+/look/[^"]+)"', html)
        assert len(look) == 2, path
        letters = {each for each in linked if each.endswith(".woff2")}
        weights[path] = (
            len(answer.content)
            + sum(on_the_wire(each, served) for each in linked - letters)
            + sum(len(Client().get(each).content) for each in look)
        )
    assert {path: weight for path, weight in weights.items() if weight > LIMIT} == {}


# All that moved after it was drawn, and for which nobody had pressed anything (W3C Layout Instability).
SHIFTS = """() => new Promise(resolve => {
    const found = []
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            if (!entry.hadRecentInput)
                found.push(entry.value.toFixed(4) + ' ' + entry.sources.map(
                    s => (s.node?.outerHTML || s.node?.textContent || '').slice(0, 80)).join(' | '))
    }).observe({type: 'layout-shift', buffered: true})
    setTimeout(() => resolve(found), 200)
})"""


def moved(page: "Page") -> list[str]:
    """Below that a word has grown by a letter's part; a line that breaks elsewhere moves more."""
    return [each for each in page.evaluate(SHIFTS) if float(each.split()[0]) > 0.02]


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["de", "ar"])
def test_nothing_moves_on_the_first_visit(page: "Page", language: str, width: int) -> None:
    """Also with what scripts add: the waiting page's countdown, times by the reader's clock."""
    place = town.in_full_swing()
    wears_its_look(place)
    workshop = place.upcoming[0]
    seat = Registration.objects.get(workshop=workshop, participant=place.cast.amina)
    link = links.make(place.cast.amina, Scope.JOIN, registration=seat)
    join = f"/join/{links.token_of(link)}/"
    field = f"/integrationsplan/{workshop.series.field.slug}/"
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for path in (*PAGES, field, f"{field}{workshop.number}/", place.manage_path, join):
        answer = page.goto(address(path, language), wait_until="load")
        assert answer is not None
        assert answer.ok, path
        page.evaluate("document.fonts.ready.then(() => null)")
        page.wait_for_timeout(100)
        found[path] = moved(page)
    assert page.locator("#countdown").is_visible()
    assert {path: shifts for path, shifts in found.items() if shifts} == {}


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_nothing_moves_when_the_letters_come_late(page: "Page", language: str, width: int) -> None:
    town.in_full_swing()
    waiting: list[Route] = []
    page.route("**/*.woff2", lambda route: waiting.append(route))
    found = {}
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/integrationsplan/", "/integrationsplan/register/", "/integrationsplan/calendar/"):
        page.goto(address(path, language), wait_until="domcontentloaded")
        page.wait_for_timeout(300)
        assert waiting != []
        for route in waiting:
            route.continue_()
        waiting.clear()
        page.evaluate("document.fonts.ready.then(() => null)")
        page.wait_for_timeout(100)
        found[path] = moved(page)
    assert {path: shifts for path, shifts in found.items() if shifts} == {}
