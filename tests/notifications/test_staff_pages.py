"""What staff see and do: campaigns, deliveries, reminder rules."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from notifications import audiences, emails, launching
from notifications.models import Delivery, InvitationCampaign, Kind, ReminderRule
from tests import builders, pages
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received, SmtpSink
from workshops import lists
from workshops.models import ContactList, Participant, ParticipationProcess, PersonalLink, localised

BASE = "/staff/integrationsplan"
FORM = {
    "name": "Erste Einladung",
    "about": "",
    "fallback": "german",
    "subject_de": "Einladung: {process}",
    "subject_en": "Invitation: {process}",
    "text_de": "{greeting},\n\nkommen Sie: {link}",
    "text_en": "{greeting},\n\ncome: {link}",
}


@pytest.fixture
def staff(stage: Stage, client: Client) -> Client:
    client.force_login(stage.cast.sabine)
    return client


PAGES = [
    "/campaigns/",
    "/campaigns/new/",
    "/campaigns/{pk}/",
    "/campaigns/{pk}/edit/",
    "/campaigns/{pk}/audience/",
    "/campaigns/{pk}/people/",
    "/campaigns/{pk}/launch/",
    "/campaigns/{pk}/schedule/",
    "/campaigns/{pk}/progress/",
    "/campaigns/{pk}/preview/de/",
    "/lists/",
    "/lists/new/",
    "/deliveries/",
    "/reminders/",
]


@pytest.mark.parametrize("page", PAGES)
def test_only_staff_get_in(stage: Stage, client: Client, page: str) -> None:
    path = BASE + page.format(pk=stage.campaign().pk)
    anonymous = client.get(path)
    client.force_login(stage.cast.stranger)
    stranger = client.get(path)
    client.force_login(stage.cast.murat)
    moderator = client.get(path)
    client.force_login(stage.cast.sabine)

    assert (anonymous.status_code, anonymous.headers["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert (stranger.status_code, moderator.status_code) == (403, 403)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        *(
            f"/campaigns/{{pk}}/{verb}/"
            for verb in ("test", "release", "unschedule", "stop", "go-on", "resend")
        ),
        "/lists/new/discard/",
        "/reminders/{pk}/switch/",
        "/reminders/{pk}/delete/",
    ],
)
def test_a_button_is_not_pressed_by_opening_an_address(stage: Stage, staff: Client, page: str) -> None:
    assert staff.get(BASE + page.format(pk=stage.campaign().pk)).status_code == 405


def test_what_a_list_left_out_is_counted_each_with_its_own_plural(stage: Stage, staff: Client) -> None:
    for number, (bad, repeated, erased) in enumerate(((1, 1, 1), (2, 0, 3))):
        ContactList.objects.create(
            process=stage.cast.process,
            name=f"Sommerfest {number}",
            consent_source="Liste am Stand",
            agreed_on=NOW.date(),
            digest=str(number) * 64,
            imported_at=NOW,
            imported_by=stage.cast.sabine,
            rows=9,
            bad_rows=bad,
            repeated_rows=repeated,
            erased_rows=erased,
        )
    page = pages.text(staff.get(f"{BASE}/lists/"))
    assert "1 falsche Adresse, 1 doppelte, 1 gelöschte" in page
    assert "2 falsche Adressen, 0 doppelte, 3 gelöschte" in page


def test_from_the_first_words_to_the_last_mail(
    stage: Stage, staff: Client, delivered: Callable[[], list[Received]]
) -> None:
    page = staff.post(f"{BASE}/campaigns/new/", FORM, follow=True)
    campaign = InvitationCampaign.objects.get()
    assert page.redirect_chain[-1][0] == f"{BASE}/campaigns/{campaign.pk}/audience/"
    assert "1 Person bekommt diese Einladung." in page.content.decode()
    assert campaign.subject == {"de": "Einladung: {process}", "en": "Invitation: {process}"}

    frame = staff.get(f"{BASE}/campaigns/{campaign.pk}/preview/en/")
    assert "come: " in frame.content.decode()
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"

    staff.post(f"{BASE}/campaigns/{campaign.pk}/test/")
    assert [mail.recipients[0] for mail in delivered()] == ["sabine@hechingen.example"] * 2

    confirmation = staff.get(f"{BASE}/campaigns/{campaign.pk}/launch/").content.decode()
    assert "geht an 1 Person." in confirmation
    assert "Jetzt an 1 Person senden" in confirmation
    assert Delivery.objects.filter(participant__isnull=False).count() == 0

    launched = staff.post(f"{BASE}/campaigns/{campaign.pk}/launch/", follow=True).content.decode()
    assert "Gestartet: Die Einladung geht an 1 Person." in launched
    assert 'hx-trigger="every 2s"' in launched
    assert "0 von 1 E-Mails gesendet" in launched

    assert [mail.recipients[0] for mail in delivered()] == ["amina@example.org"]
    progress = staff.get(f"{BASE}/campaigns/{campaign.pk}/progress/").content.decode()
    assert "1 von 1 E-Mails gesendet" in progress
    assert "hx-trigger" not in progress


def test_the_form_begins_with_words_in_each_language_that_has_them(staff: Client) -> None:
    initial = staff.get(f"{BASE}/campaigns/new/").context["form"].initial

    assert initial["subject"]["de"] == "Einladung: {process}"
    assert initial["subject"]["en"] == "Invitation: {process}"
    # Each has both: a subject may be the same in two languages, a whole text is not.
    assert set(initial["subject"]) == set(initial["text"]) == {code for code, _name in settings.LANGUAGES}
    assert len(set(initial["text"].values())) == len(initial["text"])


def test_before_an_invitation_to_pages_that_nobody_else_can_open_staff_hear_it(
    stage: Stage, staff: Client
) -> None:
    path = f"{BASE}/campaigns/{stage.campaign().pk}/launch/"
    told = "Andere können keinen Link öffnen"
    assert told not in staff.get(path).text
    ParticipationProcess.objects.update(is_public=False)
    assert told in staff.get(path).text


def test_pressing_twice_launches_once(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign()
    pages = [staff.post(f"{BASE}/campaigns/{campaign.pk}/launch/", follow=True) for _ in range(2)]

    assert "Diese Einladungsaktion ist schon gestartet." in pages[1].content.decode()
    assert Delivery.objects.count() == 1


def test_an_unknown_placeholder_is_named_at_its_field(stage: Stage, staff: Client) -> None:
    data = {**FORM}
    key = next(
        key for key in data if key.startswith("text") and data[key].startswith("{greeting},\n\nkommen")
    )
    page = staff.post(f"{BASE}/campaigns/new/", {**data, key: "{geheim}"})

    assert "Diesen Platzhalter gibt es hier nicht: geheim" in page.content.decode()
    assert InvitationCampaign.objects.count() == 0


def test_a_draft_is_edited_and_a_launched_one_is_not(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign()
    staff.post(f"{BASE}/campaigns/{campaign.pk}/edit/", {**FORM, "name": "Zweite"})
    campaign.refresh_from_db()
    assert campaign.name == "Zweite"

    launching.launch(campaign, by=stage.cast.sabine)
    page = staff.post(f"{BASE}/campaigns/{campaign.pk}/edit/", {**FORM, "name": "Dritte"}, follow=True)
    campaign.refresh_from_db()
    assert campaign.name == "Zweite"
    assert "lässt sich nicht ändern" in page.content.decode()


def test_a_running_campaign_is_stopped(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)

    page = staff.post(f"{BASE}/campaigns/{campaign.pk}/stop/", follow=True)

    assert "ist angehalten" in page.content.decode()
    assert list(Delivery.objects.values_list("status", "outcome_code")) == [("skipped", "campaign_stopped")]


def test_a_stopped_campaign_goes_on(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)
    launching.stop(campaign, by=stage.cast.sabine)

    page = staff.post(f"{BASE}/campaigns/{campaign.pk}/go-on/", follow=True)

    assert "geht weiter" in page.content.decode()
    assert list(Delivery.objects.values_list("status", flat=True)) == ["pending"]


def test_a_campaign_is_planned_and_the_plan_taken_back(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign()
    page = f"{BASE}/campaigns/{campaign.pk}"
    assert "schon vorbei" in staff.post(f"{page}/schedule/", {"moment": "2020-06-20T11:00"}).content.decode()

    planned = staff.post(f"{page}/schedule/", {"moment": "2020-06-21T09:00"}, follow=True).content.decode()
    campaign.refresh_from_db()
    assert campaign.scheduled_for == datetime.datetime(2020, 6, 21, 7, tzinfo=datetime.UTC)
    assert re.search(r"Geht von selbst hinaus: <time [^>]*>Sonntag, 21\. Juni 2020, 09:00", planned)

    staff.post(f"{page}/unschedule/")
    assert InvitationCampaign.objects.filter(status="draft", scheduled_for__isnull=True).exists()


def test_who_wrote_sees_that_a_colleague_has_to_release(stage: Stage, staff: Client) -> None:
    stage.cast.process.invitations_need_release = True
    stage.cast.process.save(update_fields=["invitations_need_release"])
    campaign = stage.campaign()
    address = f"{BASE}/campaigns/{campaign.pk}/"
    assert "Bitten Sie eine Kollegin" in staff.get(address).content.decode()
    assert "noch nicht von einer zweiten Person" in staff.get(f"{address}launch/").content.decode()

    staff.force_login(builders.a_staff_member(name="Petra Zweite"))
    edition = re.search(r'name="seen" value="([\d.]+)"', staff.get(address).content.decode())
    assert edition
    assert (
        "Die Einladung ist freigegeben"
        in staff.post(f"{address}release/", {"seen": edition[1]}, follow=True).content.decode()
    )
    assert "Freigegeben von Petra Zweite" in staff.get(address).content.decode()


def test_each_persons_fate_stands_there_with_the_servers_own_words(
    stage: Stage, staff: Client, mailbox: SmtpSink, delivered: Callable[[], list[Received]]
) -> None:
    campaign = stage.campaign()
    lost = builders.a_participant(stage.cast.process, name="Lore Lost", invitation_agreed_at=NOW)
    mailbox.refused[lost.email] = "550 5.1.1 No such user here"
    launching.launch(campaign, by=stage.cast.sabine)
    delivered()
    page = f"{BASE}/campaigns/{campaign.pk}"

    failed = staff.get(f"{page}/people/?fate=failed").content.decode()
    assert "Lore Lost" in failed
    assert "No such user here" in failed
    assert "Amina Haddad" not in failed
    assert "Noch einmal an 1 Person senden" in staff.get(f"{page}/").content.decode()

    mailbox.refused.clear()
    staff.post(f"{page}/resend/")
    assert [mail.recipients for mail in delivered()] == [(lost.email,)]


def test_the_page_of_fates_asks_the_same_number_of_questions_for_one_and_for_many(
    stage: Stage, staff: Client
) -> None:
    campaign = stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine)

    def questions() -> int:
        person = builders.a_participant(stage.cast.process)
        stage.delivery(Kind.INVITATION, campaign=campaign, participant=person)
        with CaptureQueriesContext(connection) as asked:
            assert staff.get(f"{BASE}/campaigns/{campaign.pk}/people/").status_code == 200
        return len(asked)

    questions()  # what is fetched once
    assert len({questions() for _ in range(3)}) == 1


def test_the_preview_reads_as_a_real_person_gets_it(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign()
    address = f"{BASE}/campaigns/{campaign.pk}"

    # Amina reads Arabic; there is no such text, and she gets the German one.
    assert "So bekommt sie zum Beispiel Amina Haddad." in staff.get(f"{address}/").content.decode()
    assert "Guten Tag Amina Haddad" in staff.get(f"{address}/preview/de/").content.decode()
    assert "Guten Tag Sabine Keller" in staff.get(f"{address}/preview/de/?as=me").content.decode()
    assert "Sabine Keller" in staff.get(f"{address}/preview/en/").content.decode()
    assert not PersonalLink.objects.exists()


def test_another_processs_campaign_is_not_here(stage: Stage, staff: Client) -> None:
    builders.a_process(slug="anderer")
    campaign = stage.campaign()

    assert staff.get(f"/staff/anderer/campaigns/{campaign.pk}/").status_code == 404


def test_who_could_not_be_reached_stands_on_the_list(
    stage: Stage, staff: Client, mailbox: SmtpSink, delivered: Callable[[], list[Received]]
) -> None:
    mailbox.refused["hans@example.org"] = "550 5.1.1 unknown"
    stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans)
    stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.amina)
    delivered()

    failed = staff.get(f"{BASE}/deliveries/?status=failed").content.decode()
    sent = staff.get(f"{BASE}/deliveries/?status=sent").content.decode()

    assert ("hans@example.org" in failed, "amina@example.org" in failed) == (True, False)
    assert ("hans@example.org" in sent, "amina@example.org" in sent) == (False, True)
    assert "nicht erreichbar: Telefon oder Brief" in failed
    assert "5.1.1 unknown" in failed


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_one_and_three(
    stage: Stage, staff: Client, count: int, django_assert_num_queries: Any
) -> None:
    registration = stage.registered(stage.cast.hans)
    for _ in range(count):
        stage.delivery(
            Kind.CONFIRMED, participant=stage.cast.hans, workshop=stage.workshop, registration=registration
        )
        stage.campaign(field=stage.cast.fields[0])

    with django_assert_num_queries(7):  # session, person, process, count, rows, two for alarms
        staff.get(f"{BASE}/deliveries/")
    with django_assert_num_queries(5):  # session, person, process, count, rows
        staff.get(f"{BASE}/campaigns/")


def test_reminder_rules_are_added_switched_and_deleted(stage: Stage, staff: Client) -> None:
    ReminderRule.objects.filter(audience="moderators").delete()

    def rules() -> list[tuple[int | None, bool]]:
        return [
            (rule.minutes_before, rule.is_active) for rule in ReminderRule.objects.order_by("minutes_before")
        ]

    typed = {"amount": "2", "unit": "hours", "audience": "confirmed"}
    page = staff.post(f"{BASE}/reminders/", typed, follow=True)
    assert "2 Stunden vorher" in page.content.decode()
    made = ReminderRule.objects.get(minutes_before=120)
    staff.post(f"{BASE}/reminders/{made.pk}/switch/", {"is_active": "no"})
    assert rules() == [(60, True), (120, False), (24 * 60, True), (7 * 24 * 60, True)]
    staff.post(f"{BASE}/reminders/{made.pk}/delete/")
    assert rules() == [(60, True), (24 * 60, True), (7 * 24 * 60, True)]


@pytest.mark.parametrize(
    ("amount", "unit", "sentence"),
    [
        ("9", "minutes", "Möglich sind 10 Minuten bis 60 Tage."),
        ("61", "days", "Möglich sind 10 Minuten bis 60 Tage."),
        ("1", "days", "Diese Erinnerung gibt es schon."),
        ("24", "hours", "Diese Erinnerung gibt es schon."),
    ],
)
def test_a_reminder_that_makes_no_sense_is_refused(
    stage: Stage, staff: Client, amount: str, unit: str, sentence: str
) -> None:
    page = staff.post(f"{BASE}/reminders/", {"amount": amount, "unit": unit, "audience": "confirmed"})

    assert sentence in page.content.decode()
    assert ReminderRule.objects.count() == 4


def test_no_page_carries_inline_script_or_style(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign(text=localised({"de": "Nur deutsch: {link}"}))
    for page in PAGES:
        if "preview" in page:
            continue  # the mail itself, in its own frame
        body = staff.get(BASE + page.format(pk=campaign.pk)).content.decode()
        assert (" style=" in body, "<style" in body, "onclick" in body) == (False, False, False), page


def test_before_sending_it_says_who_gets_german_for_want_of_a_text(stage: Stage, staff: Client) -> None:
    campaign = stage.campaign()
    campaign.text = localised({"de": "Kommen Sie!", "en": "Come!"})
    campaign.save()
    stage.cast.process.content_languages = ["en", "tr"]
    stage.cast.process.save()
    receiver = audiences.receivers(campaign).get()
    page = f"{BASE}/campaigns/{campaign.pk}/launch/"
    told = {}
    for language in ("en", "tr", "uk"):
        Participant.objects.filter(pk=receiver.pk).update(language=language)
        told[language] = pages.text(staff.get(page))
    for text in told.values():
        assert "In diesen Sprachen gibt es noch keinen Text: Türkisch." in text
    assert "0 Personen lesen die Einladung deshalb auf Deutsch." in told["en"]
    assert "Eine Person liest die Einladung deshalb auf Deutsch." in told["tr"]
    assert "Eine Person liest die Einladung deshalb auf Deutsch." in told["uk"]


def test_an_invitation_in_another_language_says_so_in_the_readers_own(stage: Stage) -> None:
    campaign = stage.campaign()
    campaign.text = localised({"de": "Kommen Sie!", "tr": "Gelin!"})
    campaign.subject = localised("Einladung")
    told = "Diese Einladung gibt es bisher nur in einer anderen Sprache: %(fallback)s."
    for language, says in (("uk", True), ("ar", True), ("de", False), ("tr", False)):
        mail = emails.preview(campaign, reader_language=language, reader=stage.cast.sabine)
        with translation.override(language):
            german = lists.language_named("de")
            sentence = translation.gettext(told) % {"fallback": german}
        assert (f"{sentence}\n\nKommen Sie!" in mail.text, f"<p>{sentence}</p>" in mail.html) == (says, says)
        assert ('<div lang="de" dir="ltr">\n<p>Kommen Sie!' in mail.html) == (language != "tr")
