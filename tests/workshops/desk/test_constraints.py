"""Rows of the desk that can't exist, whoever writes them."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests import builders
from tests.workshops import test_registration_constraints as constraints
from workshops.models import AgendaItem, AgendaItemVersion, AgendaTemplate, AgendaTemplateItem, ItemPresence

pytestmark = pytest.mark.django_db


def broken_by(model: type[models.Model], action: Callable[[], object]) -> set[str]:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        action()
    return constraints.broken_by(error, model)


def a_version(item: AgendaItem, **fields: object) -> AgendaItemVersion:
    return AgendaItemVersion.objects.create(item=item, saved_at=timezone.now(), **{"version": 1, **fields})


def test_what_is_restored_was_there_before() -> None:
    item = builders.an_agenda_item()
    assert broken_by(AgendaItemVersion, lambda: a_version(item, restored_from=1)) == {
        "what_is_restored_was_there_before"
    }
    a_version(item, version=2, restored_from=1)


def test_an_editor_counts_its_attempts() -> None:
    item = builders.an_agenda_item()
    assert broken_by(AgendaItemVersion, lambda: a_version(item, editor="ab")) == {
        "an_editor_counts_its_attempts"
    }
    assert broken_by(AgendaItemVersion, lambda: a_version(item, attempt=1)) == {
        "an_editor_counts_its_attempts"
    }
    a_version(item, editor="ab", attempt=1)


def test_a_person_is_at_an_item_once() -> None:
    item, user = builders.an_agenda_item(), builders.a_user()

    def make() -> ItemPresence:
        return ItemPresence.objects.create(item=item, user=user, seen_at=timezone.now())

    make()
    assert broken_by(ItemPresence, make) == {"one_presence_per_item_and_person"}


def test_a_template_has_its_own_name_and_named_points() -> None:
    process = builders.a_process()
    template = AgendaTemplate.objects.create(process=process, name="Kurz")
    AgendaTemplateItem.objects.create(template=template, position=1, title="Ankommen")
    tries: list[tuple[str, type[models.Model], Callable[[], object]]] = [
        (
            "a_template_has_its_own_name",
            AgendaTemplate,
            lambda: AgendaTemplate.objects.create(process=process, name="Kurz"),
        ),
        (
            "a_template_has_a_name",
            AgendaTemplate,
            lambda: AgendaTemplate.objects.create(process=process, name=""),
        ),
        (
            "one_template_item_per_position",
            AgendaTemplateItem,
            lambda: AgendaTemplateItem.objects.create(template=template, position=1, title="Noch einer"),
        ),
        (
            "a_template_item_has_a_title",
            AgendaTemplateItem,
            lambda: AgendaTemplateItem.objects.create(template=template, position=2, title=""),
        ),
    ]
    assert [broken_by(model, action) for _name, model, action in tries] == [{name} for name, _m, _a in tries]
