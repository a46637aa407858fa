"""What the database itself guarantees of every model: known statuses, decisions with moment and person."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Q

MODELS = [model for app in ("workshops", "notifications") for model in apps.get_app_config(app).get_models()]


def _checks(model: type[models.Model]) -> list[Q]:
    return [
        constraint.condition
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint) and isinstance(constraint.condition, Q)
    ]


def _field_names(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}


def _statuses(model: type[models.Model]) -> list[str]:
    return [value for value, _label in _field_names(model)["status"].choices or []]


WITH_STATUS = [model for model in MODELS if "status" in _field_names(model)]


@pytest.mark.parametrize("model", WITH_STATUS, ids=lambda model: model.__name__)
def test_a_status_is_one_of_its_choices(model: type[models.Model]) -> None:
    tried = [*_statuses(model), "something else", ""]
    possible = [status for status in tried if _is_possible(model, {}, [status])]
    assert possible == _statuses(model)


# --- a decision has a moment and a person ---------------------------------------------------------


def _pairs() -> Iterator[tuple[type[models.Model], str]]:
    """Each `<verb>_at` beside a `<verb>_by`."""
    for model in MODELS:
        names = _field_names(model)
        for name in names:
            if name.endswith("_at") and f"{name[:-3]}_by" in names:
                yield model, name[:-3]


def _leaves(condition: Q) -> Iterator[Any]:
    """Lookups with their value; or a comparison that no lookup says (steps of five)."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from _leaves(child)
        else:
            yield child


def _holds(condition: Q, truth: Mapping[str, bool]) -> bool:
    """The condition, where `truth` says of each lookup whether it is so."""
    parts = [
        _holds(child, truth) if isinstance(child, Q) else truth[repr(child)] for child in condition.children
    ]
    result = all(parts) if condition.connector == Q.AND else any(parts)
    return result != condition.negated


def _known(leaf: Any, nulls: Mapping[str, bool], status: str | None) -> bool | None:
    if not isinstance(leaf, tuple):
        return None
    lookup, value = leaf
    name, _, kind = lookup.partition("__")
    if kind == "isnull" and name in nulls:
        return bool(nulls[name] is value)
    if lookup == "status":
        return bool(status == value)
    if lookup == "status__in":
        return bool(status in value)
    return None


def _is_possible(
    model: type[models.Model], nulls: Mapping[str, bool], statuses: Sequence[str | None]
) -> bool:
    """Do the checks allow a row of one of these statuses in which these columns are null or not?

    Whatever the others hold: what isn't known is tried both ways.
    """
    checks = _checks(model)
    leaves = list({repr(leaf): leaf for condition in checks for leaf in _leaves(condition)}.values())
    for status in statuses:
        truth = {repr(leaf): _known(leaf, nulls, status) for leaf in leaves}
        free = [key for key, value in truth.items() if value is None]
        for values in itertools.product((True, False), repeat=len(free)):
            if all(
                _holds(condition, {**truth, **dict(zip(free, values, strict=True))})  # type: ignore[dict-item]
                for condition in checks
            ):
                return True
    return False


def _is_tied(model: type[models.Model], verb: str) -> bool:
    moment, person = (_field_names(model)[f"{verb}_{end}"] for end in ("at", "by"))
    if not moment.null and not person.null:
        return True
    # Who wrote something may leave the house: their account goes, what they wrote and when stays.
    if person.remote_field.on_delete is models.SET_NULL:
        return True
    statuses = _statuses(model) if "status" in _field_names(model) else [None]
    return not any(
        _is_possible(model, {f"{verb}_at": moment_is_null, f"{verb}_by": not moment_is_null}, statuses)
        for moment_is_null in (True, False)
        if (moment.null or not moment_is_null) and (person.null or moment_is_null)
    )


# Taken in by `manage.py import_survey`, by nobody who signed in.
BY_COMMAND = {("SurveyImport", "imported")}
# By nobody where its period was over; a person without a moment is refused all the same.
BY_PERIOD = {("Recording", "deleted")}
PAIRS = [
    pytest.param(model, verb, id=f"{model.__name__}.{verb}")
    for model, verb in _pairs()
    if (model.__name__, verb) not in BY_COMMAND | BY_PERIOD
]


@pytest.mark.parametrize(("model", "verb"), PAIRS)
def test_who_decided_and_when_are_known_together(model: type[models.Model], verb: str) -> None:
    assert _is_tied(model, verb)


def test_a_pair_that_is_not_tied_is_found() -> None:
    class Loose(models.Model):
        status = models.CharField(max_length=5, choices=[("new", "new"), ("done", "done")])
        decided_at = models.DateTimeField(null=True)
        decided_by = models.ForeignKey("workshops.User", models.PROTECT, null=True, related_name="+")

        class Meta:
            app_label = "auth"
            managed = False
            constraints = [
                models.CheckConstraint(
                    condition=Q(status="done", decided_at__isnull=False)
                    | Q(status="new", decided_at__isnull=True),
                    name="loose",
                )
            ]

        def __str__(self) -> str:
            return self.status

    try:
        assert not _is_tied(Loose, "decided")
    finally:
        # Nobody else shall meet this model.
        del apps.all_models["auth"]["loose"]
        apps.clear_cache()
