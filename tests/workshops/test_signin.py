"""Signing in: by password, with a second factor; never by signing up alone."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests import builders, cast, pages
from workshops import links
from workshops.models import User
from workshops.operations import people as people_operations

pytestmark = pytest.mark.django_db

PASSWORD = "geheim-geheim"  # what the builders give


@pytest.fixture(autouse=True)
def _no_attempts_counted() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> str:
    """The address that follows, or "" if the form came back."""
    response = client.post("/accounts/login/", {"login": email, "password": password, **more})
    return response.headers.get("Location", "")


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str) -> str:
    """What the app on the phone shows now (RFC 6238: SHA-1, 30 seconds, six digits)."""
    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    ).digest()
    offset = digest[-1] & 15
    number: int = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


# --- with a password ------------------------------------------------------------------------------


def test_staff_sign_in_and_land_on_their_desk(client: Client, people: cast.Cast) -> None:
    assert sign_in(client, "sabine@hechingen.example") == "/desk/"
    assert client.get("/desk/").headers["Location"] == "/staff/integrationsplan/"


def test_the_address_may_be_typed_in_capitals_and_the_page_asked_for_follows(
    client: Client, people: cast.Cast
) -> None:
    wanted = "/staff/integrationsplan/people/"
    assert sign_in(client, "Sabine@Hechingen.example", next=wanted) == wanted


@pytest.mark.parametrize(
    ("email", "password"),
    [("sabine@hechingen.example", "falsch"), ("niemand@hechingen.example", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, people: cast.Cast, email: str, password: str
) -> None:
    response = client.post("/accounts/login/", {"login": email, "password": password})
    assert pages.errors(response) == ["Die E-Mail-Adresse und/oder das Passwort sind leider falsch."]
    assert not signed_in(client)


def test_a_deactivated_account_is_out_at_once(client: Client, people: cast.Cast) -> None:
    sign_in(client, people.murat.email)
    people_operations.deactivate(people.murat, by=people.sabine)
    assert client.get("/desk/").headers["Location"] == "/accounts/login/?next=/desk/"
    another = Client()
    assert sign_in(another, people.murat.email) == "/accounts/inactive/"
    assert not signed_in(another)


def test_the_address_that_the_account_has_now_is_the_one_that_signs_in(
    client: Client, people: cast.Cast
) -> None:
    # Signed in and out before, because allauth may keep the address for itself then.
    sign_in(client, people.sabine.email)
    client.post("/accounts/logout/")
    User.objects.filter(pk=people.sabine.pk).update(email="sabine.neu@hechingen.example")
    assert sign_in(Client(), "sabine@hechingen.example") == ""
    assert sign_in(client, "sabine.neu@hechingen.example") == "/desk/"


def test_signing_out_needs_the_button(client: Client, people: cast.Cast) -> None:
    sign_in(client, people.sabine.email)
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client)
    assert client.post("/accounts/logout/").headers["Location"] == "/"
    assert not signed_in(client)


def test_passwords_are_hashed_with_argon2_outside_tests() -> None:
    from config import settings

    assert settings.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_nobody_signs_up(client: Client, people: cast.Cast) -> None:
    before = set(User.objects.values_list("email", flat=True))
    for answer in (
        client.get("/accounts/signup/"),
        client.post("/accounts/signup/", {"email": "neu@example.org", "password1": "sehr-geheim-123"}),
    ):
        assert pages.lines(answer) == [
            "Konten werden von der Verwaltung angelegt",
            "Hier können Sie sich kein Konto selbst anlegen. "
            "Für die Teilnahme an Workshops brauchen Sie keines.",
            "Zu den Workshops",
        ]
    assert set(User.objects.values_list("email", flat=True)) == before


# --- forgotten and first passwords ----------------------------------------------------------------


def set_password(client: Client, address: str, password: str) -> str:
    page = client.get(address)
    form = page.headers["Location"] if page.status_code == 302 else address
    response = client.post(form, {"password1": password, "password2": password})
    return response.headers.get("Location", "")


def test_an_invited_moderator_sets_a_password_once(client: Client, people: cast.Cast) -> None:
    profile = people_operations.invite_moderator(
        people.process,
        email=" Lena@Example.org ",
        name="Lena Maier",
        fields=people.fields[:1],
        languages=["de", "fr"],
        by=people.sabine,
    )
    assert not profile.user.has_usable_password()
    assert sign_in(client, "lena@example.org", "") == ""
    address = links.password_url(profile.user)
    assert address.startswith("http://testserver/accounts/password/reset/key/")
    path = address.removeprefix("http://testserver")
    assert set_password(client, path, "12345678") == ""  # refused: too simple
    assert set_password(client, path, "ein-neues-Passwort-17") == "/desk/"
    assert Client().get(path, follow=True).context["token_fail"] is True
    profile.user.refresh_from_db()
    assert profile.user.check_password("ein-neues-Passwort-17")


def test_the_invitation_leads_to_a_page_in_the_moderators_language(people: cast.Cast) -> None:
    user = builders.a_user(language="en")
    assert links.password_url(user).startswith("http://testserver/en/accounts/password/reset/key/")


# --- the second factor ----------------------------------------------------------------------------


@pytest.fixture
def _clock_stands_still() -> Iterator[None]:
    """A code is good for half a minute: none must run out between two lines of a test."""
    with time_machine.travel(time.time(), tick=False):
        yield


def activate_second_factor(client: Client) -> str:
    asked_again = client.get("/accounts/2fa/totp/activate/").headers["Location"]
    assert asked_again.startswith("/accounts/reauthenticate/")
    proven = client.post(asked_again, {"password": PASSWORD})
    page = client.get(proven.headers["Location"])
    secret = str(page.context["form"].secret)
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert response.headers["Location"].startswith("/accounts/2fa/")
    return secret


@pytest.mark.usefixtures("_clock_stands_still")
def test_who_set_the_password_by_an_invitation_can_add_a_second_factor(people: cast.Cast) -> None:
    profile = people_operations.invite_moderator(
        people.process,
        email="lena@example.org",
        name="Lena Maier",
        fields=people.fields[:1],
        languages=["de"],
        by=people.sabine,
    )
    client = Client()
    path = links.password_url(profile.user).removeprefix("http://testserver")
    assert set_password(client, path, PASSWORD) == "/desk/"
    assert activate_second_factor(client)


@pytest.mark.usefixtures("_clock_stands_still")
def test_with_a_second_factor_the_password_alone_opens_nothing(people: cast.Cast) -> None:
    at_home = Client()
    sign_in(at_home, people.sabine.email)
    secret = activate_second_factor(at_home)
    cache.clear()  # a code is good once: forget that it was just used
    elsewhere = Client()
    assert sign_in(elsewhere, people.sabine.email) == "/accounts/2fa/authenticate/"
    assert not signed_in(elsewhere)
    assert elsewhere.get("/desk/").headers["Location"] == "/accounts/login/?next=/desk/"
    refused = elsewhere.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert pages.errors(refused) == ["Code – Falscher Code."]
    accepted = elsewhere.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert accepted.headers["Location"] == "/desk/"
    assert signed_in(elsewhere)


@pytest.mark.usefixtures("_clock_stands_still")
def test_a_lost_phone_is_replaced_by_a_recovery_code(people: cast.Cast) -> None:
    at_home = Client()
    sign_in(at_home, people.sabine.email)
    activate_second_factor(at_home)
    page = at_home.get("/accounts/2fa/recovery-codes/")
    code = page.context["unused_codes"][0]
    elsewhere = Client()
    sign_in(elsewhere, people.sabine.email)
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": code}).headers["Location"] == "/desk/"
    again = Client()
    sign_in(again, people.sabine.email)
    used_twice = again.post("/accounts/2fa/authenticate/", {"code": code})
    assert pages.errors(used_twice) == ["Code – Falscher Code."]
