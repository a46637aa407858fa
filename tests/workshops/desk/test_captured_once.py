"""A form that is sent twice makes one proposal; nothing else that was typed is taken for the same."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from tests.workshops.desk.test_constraints import broken_by
from workshops.models import AgendaItem, ProposedMeasure
from workshops.operations import proposals

pytestmark = pytest.mark.django_db

FORM = uuid.UUID("12345678-1234-4234-8234-123456789abc")


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    return builders.an_agenda_item(workshop)


def captured() -> list[tuple[str, str]]:
    return list(ProposedMeasure.objects.order_by("pk").values_list("title", "language"))


def test_the_same_form_is_the_same_proposal_whatever_became_of_it(
    people: cast.Cast, item: AgendaItem
) -> None:
    made = proposals.propose(item, title="Kurse", by=people.murat, captured_as=FORM)
    type(made).objects.update(title="Kurse am Abend")
    proposals.decline(made, reason="Gibt es schon.", by=people.sabine)
    again = proposals.propose(item, title=" Kurse ", by=people.murat, captured_as=FORM)
    assert again == made
    assert captured() == [("Kurse am Abend", "")]


def test_other_words_from_the_same_form_are_another_proposal(people: cast.Cast, item: AgendaItem) -> None:
    """Somebody goes back in their browser and types the next one into the page that they find there."""
    proposals.propose(item, title="Kurse", by=people.murat, captured_as=FORM)
    proposals.propose(item, title="Kurse", language="ar", by=people.murat, captured_as=FORM)
    proposals.propose(item, title="Feste", by=people.murat, captured_as=FORM)
    assert captured() == [("Kurse", ""), ("Kurse", "ar"), ("Feste", "")]


def test_the_page_brings_a_form_of_its_own_each_time(
    people: cast.Cast, item: AgendaItem, client: Client
) -> None:
    client.force_login(people.murat)
    address = f"/moderation/{item.workshop_id}/items/{item.pk}/"
    [form], [other] = (pages.hidden(client.get(address), "proposal-captured_as") for _turn in range(2))
    assert form != other
    typed = {"proposal-title": "Kurse", "proposal-captured_as": form, "propose": "1"}
    htmx = {"HX-Request": "true"}
    first = client.post(address, typed, headers=htmx)
    ProposedMeasure.objects.update(title="Von Sabine geändert")
    # htmx sends it once more; then the same page by its other button.
    client.post(address, typed, headers=htmx)
    client.post(address, {**typed, "seen_version": "0", "text": ""})
    assert captured() == [("Von Sabine geändert", "")]
    assert pages.hidden(first, "proposal-captured_as")[0] not in (form, other)
    # A form that came back for a mistake is still the same one.
    refused = client.post(address, {**typed, "proposal-title": "", "proposal-description": "x"}, headers=htmx)
    assert pages.hidden(refused, "proposal-captured_as") == [form]


def test_a_form_without_a_usable_name_is_taken_all_the_same(
    people: cast.Cast, item: AgendaItem, client: Client
) -> None:
    client.force_login(people.murat)
    address = f"/moderation/{item.workshop_id}/items/{item.pk}/"
    client.post(address, {"proposal-title": "Eins", "propose": "1", "seen_version": "0"})
    client.post(
        address, {"proposal-title": "Zwei", "proposal-captured_as": "?", "propose": "1", "seen_version": "0"}
    )
    assert captured() == [("Eins", ""), ("Zwei", "")]


def test_a_form_makes_one_row() -> None:
    item, other = builders.an_agenda_item(), builders.an_agenda_item()

    def make(at: AgendaItem, form: uuid.UUID | None) -> ProposedMeasure:
        return ProposedMeasure.objects.create(
            item=at, title="Kurse", created_at=timezone.now(), captured_as=form
        )

    make(item, FORM)
    assert broken_by(ProposedMeasure, lambda: make(item, FORM)) == {"captured_once"}
    make(other, FORM)
    make(item, None)
    make(item, None)
