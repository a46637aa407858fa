"""A stranger registers with the address of somebody on a list: what they typed counts for that registration's
mails alone, whatever else goes there meanwhile."""

import email
import email.policy
import io
from collections.abc import Callable

import pytest
from django.test import Client

from notifications import audiences, campaigns, launching
from notifications.audiences import Audience
from notifications.models import Delivery, InvitationCampaign, Kind
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops.models import Participant, localised
from workshops.operations import contact_lists, contacts, holds, participants, registrations
from workshops.operations.registrations import Needs, Person

Deliver = Callable[[], list[Received]]
ADDRESS = "lina@example.org"
TEXTS = {"de": "Guten Tag\n{link}", "fr": "Bonjour\n{link}", "ar": "مرحبا\n{link}"}


@pytest.fixture
def lina(stage: Stage) -> Participant:
    """Of a list, in French; a stranger has registered with her address, in Arabic."""
    contact_lists.take_in(
        stage.cast.process,
        io.BytesIO(f"E-Mail;Organisation;Sprache\n{ADDRESS};Elternbeirat;fr\n".encode()),
        name="Elternbrief",
        consent_source="Formular",
        agreed_on=NOW.date(),
        by=stage.cast.sabine,
    )
    registrations.register(
        stage.cast.process,
        person=Person(email=ADDRESS, name="Boese Worte", organisation="Fremdverein", language="ar"),
        workshop_ids=[stage.workshop.pk],
        needs=Needs(),
    )
    return Participant.objects.select_related("process").get(email=ADDRESS)


def a_campaign(stage: Stage, **columns: object) -> InvitationCampaign:
    subject = localised({code: text.split("\n")[0] for code, text in TEXTS.items()})
    return stage.campaign(subject=subject, text=localised(TEXTS), **columns)


def told(deliver: Deliver) -> dict[str, str]:
    """What went to Lina: subject and text."""
    parsed = [
        email.message_from_bytes(mail.content, policy=email.policy.default)
        for mail in deliver()
        if mail.recipients == (ADDRESS,)
    ]
    texts = {}
    for mail in parsed:
        body = mail.get_body(("plain",))
        assert body is not None
        texts[str(mail["Subject"])] = body.get_content()
    return texts


def kinds_in(language: str) -> set[str]:
    rows = Delivery.objects.select_related("participant").filter(participant__email=ADDRESS)
    return {row.kind for row in rows if row.reader_language == language}


def test_an_invitation_is_in_the_language_of_the_list(
    stage: Stage, lina: Participant, delivered: Deliver
) -> None:
    launching.launch(a_campaign(stage), by=stage.cast.sabine)
    texts = told(delivered)
    assert len(texts) == 2
    assert "/fr/" in texts["Bonjour"]
    assert "/ar/" not in texts["Bonjour"]
    # What belongs to the registration speaks as whoever typed it.
    assert "/ar/confirm/" in next(text for subject, text in texts.items() if subject != "Bonjour")


def test_of_all_mails_only_those_of_the_registration_speak_the_typed_language(
    stage: Stage, lina: Participant
) -> None:
    launching.launch(a_campaign(stage), by=stage.cast.sabine)
    participants.request_link(stage.cast.process, email=ADDRESS)
    contacts.type_new_address(lina, email="neu@example.org")
    holds.lapse_overdue(now=NOW)
    assert kinds_in("fr") == {Kind.INVITATION, Kind.PERSONAL_LINK, Kind.CONFIRM_ADDRESS}
    assert kinds_in("ar") == {Kind.PLEASE_CONFIRM}
    stage.delivery(
        Kind.WORKSHOP_CANCELLED,
        participant=lina,
        registration=lina.registrations.get(),
        workshop=stage.workshop,
    )
    assert kinds_in("ar") == {Kind.PLEASE_CONFIRM, Kind.WORKSHOP_CANCELLED}


def test_links_of_such_mails_lead_to_pages_in_that_language(
    stage: Stage, lina: Participant, delivered: Deliver
) -> None:
    told(delivered)
    participants.request_link(stage.cast.process, email=ADDRESS)
    ((_subject, text),) = told(delivered).items()
    assert ("/fr/my/" in text, "/ar/my/" in text) == (True, False)


def test_once_she_has_confirmed_it_is_her_language(
    stage: Stage, lina: Participant, delivered: Deliver
) -> None:
    registrations.confirm(lina)
    launching.launch(a_campaign(stage), by=stage.cast.sabine)
    assert "مرحبا" in told(delivered)


def test_nobody_is_left_out_or_meant_by_what_a_stranger_typed(
    stage: Stage, lina: Participant, delivered: Deliver
) -> None:
    def meant(**choices: tuple[str, ...] | bool) -> bool:
        audience = Audience(**choices)  # type: ignore[arg-type]
        return audiences.meant(stage.cast.process, audience).filter(pk=lina.pk).exists()

    assert [meant(languages=(code,)) for code in ("fr", "ar", "de")] == [True, False, False]
    assert [meant(organisations=(name,)) for name in ("Elternbeirat", "Fremdverein")] == [True, False]
    assert meant(has_organisation=True)
    campaign = a_campaign(stage, fallback="leave_out")
    campaign.text, campaign.subject = localised({"fr": "Bonjour\n{link}"}), localised({"fr": "Bonjour"})
    campaign.save(update_fields=["text", "subject"])
    launching.launch(campaign, by=stage.cast.sabine)
    assert "Bonjour" in told(delivered)


def test_staff_choose_among_the_organisations_of_the_list(stage: Stage, lina: Participant) -> None:
    client = Client()
    client.force_login(stage.cast.sabine)
    campaign = campaigns.create(
        stage.cast.process,
        words=campaigns.Words(name="Sommer", subject=localised("Betreff"), text=localised("Text")),
        by=stage.cast.sabine,
    )
    page = client.get(f"/staff/{stage.cast.process.slug}/campaigns/{campaign.pk}/audience/").content.decode()
    assert ("Elternbeirat" in page, "Fremdverein" in page) == (True, False)
