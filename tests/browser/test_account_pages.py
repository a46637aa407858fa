"""The pages of staff's and moderators' accounts, state by state: signing in, the second step, passwords."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tests import cast
from tests.browser.looking import address, findings, in_each_reading
from workshops.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

PASSWORD = "Marktplatz-72379"
ACCOUNT = "/accounts/"


def submit(page: "Page") -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def give_password(page: "Page", language: str, user: User, password: str = PASSWORD) -> None:
    page.goto(address(f"{ACCOUNT}login/", language))
    page.locator("main [name=login]").fill(user.email)
    page.locator("main [name=password]").fill(password)
    submit(page)


def before_signing_in(page: "Page", language: str, user: User) -> Iterator[str]:
    """Names of states, each opened."""
    for path in ("login/", "signup/", "inactive/", "password/reset/", "password/reset/done/"):
        page.goto(address(f"{ACCOUNT}{path}", language))
        yield path
    give_password(page, language, user, "falsch")
    page.locator(".error-summary").wait_for()
    yield "login, wrong password"
    page.goto(address(f"{ACCOUNT}password/reset/", language))
    page.locator("main form").first.evaluate("form => { form.noValidate = true }")
    submit(page)
    yield "reset, mistake"
    page.goto(address(f"{ACCOUNT}password/reset/key/1-abc/", language))
    yield "reset, link over"
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    page.goto(address(f"{ACCOUNT}password/reset/key/{key}/", language))
    page.locator("main [name=password1]").wait_for()
    yield "reset, new password"
    submit(page)
    yield "reset, new password, mistake"
    page.goto(address(f"{ACCOUNT}password/reset/key/done/", language))
    yield "reset, all done"


def signed_in(page: "Page", language: str, user: User) -> Iterator[str]:
    give_password(page, language, user)
    for path in ("2fa/", "2fa/totp/activate/", "password/change/", "logout/", "reauthenticate/"):
        page.goto(address(f"{ACCOUNT}{path}", language))
        yield path
    page.goto(address(f"{ACCOUNT}2fa/totp/activate/", language))
    submit(page)
    yield "activate, mistake"
    page.goto(address(f"{ACCOUNT}password/change/", language))
    submit(page)
    yield "change password, mistake"
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    codes = "2fa/recovery-codes/"
    for path in ("2fa/", codes, f"{codes}generate/", "2fa/totp/deactivate/", "2fa/reauthenticate/"):
        page.goto(address(f"{ACCOUNT}{path}", language))
        yield f"{path}, switched on"


def the_second_step(page: "Page", language: str, user: User) -> Iterator[str]:
    page.context.clear_cookies()
    give_password(page, language, user)
    page.locator("main [name=code]").wait_for()
    yield "second step"
    page.locator("main [name=code]").fill("000000")
    submit(page)
    yield "second step, wrong code"


def all_of_an_account(page: "Page", language: str, width: int) -> Iterator[str]:
    """The name of each page and state, which stands open by then: before, at and after signing in."""
    user = cast.gather().sabine
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    page.set_viewport_size({"width": width, "height": 800})
    for walk in (before_signing_in, signed_in, the_second_step):
        yield from walk(page, language, user)


@in_each_reading
def test_no_state_of_an_account_is_a_barrier(page: "Page", language: str, width: int) -> None:
    wrong = []
    for name in all_of_an_account(page, language, width):
        assert page.locator("main h1").count() == 1, name
        wrong += [f"{name}: {line}" for line in findings(page)]
    assert wrong == []
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    assert [line for line in problems if "400" not in line and "404" not in line] == []
    problems.clear()
