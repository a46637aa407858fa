"""What is logged of a request that went wrong."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from config.logs import WithoutTokens
from tests import builders
from tests.architecture.addresses import all_addresses
from workshops import links
from workshops.models import PersonalLink


def test_each_page_behind_a_token_is_known_to_the_filter() -> None:
    filtered = WithoutTokens()
    for address in all_addresses():
        if "token" in address.parts:
            parts = dict.fromkeys(address.parts - {"token"}, 7)
            path = reverse(address.name, kwargs={**parts, "token": "geheimnis"})
            record = logging.makeLogRecord({"msg": "Not Found: %s", "args": (path,)})
            filtered.filter(record)
            assert "geheimnis" not in record.getMessage(), address.name


@pytest.mark.django_db
def test_no_token_reaches_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    person = builders.a_participant(builders.a_process())
    token = links.token_of(links.make(person, PersonalLink.Scope.MANAGE))
    client.get(f"/my/{token}/999/cancel/")
    client.get(f"/my/{token}/999/join/")
    client.get(f"/en/confirm/{token[:-1]}/?x=1")
    client.post(f"/conferencing/{token}/")

    assert [record.getMessage() for record in caplog.records] == [
        "Not Found: /my/…/999/cancel/",
        "Method Not Allowed (GET): /my/…/999/join/",
        "Not Found: /en/confirm/…/",
        "Not Found: /conferencing/…/",
    ]


def test_other_lines_stay_as_they_are() -> None:
    record = logging.makeLogRecord({"msg": "Not Found: %s (%d)", "args": ("/hechingen/my-link/", 404)})
    assert WithoutTokens().filter(record)
    assert (record.msg, record.args) == ("Not Found: %s (%d)", ("/hechingen/my-link/", 404))


def test_the_password_link_is_left_out_too() -> None:
    record = logging.makeLogRecord({"msg": "Not Found: /accounts/password/reset/key/2-d1xk-5ad/"})
    WithoutTokens().filter(record)
    assert record.msg == "Not Found: /accounts/password/reset/key/…/"


def test_the_console_leaves_tokens_out() -> None:
    handlers = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    assert [[type(each) for each in handler.filters] for handler in handlers] == [[WithoutTokens]]
