"""Many press "send" at once: on a real PostgreSQL one campaign is launched, once."""

import datetime
import io
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications import campaigns, launching
from notifications.campaigns import Words
from notifications.models import Delivery, InvitationCampaign
from tests import builders, cast
from tests.concurrency.crowds import all_at_once, tally
from workshops.errors import Refusal
from workshops.models import ContactListEntry, Participant, User, localised
from workshops.operations import contact_lists

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

CROWD = 8
PEOPLE = 40
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def campaign() -> InvitationCampaign:
    people = cast.gather()
    for _ in range(PEOPLE - 1):  # and Amina
        builders.a_participant(people.process, invitation_agreed_at=timezone.now())
    words = Words(name="Sommer", subject=localised("Einladung"), text=localised("{link}"))
    return campaigns.create(people.process, words=words, by=people.sabine)


def fresh(campaign: InvitationCampaign) -> tuple[InvitationCampaign, User]:
    """As another request has them."""
    found = InvitationCampaign.objects.get(pk=campaign.pk)
    return found, found.created_by


def press(campaign: InvitationCampaign) -> str:
    found, by = fresh(campaign)
    try:
        return str(launching.launch(found, by=by, seen=campaigns.edition(found)))
    except Refusal as refusal:
        return refusal.code


def test_a_double_click_and_two_employees_launch_one_campaign(campaign: InvitationCampaign) -> None:
    done = all_at_once(lambda _number: press(campaign), range(CROWD), threads=CROWD)

    assert tally(done) == {str(PEOPLE): 1, "not_a_draft": CROWD - 1}
    assert Delivery.objects.count() == PEOPLE


def test_control_looking_before_locking_launches_it_many_times(campaign: InvitationCampaign) -> None:
    """What the look under the lock is for: each believes to be the one who began it."""
    looked = threading.Barrier(CROWD)

    def careless(_number: int) -> int:
        found, by = fresh(campaign)
        is_draft = found.status == InvitationCampaign.Status.DRAFT
        looked.wait(30)
        if is_draft:
            InvitationCampaign.objects.filter(pk=found.pk).update(
                status="launched", launched_at=timezone.now(), launched_by=by
            )
        return int(is_draft)

    assert all_at_once(careless, range(CROWD), threads=CROWD) == [1] * CROWD


def test_several_clocks_and_an_employee_launch_a_planned_campaign_once(campaign: InvitationCampaign) -> None:
    found, by = fresh(campaign)
    now = timezone.now()
    launching.schedule(found, moment=now + MINUTE, by=by, now=now)

    def act(number: int) -> str:
        if number:
            return str(launching.launch_scheduled(now=now + MINUTE))
        return press(campaign)

    done = tally(all_at_once(act, range(CROWD), threads=CROWD))

    assert done in (
        {"not_a_draft": 1, "1": 1, "0": CROWD - 2},
        {str(PEOPLE): 1, "0": CROWD - 1},
    )
    assert Delivery.objects.count() == PEOPLE


def test_stop_and_go_on_at_once_leave_every_row_either_owed_or_dropped(
    campaign: InvitationCampaign,
) -> None:
    press(campaign)

    def act(number: int) -> str:
        found, by = fresh(campaign)
        try:
            (launching.stop if number % 2 else launching.go_on)(found, by=by)
        except Refusal as refusal:
            return refusal.code
        return "done"

    all_at_once(act, range(CROWD), threads=CROWD)

    campaign.refresh_from_db()
    status = "pending" if campaign.status == "launched" else "skipped"
    assert tally(Delivery.objects.values_list("status", flat=True)) == {status: PEOPLE}


def test_a_list_taken_in_by_several_at_once_is_taken_in_once(campaign: InvitationCampaign) -> None:
    process, by = campaign.process, campaign.created_by
    rows = "E-Mail\n" + "".join(f"neu{number}@example.org\n" for number in range(600))
    known = Participant.objects.count()

    def take(_number: int) -> str:
        try:
            contact_lists.take_in(
                process,
                io.BytesIO(rows.encode()),
                name="Sommerfest",
                consent_source="Stand",
                agreed_on=timezone.localdate(),
                by=by,
            )
        except Refusal as refusal:
            return refusal.code
        return "taken in"

    assert tally(all_at_once(take, range(4), threads=4)) == {"taken in": 1, "list_known": 3}
    assert Participant.objects.count() == known + 600
    assert ContactListEntry.objects.count() == 600


def test_a_change_during_the_launch_waits_and_is_refused(campaign: InvitationCampaign) -> None:
    found, by = fresh(campaign)
    is_launched = threading.Event()

    def act(number: int) -> str:
        if number == 0:
            with transaction.atomic():
                launching.launch(found, by=by)
                is_launched.set()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.3)")
            return "launched"
        is_launched.wait(30)
        other, _by = fresh(campaign)
        words = Words(name="x", subject=localised("anders"), text=localised("anders"))
        try:
            campaigns.change(other, words=words, by=by)
        except Refusal as refusal:
            return refusal.code
        return "changed"

    assert all_at_once(act, range(2), threads=2) == ["launched", "launched"]
    assert Participant.objects.may_be_invited().count() == Delivery.objects.count()
