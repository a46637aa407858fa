"""Every page that is linked anywhere: accessible, fits the screen, no inline code, nothing from elsewhere.

Which pages there are is not listed here: the walk follows the links, so a new page is looked at as soon
as something leads to it.

German and Arabic at 320 pixels, where least fits; with EVERY_VIEW=1 Leichte Sprache too, and each at 1280.
Two are enough for CI, because each page reached is looked at in all six elsewhere (`seen_in_all_readings`,
asserted after each walk). What only the walk adds are forms refused, the links themselves and a moderator's
own view of a page: the same templates, otherwise filled. The other four readings would take five minutes.
"""

import functools
import os
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from tests import builders
from tests.browser import town
from tests.browser.looking import SMALL, findings, in_each_reading, sign_in, times_without_a_weekday
from tests.browser.states import all_states
from tests.browser.test_every_address import whose_pages
from tests.browser.walking import view_name, walk_links

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

in_two_views = (
    in_each_reading
    if os.environ.get("EVERY_VIEW")
    else pytest.mark.parametrize(("language", "width"), [("de", SMALL), ("ar", SMALL)])
)

ACCOUNTS = ("account_", "mfa_")
# The only pages of the walk that have no reading of their own elsewhere.
LEADS_ON = {"workshops:desk": "to the desk of the evening, which is workshops:moderate_desk"}


@functools.cache
def seen_in_all_readings() -> frozenset[str]:
    """The views of test_every_address and test_states, which CI opens in each; with rows that go again."""
    with transaction.atomic():
        seen = {name for _user, name, _path in whose_pages()}
        transaction.set_rollback(True)
    with transaction.atomic():
        states = [view_name(state.path, "de") or "" for state in all_states().values() if state.status == 200]
        transaction.set_rollback(True)
    return frozenset(seen | {name.partition("?")[0] for name in states})


@pytest.fixture(autouse=True)
def _known_before_the_walk(transactional_db: None) -> None:
    seen_in_all_readings()


# A form in which something must be typed: sent empty it is surely refused, and nothing is changed.
TO_REFUSE = "main form[method=post]:has(:is(input[type=text], input[type=email], textarea)[required])"
_EMPTY_AND_SEND = """form => {
    for (const field of form.querySelectorAll('input, textarea'))
        if (field.matches('textarea, [type=text], [type=email]')) field.value = ''
    form.noValidate = true
    form.requestSubmit(form.querySelector('[type=submit]'))
}"""


def look_around(page: "Page", *starts: str, language: str, width: int) -> dict[str, list[str]]:
    """What is wrong, by view; all views that were reached are keys. Then at each form, refused."""
    page.set_viewport_size({"width": width, "height": 800})
    found, forms = {}, {}
    for start in starts:
        for name in walk_links(page, start=start, language=language):
            found[name] = [*findings(page), *times_without_a_weekday(page, language)]
            if page.locator(TO_REFUSE).count():
                forms[name] = page.url
    # In German always, in the others when there is time.
    if language == "de" or os.environ.get("EVERY_VIEW"):
        for name, url in forms.items():
            found[f"{name}, refused"] = refused(page, url)
    return found


def refused(page: "Page", url: str) -> list[str]:
    page.goto(url)
    with page.expect_navigation():
        page.locator(TO_REFUSE).first.evaluate(_EMPTY_AND_SEND)
    if not page.locator(".error-summary:focus").count():
        return [f"{url}: sent empty, and no list of mistakes has the focus"]
    return findings(page)


def assert_all_well(found: dict[str, list[str]], *, reached: set[str]) -> None:
    assert [line for lines in found.values() for line in lines] == []
    assert reached - found.keys() == set()
    views = {name.partition("?")[0].partition(",")[0] for name in found}
    only_here = views - seen_in_all_readings() - LEADS_ON.keys()
    # The accounts' pages are opened in all readings by test_account_pages.
    assert {name for name in only_here if not name.startswith(ACCOUNTS)} == set()


@in_two_views
def test_the_public_pages(page: "Page", language: str, width: int) -> None:
    town.in_full_swing()
    found = look_around(page, "/integrationsplan/", "/accounts/login/", language=language, width=width)
    assert_all_well(
        found, reached={"workshops:process", "workshops:imprint", "workshops:privacy", "account_login"}
    )


@in_two_views
def test_the_citizens_own_pages(page: "Page", language: str, width: int) -> None:
    place = town.in_full_swing()
    starts = (place.manage_path, place.confirm_path, place.contribute_path)
    found = look_around(page, *starts, language=language, width=width)
    reached = {"workshops:my_registrations", "workshops:confirm", "workshops:contribute_minutes"}
    assert_all_well(found, reached=reached)


@in_two_views
def test_the_moderators_pages(page: "Page", language: str, width: int) -> None:
    place = town.in_full_swing()
    sign_in(page, place.cast.murat)
    found = look_around(page, "/moderation/", language=language, width=width)
    assert_all_well(found, reached={"workshops:moderation", "workshops:moderate_desk"})


@in_two_views
def test_the_staff_pages(page: "Page", language: str, width: int) -> None:
    place = town.in_full_swing()
    sign_in(page, place.cast.sabine)
    found = look_around(page, "/staff/integrationsplan/", language=language, width=width)
    assert_all_well(found, reached={"workshops:staff_process", "workshops:staff_survey"})


@pytest.mark.parametrize(
    ("language", "width"), in_each_reading.args[1] if os.environ.get("EVERY_VIEW") else [("de", SMALL)]
)
def test_where_there_is_nothing_yet(page: "Page", language: str, width: int) -> None:
    """Staff's pages of a new process; a moderator and a helper who have nobody and nothing yet."""
    process = builders.a_process(slug="leer")
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for user, start in (
        (builders.a_moderator(process), "/moderation/"),
        (builders.a_helper(process), "/helping/"),
        (builders.a_staff_member(), "/staff/leer/"),
    ):
        sign_in(page, user)
        for name in walk_links(page, start=start, language=language, stays=True):
            found[name] = findings(page)
    assert_all_well(
        found, reached={"workshops:moderation", "workshops:staff_process", "workshops:staff_plan"}
    )
