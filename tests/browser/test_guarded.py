"""The guard of public forms, as people meet it: never, unless they are very fast."""

from typing import TYPE_CHECKING

import pytest
from pytest_django.fixtures import Settings

from tests import builders, cast
from tests.browser.looking import PHONE, findings, look_at, walk_by_keyboard
from workshops.models import Participant, Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
PATH = "/integrationsplan/register/"


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(builders.a_series(cast.gather().fields[0]))


def test_who_is_very_fast_presses_once_more_and_has_typed_nothing_in_vain(
    page: "Page", workshop: Workshop, settings: Settings
) -> None:
    settings.FORM_SECONDS = 30
    look_at(page, PATH, width=PHONE)
    page.locator('input[name="workshops"]').check()
    page.get_by_label("Name", exact=True).fill("Eva")
    page.get_by_label("E-Mail-Adresse").fill("eva@example.org")
    page.locator('input[name="privacy"]').check()
    page.get_by_role("button", name="Anmelden").click()

    summary = page.locator(".error-summary")
    assert "Das ging sehr schnell." in summary.inner_text()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert findings(page) == []
    assert page.get_by_label("E-Mail-Adresse").input_value() == "eva@example.org"
    assert page.locator('input[name="workshops"]').is_checked()
    assert not Participant.objects.filter(email="eva@example.org").exists()

    # As if the rest of the time had gone by.
    settings.FORM_SECONDS = 0
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/register/sent/")
    assert Participant.objects.filter(email="eva@example.org").exists()


@pytest.mark.parametrize("path", [PATH, "/integrationsplan/my-link/"])
def test_nobody_meets_the_unseen_field(page: "Page", workshop: Workshop, path: str) -> None:
    look_at(page, path)
    assert page.locator('input[name="website"]').count() == 1
    assert not page.locator('input[name="website"]').is_visible()
    assert [stop.name for stop in walk_by_keyboard(page) if "leer lassen" in stop.name] == []
    assert "leer lassen" not in page.locator("body").aria_snapshot()
    assert "leer lassen" not in page.locator("body").inner_text()
