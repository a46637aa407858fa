"""What the operator does, and what staff read meanwhile."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from notifications import ledger
from notifications.models import Delivery, Ledger
from tests.notifications.ledger.conftest import Town, why_held

Status = Delivery.Status
Why = Ledger.Why


def test_by_hand_it_is_held_and_released(town: Town) -> None:
    out = io.StringIO()
    call_command("hold_mail", why="Umzug auf den neuen Server", stdout=out)
    town.owe("anna")

    assert town.send() == []
    assert out.getvalue().startswith("Der Versand ist angehalten.")

    out = io.StringIO()
    call_command("release_mail", "--yes", stdout=out)
    assert "Umzug auf den neuen Server" in out.getvalue()
    assert "1 E-Mail wartet, angelegt am " in out.getvalue()
    assert town.send() == ["anna"]


@pytest.mark.parametrize(("answer", "goes"), [("j", ["anna"]), ("", []), ("nein", [])])
def test_a_release_asks_first(
    town: Town, monkeypatch: pytest.MonkeyPatch, answer: str, goes: list[str]
) -> None:
    call_command("hold_mail", why="…", stdout=io.StringIO())
    town.owe("anna")
    monkeypatch.setattr("builtins.input", lambda question: answer)

    call_command("release_mail", stdout=io.StringIO())

    assert town.send() == goes


def test_a_release_of_what_is_not_held_skips_nothing(town: Town) -> None:
    town.owe("anna")
    out = io.StringIO()

    call_command("release_mail", "--yes", skip_before=timezone.now().isoformat(), stdout=out)

    assert out.getvalue() == "Der Versand ist nicht angehalten; es ist nichts freizugeben.\n"
    assert town.send() == ["anna"]


@pytest.mark.parametrize("moment", ["gestern", "2020-13-01T00:00", "2999-01-01T00:00"])
def test_a_moment_that_cannot_be_is_refused(town: Town, moment: str) -> None:
    call_command("hold_mail", why="…", stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("release_mail", "--yes", skip_before=moment, stdout=io.StringIO())

    assert why_held() == Why.BY_HAND


def test_only_what_was_due_before_the_moment_is_skipped(town: Town) -> None:
    town.owe("early")
    town.owe("late")
    town.owe("letter")
    moment = timezone.now()
    Delivery.objects.filter(key="personal_link:late").update(
        next_attempt_at=moment + datetime.timedelta(milliseconds=1)
    )
    Delivery.objects.filter(key="personal_link:letter").update(channel="letter")
    ledger.hold(Why.BY_HAND, now=moment)

    assert ledger.release(now=moment, skip_before=moment) == 1
    assert town.send() == ["late"]
    assert Delivery.objects.get(key="personal_link:letter").status == Status.PENDING


@pytest.mark.parametrize("page", ["/staff/integrationsplan/", "/staff/integrationsplan/deliveries/"])
def test_staff_read_what_happened_and_who_must_do_what(town: Town, client: Client, page: str) -> None:
    client.force_login(town.people.sabine)
    town.owe("anna")
    assert "Der Versand ist angehalten" not in client.get(page).content.decode()

    ledger.hold(Why.BEHIND, now=timezone.now())

    shown = client.get(page).content.decode()
    assert shown.count("Der Versand ist angehalten") == 1
    assert "Die Datenbank ist älter als das, was schon verschickt ist." in shown
    assert "Eine E-Mail wartet. Bitte sagen Sie der Technik Bescheid" in shown
    assert "manage.py release_mail" in shown

    ledger.release(now=timezone.now())
    assert "Der Versand ist angehalten" not in client.get(page).content.decode()


def test_whoever_watches_the_machine_reads_it_too(town: Town, client: Client) -> None:
    assert client.get("/health/").content == b"ok\n"
    ledger.hold(Why.BEHIND, now=timezone.now())

    answer = client.get("/health/")

    assert (answer.status_code, answer.content.decode().splitlines()[0]) == (200, "ok")
    assert "mail: held since " in answer.content.decode()
    assert "(behind)" in answer.content.decode()
