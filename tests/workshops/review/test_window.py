"""From the submission to publication: how long those who came may comment, and who may shorten it."""

import datetime
import zoneinfo
from collections.abc import Callable

import pytest
from django.test import Client

from tests import builders, pages
from tests.workshops.ears import listening
from tests.workshops.review.conftest import DAY, NOW, Evening
from workshops.errors import Refusal
from workshops.models import Minutes, MinutesComment, ParticipationProcess
from workshops.operations import agendas, contributions, minutes

pytestmark = pytest.mark.django_db


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value.code


def test_minutes_are_in_review_for_as_many_days_as_the_process_says(evening: Evening) -> None:
    ParticipationProcess.objects.update(review_days=9)
    with listening("minutes_submitted") as heard:
        found = evening.submit(now=NOW)

    assert (found.status, found.submitted_at, found.review_ends_at) == ("in_review", NOW, NOW + 9 * DAY)
    assert heard == [("minutes_submitted", {"minutes": found, "by": evening.cast.murat})]


@pytest.mark.parametrize("days", [1, 14, 60])
def test_who_leads_it_may_choose_another_time(evening: Evening, days: int) -> None:
    assert evening.submit(review_days=days, now=NOW).review_ends_at == NOW + days * DAY


def test_only_staff_ask_nobody(evening: Evening) -> None:
    assert code_of(lambda: evening.submit(review_days=0)) == "window_needed"
    found = evening.submit(review_days=0, by=evening.cast.sabine)

    assert (found.status, found.review_ends_at) == ("in_review", None)
    assert not found.takes_comments(NOW)
    assert minutes.publish(evening.workshop, by=evening.cast.murat).is_published


@pytest.mark.parametrize("days", [-1, 61])
def test_no_other_number_of_days_is_taken(evening: Evening, days: int) -> None:
    assert code_of(lambda: evening.submit(review_days=days, by=evening.cast.sabine)) == "no_such_window"
    assert not Minutes.objects.filter(status="in_review").exists()


def test_a_week_ends_at_the_same_time_of_day_when_the_clocks_change(evening: Evening) -> None:
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    submitted = datetime.datetime(2030, 10, 24, 20, 30, tzinfo=berlin)
    ends_at = evening.submit(now=submitted).review_ends_at
    assert ends_at == datetime.datetime(2030, 10, 31, 20, 30, tzinfo=berlin)
    assert ends_at - submitted.astimezone(datetime.UTC) == 7 * DAY + datetime.timedelta(hours=1)


def test_a_second_click_opens_no_second_window(evening: Evening) -> None:
    first = evening.submit(now=NOW)
    assert code_of(lambda: evening.submit(now=NOW + DAY)) == "already_in_review"
    assert Minutes.objects.get().review_ends_at == first.review_ends_at


def test_what_goes_back_to_work_has_no_window_until_it_is_submitted_again(evening: Evening) -> None:
    evening.submit(now=NOW)
    minutes.reopen(evening.workshop, by=evening.cast.murat)
    found = Minutes.objects.get()
    assert (found.status, found.submitted_at, found.review_ends_at) == ("draft", None, None)
    assert evening.submit(now=NOW + DAY).review_ends_at == NOW + 8 * DAY


def test_publishing_before_the_end_takes_an_explicit_word(evening: Evening) -> None:
    ends_at = evening.submit(now=NOW).review_ends_at
    assert ends_at is not None
    by, last = evening.cast.murat, ends_at - datetime.timedelta(seconds=1)

    assert code_of(lambda: minutes.publish(evening.workshop, by=by, now=last)) == "review_is_open"
    assert minutes.publish(evening.workshop, by=by, now=last, early=True).is_published


def test_after_the_end_nobody_is_asked(evening: Evening) -> None:
    ends_at = evening.submit(now=NOW).review_ends_at
    assert minutes.publish(evening.workshop, by=evening.cast.murat, now=ends_at).is_published


def test_nobody_publishes_past_a_comment_that_the_page_did_not_show(evening: Evening) -> None:
    evening.submit()
    (shown,) = evening.say("Zwei Kurse.")
    by = evening.cast.murat

    def publish(seen: list[int]) -> Minutes:
        return minutes.publish(evening.workshop, by=by, early=True, seen_comments=seen)

    assert code_of(lambda: publish([])) == "new_comments"
    (later,) = evening.say("Und drei Lehrer.", who=evening.hans)
    assert code_of(lambda: publish([shown.pk])) == "new_comments"
    contributions.answer(later, text="Danke.", by=by)
    assert publish([shown.pk]).is_published


def test_an_item_with_comments_stays_on_the_agenda(evening: Evening) -> None:
    other = builders.an_agenda_item(evening.workshop, title="Ausblick")
    MinutesComment.objects.create(
        item=other, registration=evening.amina, text="Fehlt.", item_version=0, created_at=NOW
    )
    assert code_of(lambda: agendas.remove_item(other, by=evening.cast.murat)) == "comments_hang_on_it"


# --- the pages ------------------------------------------------------------------------------------


def test_the_page_says_who_is_asked_and_takes_the_days(murat: Client, evening: Evening) -> None:
    asked = murat.get(evening.moderation("minutes", "submit"))
    assert any("2 Personen waren dabei." in line for line in pages.lines(asked))
    assert 'value="7"' in asked.content.decode()
    murat.post(evening.moderation("minutes", "submit"), {"review_days": "3"})
    found = Minutes.objects.get()
    assert found.submitted_at is not None
    assert found.review_ends_at == found.submitted_at + 3 * DAY


def test_the_page_lets_only_staff_ask_nobody(murat: Client, sabine: Client, evening: Evening) -> None:
    page = evening.moderation("minutes", "submit")
    refused = murat.post(page, {"review_days": "0"}, follow=True)
    assert pages.messages(refused) == ["Ohne Rückmeldungen gibt nur die Verwaltung ein Protokoll frei."]
    sabine.post(page, {"review_days": "0"})
    assert Minutes.objects.get().review_ends_at is None


def test_the_page_asks_before_the_window_ends_and_names_what_is_open(murat: Client, evening: Evening) -> None:
    evening.submit()
    (said,) = evening.say("Es waren <b>zwei</b> Kurse.")
    page = evening.moderation("minutes", "publish")
    asked = murat.get(page)
    assert "Es waren <b>zwei</b> Kurse." in pages.lines(asked)
    seen = {"seen_comments": f"{said.pk} "}

    refused = murat.post(page, seen)
    assert pages.errors(refused) == [
        "Trotzdem jetzt schon veröffentlichen: Rückmeldungen sind dann nicht mehr möglich. – "
        "Die Frist für Rückmeldungen läuft noch. Bitte ankreuzen, dass das Protokoll schon vorher "
        "veröffentlicht werden soll."
    ]
    evening.say("Noch etwas.", who=evening.hans)
    refused = murat.post(page, {**seen, "early": "on"})
    assert pages.errors(refused) == ["Inzwischen ist eine Rückmeldung gekommen. Bitte noch einmal ansehen."]
    assert "Noch etwas." in pages.lines(refused)
    assert not Minutes.objects.get().is_published

    everything = " ".join(str(pk) for pk in MinutesComment.objects.values_list("pk", flat=True))
    murat.post(page, {"seen_comments": everything, "early": "on"})
    assert Minutes.objects.get().is_published
