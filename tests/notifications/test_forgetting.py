"""An organisation that nobody gives any more is in no audience, and what is left of it is not everyone; and a
domain is kept no longer than mail goes there."""

import datetime

import pytest
from django.test import Client

from notifications import audiences, forgetting, launching, tasks
from notifications.models import InvitationCampaign, Pace
from tests import builders, pages
from tests.notifications.conftest import NOW, Stage
from workshops.errors import Refusal
from workshops.models import Participant
from workshops.operations import participants, registrations
from workshops.operations.registrations import Needs, Person

ALONE = "Praxis Dr. Haddad"


def people(stage: Stage, organisation: str) -> Participant:
    return builders.a_participant(stage.cast.process, organisation=organisation, invitation_agreed_at=NOW)


def campaign_for(stage: Stage, **audience: object) -> InvitationCampaign:
    return stage.campaign(audience=audience)


def now_in(campaign: InvitationCampaign) -> dict[str, object]:
    return dict(InvitationCampaign.objects.get(pk=campaign.pk).audience)


def test_a_name_goes_with_the_last_person_who_gave_it_and_others_stay(stage: Stage) -> None:
    for name in ("TSV", ALONE):
        people(stage, name)
    kept = campaign_for(stage, organisations=[ALONE, "TSV"], languages=["de"])
    before = InvitationCampaign.objects.values().get()
    forgetting.run(now=NOW)
    assert InvitationCampaign.objects.values().get() == before

    Participant.objects.filter(organisation=ALONE).update(organisation="TSV Hechingen")
    assert (forgetting.run(now=NOW), forgetting.run(now=NOW)) == (1, 0)

    assert now_in(kept) == {"organisations": ["TSV"], "languages": ["de"]}
    # Whom it means is the same: nobody has to look at it again.
    assert InvitationCampaign.objects.get().changed_at == NOW


@pytest.mark.parametrize("others", [{}, {"has_organisation": True}, {"languages": ["de"]}])
def test_where_no_name_is_left_nobody_is_meant_and_nothing_can_be_sent(
    stage: Stage, others: dict[str, object]
) -> None:
    people(stage, "TSV")
    campaign = campaign_for(stage, organisations=[ALONE], **others)
    tasks.forget_people()

    campaign.refresh_from_db()
    assert campaign.audience == {"organisations_gone": True, **others}
    assert not audiences.of_campaign(campaign).exists()
    assert set(audiences.counted(audiences.of_campaign(campaign)).values()) == {0}
    with pytest.raises(Refusal) as refused:
        launching.launch(campaign, by=stage.cast.sabine)
    assert refused.value.code == "nobody"


def test_names_of_another_process_keep_nothing(stage: Stage) -> None:
    builders.a_participant(builders.a_process(), organisation=ALONE)
    campaign = campaign_for(stage, organisations=[ALONE])
    forgetting.run(now=NOW)
    assert now_in(campaign) == {"organisations_gone": True}


def test_a_name_over_which_a_stranger_typed_comes_back_and_stays(stage: Stage) -> None:
    listed = people(stage, ALONE)
    unproven = {"verified_at": None, "privacy_agreed_at": None, "privacy_version": None}
    Participant.objects.filter(pk=listed.pk).update(**unproven)
    campaign = campaign_for(stage, organisations=[ALONE])
    registrations.register(
        stage.cast.process,
        person=Person(email=listed.email, name="Eve", organisation="Erfunden"),
        workshop_ids=[stage.workshop.pk],
        needs=Needs(),
    )
    assert Participant.objects.get(pk=listed.pk).organisation == "Erfunden"
    assert forgetting.run(now=NOW) == 0
    assert now_in(campaign) == {"organisations": [ALONE]}


def test_of_a_launched_campaign_they_go_as_well(stage: Stage) -> None:
    person = people(stage, ALONE)
    campaign = campaign_for(stage, organisations=[ALONE])
    assert launching.launch(campaign, by=stage.cast.sabine) == 1
    launching.stop(campaign, by=stage.cast.sabine)
    Participant.objects.filter(pk=person.pk).update(organisation="")
    forgetting.run(now=NOW)
    assert now_in(campaign) == {"organisations_gone": True}
    # Who was meant when it began stays meant.
    assert launching.go_on(campaign, by=stage.cast.sabine) == 1


