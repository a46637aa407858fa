"""Every page that isn't public refuses anonymous visitors, strangers and other people's moderators.

The walk asks the resolver, not a list of pages: an address that is added and not named here is expected
to be for staff only, and the test fails if it isn't.
"""

import logging
import types
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

import config.urls
from tests import builders
from tests.architecture.addresses import Address, World, all_addresses, in_another_process, world
from workshops import links
from workshops.links import Scope
from workshops.models import ParticipationProcess, User

pytestmark = pytest.mark.django_db

# What everyone may open. A page belongs here only if it shows nothing that isn't for everyone.
PUBLIC = {
    "health",
    "process_feed",
    "field_feed",
    "milestone_feed",
    "town_style",
    "town_logo",
    "notifications:workshop_file",
    "workshops:home",
    "workshops:left_room",
    "workshops:process",
    "workshops:calendar",
    "workshops:measures",
    "workshops:measures_csv",
    "workshops:measures_json",
    "workshops:measures_schema",
    "workshops:plan",
    "workshops:progress",
    "workshops:search",
    "workshops:embed_progress",
    "workshops:embed_workshops",
    "workshops:register",
    "workshops:register_sent",
    "workshops:register_conflicts",
    "workshops:personal_link",
    "workshops:personal_link_sent",
    "workshops:imprint",
    "workshops:privacy",
    "workshops:accessibility",
    "workshops:accessibility_sent",
    "workshops:easy_language",
    "workshops:sign_language",
    "workshops:field",
    "workshops:workshop",
    "workshops:minutes",
    "workshops:poster",
    "workshops:qr_code",
    "workshops:share_image",
    "workshops:recording",
}
# Sign-in itself: everyone may try.
SIGN_IN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
}
# One's own account: whoever is signed in.
OWN_ACCOUNT = {
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
# allauth's pages for more addresses, or another one: nobody's (docs/operating.md).
CLOSED = {
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
}
# Who has the link is the person.
PERSONAL = {
    "personal_feed": Scope.FEED,
    "notifications:unsubscribe": Scope.UNSUBSCRIBE,
    "notifications:seat_file": Scope.MANAGE,
    "workshops:confirm": Scope.CONFIRM,
    "workshops:join": Scope.JOIN,
    "workshops:join_door": Scope.JOIN,
    "workshops:join_leave": Scope.JOIN,
    "workshops:join_priorities": Scope.JOIN,
    "workshops:contribute_priorities": Scope.CONTRIBUTE,
    "workshops:contribute": Scope.CONTRIBUTE,
    "workshops:contribute_minutes": Scope.CONTRIBUTE,
    "workshops:contribute_consents": Scope.CONTRIBUTE,
    "workshops:my_contribute": Scope.MANAGE,
    "workshops:my_registrations": Scope.MANAGE,
    "workshops:my_add": Scope.MANAGE,
    "workshops:my_details": Scope.MANAGE,
    "workshops:my_contact": Scope.MANAGE,
    "workshops:my_email": Scope.MANAGE,
    "workshops:my_email_sent": Scope.MANAGE,
    "workshops:confirm_address": Scope.ADDRESS,
    "workshops:my_invitations": Scope.MANAGE,
    "workshops:my_calendar": Scope.MANAGE,
    "workshops:my_data": Scope.MANAGE,
    "workshops:my_data_page": Scope.MANAGE,
    "workshops:my_erase": Scope.MANAGE,
    "workshops:my_cancel": Scope.MANAGE,
    "workshops:my_needs": Scope.MANAGE,
    "workshops:my_join": Scope.MANAGE,
}
# Who signs it with a room's secret, whoever else knocks (tests/workshops/room/test_webhook.py).
SIGNED = {"conference_webhook"}
# All moderators and staff; each sees their own.
DESKS = {"workshops:desk", "workshops:moderation", "workshops:moderation_arrivals"}
# Those who register people on their behalf; in their processes, whom they registered themselves.
HELPERS = {"workshops:helping", "workshops:helping_register"}
# The moderators of the workshop in the address, and staff.
ONES_OWN_WORKSHOP = "workshops:moderate_"

METHODS = ("GET", "POST")


@pytest.fixture(autouse=True)
def _hundreds_of_refusals_are_expected(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")


def is_ones_own(address: Address) -> bool:
    return address.name.startswith(ONES_OWN_WORKSHOP)


def guarded_addresses() -> list[Address]:
    """Those for staff, or for a workshop's moderators: all that isn't named above."""
    named = PUBLIC | SIGN_IN | OWN_ACCOUNT | CLOSED | DESKS | HELPERS | SIGNED | PERSONAL.keys()
    return [
        address
        for address in all_addresses()
        if address.name not in named and not address.name.startswith(("admin:", "mailbox:"))
    ]


def visitor(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def answers(client: Client, where: str) -> list[str]:
    """What the page says to GET and to POST: a status, or "sign in"."""
    said = []
    for method in METHODS:
        answer = client.generic(method, where)
        is_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
        said.append("sign in" if is_sign_in else str(answer.status_code))
    return said


def is_refusal(said: list[str], *, expected: set[str]) -> bool:
    """A page that knows one method answers the other with 405, to everyone; but not both."""
    return set(said) <= expected | {"405"} and bool(set(said) & expected)


def holes(place: World, addresses: list[Address]) -> list[str]:
    """Guarded pages that let someone in who has no business there, or that nobody can open."""
    people = place.people
    anonymous, stranger, other = visitor(None), visitor(people.stranger), visitor(place.other_moderator)
    own, staff = visitor(people.murat), visitor(people.sabine)
    found = []
    for address in addresses:
        where = place.path(address)
        refused = [("anonymous", anonymous, "sign in"), ("stranger", stranger, "403")]
        welcome = [("staff", staff)]
        if is_ones_own(address):
            refused.append(("other moderator", other, "404"))
            welcome.append(("own moderator", own))
        else:
            refused.append(("moderator", own, "403"))
        for role, client, refusal in refused:
            said = answers(client, where)
            if not is_refusal(said, expected={refusal}):
                found.append(f"{address.name}: {role} → {said}")
        for role, client in welcome:
            status = client.get(where).status_code
            if status not in (200, 302, 405):
                found.append(f"{address.name}: {role} → {status}, is this a real page?")
    return found


def test_pages_that_are_not_public_refuse_all_who_have_no_business_there() -> None:
    assert holes(world(), guarded_addresses()) == []


def test_a_new_page_without_a_guard_is_found() -> None:
    def careless(request: HttpRequest) -> HttpResponse:
        return HttpResponse("Geheimes")

    urls = types.ModuleType("careless_urls")
    urls.urlpatterns = [path("staff/careless/", careless, name="careless"), *config.urls.urlpatterns]  # type: ignore[attr-defined]
    place = world()
    before = guarded_addresses()
    with override_settings(ROOT_URLCONF=urls):
        added = [address for address in guarded_addresses() if address not in before]
        assert holes(place, added) == [
            f"careless: {role} → ['200', '200']" for role in ("anonymous", "stranger", "moderator")
        ]


def test_every_name_listed_here_is_still_a_page() -> None:
    there = {address.name for address in all_addresses()}
    listed = PUBLIC | SIGN_IN | OWN_ACCOUNT | CLOSED | DESKS | HELPERS | SIGNED | PERSONAL.keys()
    assert sorted(listed - there) == []


def test_a_draft_is_not_its_moderators_yet() -> None:
    place = world()
    murat = visitor(place.people.murat)
    said = {
        address.name: answers(murat, place.path(address, workshop=place.draft.pk))
        for address in guarded_addresses()
        if is_ones_own(address)
    }
    assert [name for name, each in said.items() if not is_refusal(each, expected={"404"})] == []


def test_rows_are_not_found_under_another_process() -> None:
    """Staff may see every process, but an address that mixes two is a mistake, and changes nothing."""
    mixed = in_another_process(world())
    names = [
        address
        for address in guarded_addresses()
        if {"process", "pk"} <= address.parts or {"process", "registration"} <= address.parts
    ]
    names = [one for one in names if one.name not in ACCOUNTS | HARMLESS]
    assert names
    staff = visitor(mixed.people.sabine)
    said = {one.name: answers(staff, mixed.path(one)) for one in names}
    assert [name for name, each in said.items() if not is_refusal(each, expected={"404"})] == []


# Accounts belong to the house, not to a process.
ACCOUNTS = {
    "workshops:staff_colleague_invite_again",
    "workshops:staff_deactivate",
    "workshops:staff_reactivate",
}
# Going a second time, or for a row that isn't there, they change nothing and lead back to the list.
HARMLESS = {"notifications:reminder_delete", "workshops:staff_field_move"}


def test_what_leads_back_to_the_list_changes_nothing_of_another_process() -> None:
    place = world()
    mixed = in_another_process(place)
    rules = list(place.people.process.reminder_rules.values_list("pk", flat=True))
    order = list(place.people.process.fields.values_list("pk", "position"))
    for address in all_addresses():
        if address.name in HARMLESS:
            visitor(mixed.people.sabine).post(mixed.path(address))
    assert list(place.people.process.reminder_rules.values_list("pk", flat=True)) == rules
    assert list(place.people.process.fields.values_list("pk", "position")) == order


def test_what_is_signed_by_a_provider_counts_for_nobody_else() -> None:
    place = world()
    clients = [visitor(user) for user in (None, place.people.murat, place.people.sabine)]
    key = builders.a_room(place.people.process, provider="zoom").webhook_key
    said = {
        address.name: [answers(client, place.path(address, webhook_key=key)) for client in clients]
        for address in all_addresses()
        if address.name in SIGNED
    }
    assert said == dict.fromkeys(SIGNED, [["405", "401"]] * 3)


def test_nobody_changes_the_address_of_their_own_account() -> None:
    place = world()
    clients = [visitor(user) for user in (None, place.people.murat, place.people.sabine)]
    said = {
        address.name: [answers(client, place.path(address)) for client in clients]
        for address in all_addresses()
        if address.name in CLOSED
    }
    assert said == dict.fromkeys(CLOSED, [["404", "404"]] * 3)


def test_helpers_pages_are_for_helpers_of_that_process_only() -> None:
    place = world()
    other = builders.a_helper(builders.a_process())
    own = builders.a_helper(place.people.process)
    people = place.people
    roles = [(None, "sign in"), (people.stranger, "403"), (people.murat, "403"), (people.sabine, "403")]
    for address in all_addresses():
        if address.name not in HELPERS:
            continue
        for user, refusal in roles:
            assert is_refusal(answers(visitor(user), place.path(address)), expected={refusal}), address
        assert visitor(own).get(place.path(address)).status_code == 200, address
        if "process" in address.parts:
            assert is_refusal(answers(visitor(other), place.path(address)), expected={"404"}), address


def test_a_helper_opens_nothing_else() -> None:
    place = world()
    helper = visitor(builders.a_helper(place.people.process))
    found = []
    for address in guarded_addresses():
        said = answers(helper, place.path(address))
        if not is_refusal(said, expected={"403"}):
            found.append(f"{address.name} → {said}")
    assert found == []
    assert helper.get("/desk/").headers["Location"] == "/helping/"


def test_ones_own_account_and_the_desks_ask_to_sign_in() -> None:
    place = world()
    for address in all_addresses():
        if address.name in OWN_ACCOUNT | DESKS:
            assert is_refusal(answers(visitor(None), place.path(address)), expected={"sign in"}), address
        if address.name in DESKS:
            assert is_refusal(
                answers(visitor(place.people.stranger), place.path(address)), expected={"403"}
            ), address


def _strange_tokens(place: World, scope: Scope) -> Iterator[tuple[str, str]]:
    """Tokens that must not open a page of this scope: mistyped, of another scope, revoked."""
    yield "mistyped", "x" * 43
    for other in Scope:
        if other != scope:
            yield f"{other} link", place.token(other)
    revoked = place.token(scope)
    links.revoke(place.people.amina, scope)
    yield "revoked", revoked


def test_personal_pages_refuse_every_other_link() -> None:
    place = world()
    clients = [visitor(None), visitor(place.people.sabine)]
    found = []
    for address in all_addresses():
        if address.name not in PERSONAL:
            continue
        for kind, token in _strange_tokens(place, PERSONAL[address.name]):
            for client in clients:
                said = answers(client, place.path(address, token=token))
                if not is_refusal(said, expected={"404", "410"}):
                    found.append(f"{address.name}: {kind} → {said}")
    assert found == []


def test_ones_own_link_does_not_lead_to_another_persons_registration() -> None:
    place = world()
    token = links.token_of(links.make(place.people.hans, Scope.MANAGE))
    said = {
        address.name: answers(visitor(None), place.path(address, token=token))
        for address in all_addresses()
        if {"token", "registration"} <= address.parts
    }
    assert len(said) == 4
    assert [name for name, each in said.items() if not is_refusal(each, expected={"404"})] == []


def test_a_process_that_is_not_public_is_seen_by_staff_only() -> None:
    place = world()
    ParticipationProcess.objects.update(is_public=False)
    clients = [visitor(user) for user in (None, place.people.stranger, place.people.murat)]
    found = []
    for address in all_addresses():
        if address.name not in PUBLIC or "process" not in address.parts:
            continue
        where = place.path(address)
        for client in clients:
            said = answers(client, where)
            if not is_refusal(said, expected={"404"}):
                found.append(f"{address.name} → {said}")
    assert found == []


def test_public_pages_need_no_sign_in() -> None:
    place = world()
    place.workshop.minutes.status = "published"
    fields: dict[str, Any] = {"published_at": place.workshop.starts_at, "published_by": place.people.sabine}
    type(place.workshop.minutes).objects.update(status="published", **fields)
    found = {
        address.name: Client().get(place.path(address)).status_code
        for address in all_addresses()
        if address.name in PUBLIC
    }
    assert {name: status for name, status in found.items() if status != 200} == {"workshops:home": 302}


def test_the_admin_refuses_all_but_superusers() -> None:
    place = world()
    parts = {
        "object_id": place.workshop.pk,
        "app_label": "workshops",
        "content_type_id": 1,
        "url": "workshops/",
    }
    root = builders.a_user(is_staff=True, is_superuser=True)
    asked = [
        (address, place.path(address, **parts))
        for address in all_addresses()
        if address.name.startswith("admin:") and not address.name.startswith("admin:?")
    ]
    found = []
    for role, user in (
        ("anonymous", None),
        ("stranger", place.people.stranger),
        ("moderator", place.people.murat),
    ):
        client = visitor(user)
        for address, where in asked:
            said = answers(client, where)
            if "200" in said:
                found.append(f"{address.name}: {role} → {said}")
    assert found == []
    assert visitor(root).get("/admin/").status_code == 200
