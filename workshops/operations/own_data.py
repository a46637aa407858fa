"""What is kept of a person, for the person (GDPR Art. 15 and 20)."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from workshops.models import ContactListEntry, FieldInterest, Participant, PointsGiven, Registration
from workshops.operations import barriers

# What would open a door, or only says how we work; everything else of a person's rows is theirs to see.
_NOT_EXPORTED = frozenset(
    (
        *("nonce", "token_hash", "claim", "key", "lease_until", "email_normalised", "phone_normalised"),
        *("mailbox", "uid_validity", "uid", "digest"),
    )
)


# What one person gave to which proposal is nobody else's to see, whoever asks for them (docs/adr/0032).
THEIRS_ALONE: frozenset[type[models.Model]] = frozenset((PointsGiven,))
Tables = frozenset[type[models.Model]]


def export(participant: Participant, *, without: Tables = frozenset()) -> dict[str, Any]:
    """Everything that is kept of a person, for JSON: their row, each row that points to it, what hangs on
    those (the presences of a registration), and what they reported of barriers, which points to nobody.

    Found through the models themselves, so a table that is added later can't be forgotten. `without`: tables
    that whoever hands it over doesn't see.
    """
    data: dict[str, Any] = {"participant": columns(participant)}
    for relation in _pointing_to(Participant):
        data[_name(relation)] = [
            columns(row) | _hanging_on(row, without) for row in _rows(relation, participant)
        ]
    data["barrier_reports"] = [columns(row) for row in barriers.of_person(participant)]
    return data


def rows_about(participant: Participant, *, without: Tables = frozenset()) -> Iterator[models.Model]:
    """The person's row and each other one that `export` tells."""
    yield participant
    for relation in _pointing_to(Participant):
        for row in _rows(relation, participant):
            yield from _with_hanging(row, without)
    yield from barriers.of_person(participant)


def _with_hanging(row: models.Model, without: Tables) -> Iterator[models.Model]:
    yield row
    for _relation, rows in _further(row, without):
        for each in rows:
            yield from _with_hanging(each, without)


def _hanging_on(row: models.Model, without: Tables) -> dict[str, Any]:
    """By the name of the relation. What points to the person itself stands there already."""
    direct = {relation.related_model for relation in _pointing_to(Participant)}
    hanging = {}
    for relation, rows in _further(row, without):
        found = [columns(each) | _hanging_on(each, without) for each in rows]
        if found or relation.related_model not in direct:
            hanging[_name(relation)] = found
    return hanging


def _further(
    row: models.Model, without: Tables
) -> Iterator[tuple[models.ManyToOneRel, models.QuerySet[models.Model]]]:
    """What hangs on a row and on no person itself."""
    direct = {relation.related_model: relation.field for relation in _pointing_to(Participant)}
    for relation in _pointing_to(type(row)):
        if relation.related_model in without:
            continue
        rows, to_person = _rows(relation, row), direct.get(relation.related_model)
        if to_person is not None:
            # It may, and doesn't: a message that came back to a mail of theirs.
            rows = rows.filter(**{f"{to_person.name}__isnull": True}) if to_person.null else rows.none()
        yield relation, rows


def _pointing_to(model: type[models.Model]) -> list[models.ManyToOneRel]:
    """Each foreign key to the model, those without a way back (`related_name="+"`) too."""
    fields = model._meta.get_fields(include_hidden=True)
    return [each for each in fields if isinstance(each, models.ManyToOneRel)]


def _name(relation: models.ManyToOneRel) -> str:
    return str(relation.get_accessor_name() or relation.related_model._meta.model_name)


def _rows(relation: models.ManyToOneRel, row: models.Model) -> models.QuerySet[models.Model]:
    rows: models.QuerySet[models.Model] = relation.related_model._default_manager.all()
    return rows.filter(**{relation.field.name: row}).order_by("pk")


def columns(row: models.Model) -> dict[str, Any]:
    """What is told of a row, by the columns' names, with the names of what a number alone would point to."""
    columns = {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in _NOT_EXPORTED
    }
    if isinstance(row, Registration):
        # A number alone would tell the person nothing.
        columns |= {"workshop_name": str(row.workshop), "workshop_starts_at": row.workshop.starts_at}
    elif isinstance(row, FieldInterest):
        columns |= {"field_name": str(row.field)}
    elif isinstance(row, PointsGiven):
        columns |= {"proposal_title": row.option.proposal.title}
    elif isinstance(row, ContactListEntry):
        listed = row.contact_list
        columns |= {"list_name": listed.name, "consent_source": listed.consent_source}
    return columns