def test_a_description_that_holds_something_else_that_is_gone_loses_its_names_too(stage: Stage) -> None:
    campaign = campaign_for(stage, organisations=[ALONE], languages=["xx"])
    stage.campaign(audience=["organisations"])
    assert forgetting.run(now=NOW) == 1
    assert now_in(campaign) == {"organisations_gone": True, "languages": ["xx"]}


@pytest.mark.django_db(transaction=True)
def test_whoever_has_themselves_erased_takes_it_along_at_once(stage: Stage) -> None:
    person = people(stage, ALONE)
    campaign = campaign_for(stage, organisations=[ALONE])
    participants.erase(person)
    assert now_in(campaign) == {"organisations_gone": True}


def test_staff_are_told_and_choose_anew(stage: Stage, client: Client) -> None:
    people(stage, "TSV")
    campaign = campaign_for(stage, organisations=[ALONE])
    forgetting.run(now=NOW)
    client.force_login(stage.cast.sabine)
    path = f"/staff/integrationsplan/campaigns/{campaign.pk}/"

    shown = pages.text(client.get(path))
    assert "Organisation: die gewählten gibt niemand mehr an" in shown
    assert "0 Personen bekommen diese Einladung." in shown
    shown = pages.text(client.get(f"{path}audience/"))
    assert "Gewählt waren Organisationen, die niemand mehr angibt" in shown
    assert "0 Personen bekommen diese Einladung." in shown

    client.post(f"{path}audience/", {"organisations": ["TSV"], "save": "1"})
    assert now_in(campaign) == {"organisations": ["TSV"]}
    assert "niemand mehr angibt" not in pages.text(client.get(f"{path}audience/"))


def test_where_nobody_was_meant_saving_without_a_choice_does_not_mean_everyone(
    stage: Stage, client: Client
) -> None:
    people(stage, "TSV")
    campaign = campaign_for(stage, organisations=[ALONE], languages=["de"])
    forgetting.run(now=NOW)
    client.force_login(stage.cast.sabine)
    path = f"/staff/integrationsplan/campaigns/{campaign.pk}/audience/"
    gone = {"organisations_gone": True, "languages": ["de"]}

    # Who would get it may be looked at; nothing is saved.
    assert pages.errors(client.post(path, {"languages": ["de"], "show": "1"})) == []
    for left in ({}, {"languages": ["de"]}, {"has_organisation": "on"}):
        refused = client.post(path, {**left, "save": "1"})
        assert len(pages.errors(refused)) == 1
        assert "ein größerer Kreis, als je gewählt war" in pages.text(refused)
        # As wide as the page, before the number: not one more choice among the others.
        assert refused.text.index("error-summary") < refused.text.index('id="audience-number"')
        assert now_in(campaign) == gone

    client.post(path, {"languages": ["de"], "without_organisations": "on", "save": "1"})
    assert now_in(campaign) == {"languages": ["de"]}
    assert 'name="without_organisations"' not in client.get(path).text
    # A list of words has the reader's comma.
    InvitationCampaign.objects.filter(pk=campaign.pk).update(audience={"languages": ["de", "ar"]})
    assert "العربية، Deutsch" in client.get(f"/ar{path.removesuffix('audience/')}").text


@pytest.mark.parametrize("said", [{"organisations_gone": "yes"}, {"organisations_gone": 1}])
def test_another_description_of_it_is_none(said: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        audiences.from_json(said)


def test_a_domain_is_forgotten_an_hour_after_its_last_mail_though_no_limit_is_set(stage: Stage) -> None:
    hour, second = datetime.timedelta(hours=1), datetime.timedelta(seconds=1)
    moments = {
        "": NOW - 9 * hour,
        "gmx.de": NOW - hour,
        "haddad.example": NOW - hour - second,
        # From a clock that was set back.
        "vogel.example": NOW + hour + second,
    }
    for domain, moment in moments.items():
        Pace.objects.create(domain=domain, filled_at=moment)

    assert (forgetting.run(now=NOW), forgetting.run(now=NOW)) == (2, 0)

    assert set(Pace.objects.values_list("domain", flat=True)) == {"", "gmx.de"}


def test_where_mail_was_never_limited_nothing_is_written(stage: Stage) -> None:
    forgetting.run(now=NOW)
    assert not Pace.objects.exists()
