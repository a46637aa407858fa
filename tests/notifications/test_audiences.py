"""Who is meant by plain choices, who of them gets it, and why the others don't."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications import audiences
from notifications.audiences import Audience, Fate
from tests import builders
from tests.notifications.conftest import NOW, Stage
from workshops.errors import Refusal
from workshops.models import (
    ContactList,
    ContactListEntry,
    FieldInterest,
    Participant,
)


def people(stage: Stage, **columns: Any) -> Participant:
    return builders.a_participant(stage.cast.process, **{"invitation_agreed_at": NOW, **columns})


def fates(stage: Stage, audience: Audience = Audience(), **more: Any) -> dict[Participant, str]:  # noqa: B008
    more.setdefault("languages", None)
    found = audiences.with_fates(stage.cast.process, audience, **more)
    return {person: audiences.fate_of(person).value for person in found}


def getting_it(stage: Stage, **choices: Any) -> set[Participant]:
    return {person for person, fate in fates(stage, Audience(**choices)).items() if fate in audiences.GETS_IT}


def test_everyone_of_the_process_who_agreed_and_has_not_objected(stage: Stage) -> None:
    agreed = people(stage)
    objected = people(stage, invitation_objected_at=NOW)
    builders.a_participant(builders.a_process(), invitation_agreed_at=NOW)

    assert fates(stage) == {
        stage.cast.amina: "mail",
        agreed: "mail",
        objected: "objected",
        stage.cast.hans: "not_agreed",
    }


def test_why_somebody_gets_it_by_hand_or_not_at_all(stage: Stage) -> None:
    bounced = people(stage, unreachable_since=NOW, unreachable_reason="5.1.1")
    written = people(stage, contact_by="letter", postal_address="Weg 1\n72379 Hechingen", email="")
    posted = people(stage, contact_by="letter", postal_address="Weg 2\n72379 Hechingen")
    called = people(stage, contact_by="phone", phone="07471 1")
    english = people(stage, language="en")
    registered = people(stage)
    stage.registered(registered)
    # The first reason counts: nobody is asked to call someone who objected.
    both = people(stage, invitation_objected_at=NOW, unreachable_since=NOW, unreachable_reason="5.1.1")

    found = fates(stage, Audience(standing=("not_registered",)), languages=("de", "ar"))

    assert {
        person: found[person] for person in (bounced, written, posted, called, english, registered, both)
    } == {
        bounced: "bounced",
        written: "no_address",
        posted: "by_letter",
        called: "by_phone",
        english: "no_text",
        registered: "already_registered",
        both: "objected",
    }


def test_the_not_yet_registered_of_a_series_or_a_workshop(stage: Stage) -> None:
    stage.registered(stage.cast.amina)
    gone = people(stage)
    stage.registered(gone, "cancelled")
    here, elsewhere = stage.cast.fields[:2]
    other = builders.a_workshop(stage.workshop.series)
    everyone = {stage.cast.amina, gone}

    assert getting_it(stage, standing=("not_registered",)) == {gone}
    assert getting_it(stage, standing=("not_registered",), series=here.pk) == {gone}
    assert getting_it(stage, standing=("not_registered",), series=elsewhere.pk) == everyone
    assert getting_it(stage, standing=("not_registered",), workshop=stage.workshop.pk) == {gone}
    assert getting_it(stage, standing=("not_registered",), workshop=other.pk) == everyone


def test_registered_waiting_and_both_together(stage: Stage) -> None:
    seated, waiting, pending = people(stage), people(stage), people(stage)
    stage.registered(seated)
    stage.registered(waiting, "waiting")
    stage.registered(pending, "pending")
    where = {"workshop": stage.workshop.pk}

    assert getting_it(stage, standing=("registered",), **where) == {seated}
    assert getting_it(stage, standing=("waiting",), **where) == {waiting}
    assert getting_it(stage, standing=("registered", "waiting"), **where) == {seated, waiting}
    # Nobody said yes to it: a stranger may have typed that address.
    invited = {stage.cast.amina, pending}
    assert getting_it(stage, standing=("not_registered",), **where) == invited
    assert getting_it(stage, standing=("not_registered", "waiting"), **where) == invited | {waiting}


def test_interest_organisation_language_and_list_combine(stage: Stage) -> None:
    field, other = stage.cast.fields[:2]
    club = people(stage, organisation="TSV", language="en")
    school = people(stage, organisation="Schule", language="en")
    alone = people(stage, language="en")
    for person, interest in ((club, field), (alone, field), (school, other)):
        FieldInterest.objects.create(participant=person, field=interest, agreed_at=NOW, source="person")
    listed = ContactList.objects.create(
        process=stage.cast.process,
        name="Sommerfest",
        consent_source="Stand",
        agreed_on=NOW.date(),
        digest="0" * 64,
        imported_at=NOW,
        imported_by=stage.cast.sabine,
        rows=2,
    )
    for person in (club, school):
        ContactListEntry.objects.create(contact_list=listed, participant=person)

    assert getting_it(stage, fields=(field.pk,)) == {club, alone}
    assert getting_it(stage, fields=(field.pk, other.pk)) == {club, school, alone}
    assert getting_it(stage, has_organisation=True) == {club, school}
    assert getting_it(stage, organisations=("TSV",)) == {club}
    assert getting_it(stage, languages=("ar",)) == {stage.cast.amina}
    assert getting_it(stage, lists=(listed.pk,)) == {club, school}
    assert getting_it(stage, lists=(listed.pk,), fields=(other.pk,), languages=("en",)) == {school}
    assert getting_it(stage, fields=(other.pk,), organisations=("TSV",)) == set()


def test_a_description_survives_its_storage() -> None:
    audience = Audience(fields=(1, 2), standing=("waiting",), workshop=3, languages=("ar",), lists=(4,))
    assert audiences.from_json(audience.as_json()) == audience
    assert audiences.from_json({}) == Audience()
    assert Audience().as_json() == {}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"sql": "DROP TABLE"},
        {"fields": "1"},
        {"fields": ["1"]},
        {"fields": [True]},
        {"fields": [0]},
        {"standing": ["dancing"]},
        {"standing": ["waiting"], "series": 1, "workshop": 2},
        {"workshop": 2},
        {"languages": ["xx"]},
        {"organisations": [7]},
        {"has_organisation": "yes"},
    ],
    ids=str,
)
def test_whatever_is_no_description_is_refused(data: Any) -> None:
    with pytest.raises(Refusal) as refused:
        audiences.from_json(data)
    assert refused.value.code == "bad_audience"


# --- the pages ---------------------------------------------------------------------------------------------


@pytest.fixture
def sabine(client: Client, stage: Stage) -> Client:
    client.force_login(stage.cast.sabine)
    return client


def test_choices_show_the_number_without_saving_and_save_by_their_button(
    stage: Stage, sabine: Client
) -> None:
    campaign = stage.campaign()
    people(stage, language="en", name="Eve English")
    address = f"/staff/integrationsplan/campaigns/{campaign.pk}/audience/"

    shown = sabine.post(address, {"languages": ["en"], "show": "1"})
    part = sabine.post(address, {"languages": ["en"]}, headers={"HX-Request": "true"})

    for response in (shown, part):
        text = response.content.decode()
        assert "1 Person bekommt diese Einladung." in text
        assert "Eve English" in text
        assert "Amina Haddad" not in text
    assert "<html" not in part.content.decode()
    campaign.refresh_from_db()
    assert campaign.audience == {}

    assert sabine.post(address, {"languages": ["en"], "save": "1"}).status_code == 302
    campaign.refresh_from_db()
    assert campaign.audience == {"languages": ["en"]}


def test_the_page_of_people_asks_the_same_number_of_questions_for_one_and_for_many(
    stage: Stage, sabine: Client
) -> None:
    campaign = stage.campaign()
    addresses = [
        f"/staff/integrationsplan/campaigns/{campaign.pk}/{page}/" for page in ("audience", "people")
    ]

    def questions() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert sabine.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    questions()  # what is fetched once
    few = questions()
    for _ in range(20):
        people(stage)
    assert questions() == few


def test_who_does_not_get_it_and_why_can_be_looked_at_alone(stage: Stage, sabine: Client) -> None:
    people(stage, name="Olaf Ohne", invitation_objected_at=NOW)
    campaign = stage.campaign()

    text = sabine.get(
        f"/staff/integrationsplan/campaigns/{campaign.pk}/people/?fate=objected"
    ).content.decode()

    assert "Olaf Ohne" in text
    assert "Einladungen abbestellt" in text
    assert "Amina Haddad" not in text


def test_fates_have_words() -> None:
    assert set(audiences.FATES) == set(Fate)
