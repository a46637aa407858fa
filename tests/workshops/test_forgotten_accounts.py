"""Whoever worked here and has left: a marker in all that says who they were is found nowhere afterwards."""

import datetime
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, cast
from tests.workshops.test_own_data_pages import everything_kept
from workshops.models import AgendaItem, HelperProfile, ModeratorAbsence, User, Workshop

pytestmark = pytest.mark.django_db

MARK = "zqmarkxy"
ADDRESS = f"{MARK}@example.org"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def over(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[0]), starts_at=timezone.now() - 3 * DAY)


@pytest.fixture
def gone(people: cast.Cast, over: Workshop) -> User:
    """Led a workshop, wrote its minutes, registered people: with a row wherever an account has one."""
    user = builders.a_moderator(people.process, name=MARK, email=ADDRESS, is_staff=True, is_superuser=True)
    over.moderators.add(user)
    builders.an_agenda_item(over, text="Es war voll.", version=1, edited_at=timezone.now(), edited_by=user)
    now = timezone.now()
    profile = user.moderator_profiles.get()
    ModeratorAbsence.objects.create(moderator=profile, starts_at=now, ends_at=now + DAY)
    HelperProfile.objects.create(user=user, process=people.process, organisation=MARK, invited_at=now)
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": MARK})
    Delivery.objects.create(
        kind="minutes_overdue",
        key="a",
        user=user,
        process=people.process,
        workshop=over,
        created_at=now,
        next_attempt_at=now,
        outcome_text=f"550 {ADDRESS} unknown",
    )
    LogEntry.objects.create(
        user=people.sabine,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user),
        action_flag=CHANGE,
    )
    return user


def forget(email: str = ADDRESS) -> str:
    out = StringIO()
    call_command("forget_account", email, stdout=out)
    return out.getvalue().strip()


def test_nothing_says_who_they_were_and_what_they_wrote_stays(gone: User, over: Workshop) -> None:
    signed_in, public = Client(), f"/integrationsplan/{over.field.slug}/{over.number}/"
    signed_in.force_login(gone)
    assert signed_in.get("/desk/").status_code == 302
    assert MARK in Client().get(public).content.decode()
    assert everything_kept().count(MARK) == 7

    assert forget() == "Name und Adresse sind gelöscht, das Konto ist geschlossen."

    assert MARK not in everything_kept()
    assert MARK not in Client().get(public).content.decode()
    assert signed_in.get("/desk/").headers["Location"].startswith("/accounts/login/")
    gone.refresh_from_db()
    assert (gone.is_active, gone.is_staff, gone.is_superuser) == (False, False, False)
    assert not gone.has_usable_password()
    assert list(AgendaItem.objects.values_list("text", "edited_by")) == [("Es war voll.", gone.pk)]
    with pytest.raises(CommandError, match="kein Konto"):
        forget()


def test_two_who_are_forgotten_stay_two(gone: User, people: cast.Cast) -> None:
    forget()
    forget(people.murat.email)
    left = User.objects.filter(email__endswith="@forgotten.invalid")
    assert set(left.values_list("pk", flat=True)) == {gone.pk, people.murat.pk}


def test_who_is_to_lead_a_workshop_gives_it_away_first(gone: User, over: Workshop) -> None:
    builders.a_workshop(over.series, starts_at=timezone.now() + DAY).moderators.add(gone)
    with pytest.raises(CommandError, match="leitet noch Workshops"):
        forget()
    gone.refresh_from_db()
    assert (gone.name, gone.email) == (MARK, ADDRESS)


def test_the_last_of_the_administration_stays(gone: User) -> None:
    User.objects.filter(is_staff=True).exclude(pk=gone.pk).update(is_active=False)
    with pytest.raises(CommandError, match="kein Konto mehr"):
        forget()
    gone.refresh_from_db()
    assert gone.email == ADDRESS
