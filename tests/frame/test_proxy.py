"""Whose address counts when a reverse proxy stands in front."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests import builders


@pytest.mark.parametrize(("told", "trusted"), [({}, "0 None"), ({"BEHIND_PROXY": "yes"}, "1 https")])
def test_forwarded_headers_are_trusted_only_when_we_are_told_so(told: dict[str, str], trusted: str) -> None:
    asked = (
        "from tests import settings as s;"
        "print(s.ALLAUTH_TRUSTED_PROXY_COUNT, (s.SECURE_PROXY_SSL_HEADER or [None])[-1])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "BEHIND_PROXY"}
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        env={**environment, **told},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.stdout.strip() == trusted


@pytest.mark.django_db
def test_behind_a_proxy_one_guesser_locks_nobody_else_out(client: Client, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    builders.a_staff_member(email="sabine@hechingen.example")

    def sign_in(address: str, password: str, **typed: str) -> int:
        # The first part is what the guesser claims; the proxy adds the last.
        headers = {"X-Forwarded-For": f"198.51.100.7, {address}"}
        form = {"login": "sabine@hechingen.example", "password": password, **typed}
        return client.post("/accounts/login/", form, headers=headers).status_code

    guesses = [
        sign_in("203.0.113.5", f"geraten-{number}", login=f"x{number}@y.example") for number in range(40)
    ]

    assert guesses[-1] == 429
    assert sign_in("203.0.113.6", "geheim-geheim") == 302
