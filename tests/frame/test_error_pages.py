"""Whoever meets a mistake of ours is led home in the language they read."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path


def breaks(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


# Nothing else: the start page has no address here.
urlpatterns = [path("breaks/", breaks)]


def ways_home(page: str) -> list[str]:
    return re.findall(r'<p class="actions"><a class="button" href="([^"]+)">', page)


@pytest.mark.parametrize(("language", "home"), [("de", "/"), ("tr", "/tr/"), ("ar", "/ar/")])
def test_when_the_database_fails_the_page_leads_home_in_its_language(language: str, home: str) -> None:
    # Without its mark a test has no database.
    answer = Client(raise_request_exception=False).get(home)
    assert answer.status_code == 500
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert ways_home(page) == [home]


@pytest.mark.urls(__name__)
def test_the_page_is_drawn_even_if_no_address_can_be_told() -> None:
    answer = Client(raise_request_exception=False).get("/breaks/")
    assert answer.status_code == 500
    assert ways_home(answer.content.decode()) == ["/"]


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/tr", "/ar"])
def test_a_form_that_is_too_old_leads_home_in_its_language(prefix: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"{prefix}/accounts/login/", {"login": "x"})
    assert answer.status_code == 403
    assert ways_home(answer.content.decode()) == [f"{prefix}/"]
