"""Every address that answers with a page, linked or not: accessible, fits the screen, no inline code.

The walk in test_every_page follows links, one page for each view, and so meets the addresses that something
links to. Here the resolver is asked: a page that is only posted to, asked for by a script or known from mail
is looked at as soon as it has an address. All as staff, who may open whatever moderators may, and what only
helpers may as a helper. Citizens' pages stand in `states`, each in all that can become of it; the accounts'
own pages in test_account_pages.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from tests import builders
from tests.architecture.addresses import Address, World, all_addresses, world
from tests.browser.looking import address, findings, in_each_reading, sign_in
from tests.browser.states import all_states
from tests.browser.walking import view_name
from workshops.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

# Django's own, and allauth's: with their states in test_account_pages.
ELSEWHERE = ("admin:", "account_", "mfa_", "?")
OF_HELPERS = "workshops:helping"
# What the answer of an address that is no page may be: moved, only for posting.
NO_PAGE = {200, 302, 405}
NOT_THERE = {"workshops:minutes": "not published in this world: a state of the citizens' pages"}
# Behind a personal link, and no state of `states`.
NO_STATE = {
    "personal_feed": "a calendar",
    "notifications:seat_file": "a calendar",
    "workshops:join_door": "a part of the page behind the link, asked for by its script",
    "workshops:join_leave": "a state by its link: `door, leave`",
    "workshops:my_data": "a file",
    "workshops:my_email_sent": "a state by its form: `mine, new address, sent`",
}


def whose_pages() -> Iterator[tuple[User, str, str]]:
    """Who opens it, name and German path of each address that answers with a whole page. Makes the rows."""
    place = world()
    helper = builders.a_helper(place.people.process)
    told = builders.a_participant(
        place.people.process, verified_at=None, consent_given="phone", consent_taken_by=helper
    )
    builders.a_registration(builders.a_workshop(place.workshop.series), told)
    addresses = [
        one for one in all_addresses() if "token" not in one.parts and not one.name.startswith(ELSEWHERE)
    ]
    for user, theirs in (
        (place.people.sabine, [one for one in addresses if not one.name.startswith(OF_HELPERS)]),
        (helper, [one for one in addresses if one.name.startswith(OF_HELPERS)]),
    ):
        client = Client()
        client.force_login(user)
        for name, path in pages_of(place, client, theirs):
            yield user, name, path


def pages_of(place: World, client: Client, addresses: list[Address]) -> Iterator[tuple[str, str]]:
    for one in addresses:
        path = place.path(one)
        answer = client.get(path)
        if answer.status_code == 200 and is_a_page(answer.headers["Content-Type"], answer.content):
            yield one.name, path
        else:
            assert answer.status_code in NO_PAGE or one.name in NOT_THERE, (one, answer.status_code)


def is_a_page(content_type: str, content: bytes) -> bool:
    """And no part of one, picture, table or calendar."""
    return content_type.startswith("text/html") and b"<main" in content


@in_each_reading
def test_every_address_of_those_who_work(page: "Page", language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wrong, signed_in_as = {}, None
    for user, name, path in list(whose_pages()):
        if user != signed_in_as:
            sign_in(page, user)
            signed_in_as = user
        answer = page.goto(address(path, language))
        assert answer is not None
        assert answer.status == 200, path
        if found := findings(page):
            wrong[name] = found
    assert wrong == {}


def test_each_page_behind_a_personal_link_is_a_state() -> None:
    seen = {view_name(state.path, "de") for state in all_states().values() if state.status == 200}
    behind_links = {
        one.name
        for one in all_addresses()
        if "token" in one.parts and not is_only_posted_to(resolve(reverse_with_anything(one)).func)
    }
    assert behind_links - seen == NO_STATE.keys() - seen
    assert NO_STATE.keys() <= behind_links


def reverse_with_anything(one: Address) -> str:
    return reverse(one.name, kwargs={part: 1 if part != "token" else "x" for part in one.parts})


def is_only_posted_to(view: Any) -> bool:
    """Django's `require_POST` keeps its list of methods in a closure."""
    while view is not None:
        if any(cell.cell_contents == ["POST"] for cell in getattr(view, "__closure__", None) or ()):
            return True
        view = getattr(view, "__wrapped__", None)
    return False
