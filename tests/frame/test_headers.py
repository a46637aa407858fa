"""One strict policy on whatever is answered."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

import config.urls
from config.middleware import CONTENT_SECURITY_POLICY
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def breaks(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [path("breaks/", breaks), *config.urls.urlpatterns]


def test_every_kind_of_answer_carries_the_one_policy() -> None:
    people = cast.gather()
    builders.a_workshop(builders.a_series(people.fields[0]))
    nobody, staff = Client(raise_request_exception=False), Client(enforce_csrf_checks=True)
    staff.force_login(builders.a_staff_member(is_superuser=True))
    home, desk = "/integrationsplan/", "/staff/integrationsplan/"

    answers = {
        "public": (200, nobody.get(home)),
        "feed": (200, nobody.get(f"{home}calendar.ics")),
        "health": (200, nobody.get("/health/")),
        "redirect": (302, nobody.get("/")),
        "sign-in": (200, nobody.get("/accounts/login/")),
        "staff": (200, staff.get(desk)),
        "admin": (200, staff.get("/admin/workshops/workshop/")),
        "wrong host": (400, nobody.get(home, headers={"host": "elsewhere.example"})),
        "forged form": (403, staff.post(f"{desk}settings/")),
        "unknown": (404, nobody.get("/nowhere/at/all/")),
        "wrong method": (405, nobody.post(home)),
        "bug": (500, nobody.get("/breaks/")),
    }

    assert {name: answer.status_code for name, (_status, answer) in answers.items()} == {
        name: status for name, (status, _answer) in answers.items()
    }
    policies = {answer.headers["Content-Security-Policy"] for _status, answer in answers.values()}
    assert policies == {CONTENT_SECURITY_POLICY}


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")
