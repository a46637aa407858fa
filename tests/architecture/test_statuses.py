"""One door per change: each status is given to a row in one place, and only there.

The table says where. A line that assigns a status anywhere else, or a second time, is found by its source.
A delivery isn't among them: claiming, recording, giving back and skipping mails are doors of their own, each
one a conditional UPDATE (`notifications`).
"""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Choices

ROOT = Path(__file__).parents[2]

# "Model.STATUS" → where it is assigned; a status that only a variable names stands as it is written.
DOORS = {
    # The person said yes, or the longest wait got a seat.
    "Registration.CONFIRMED": ["workshops.operations.registrations", "workshops.operations.seats"],
    "Registration.WAITING": ["workshops.operations.registrations"],
    "Registration.CANCELLED": ["workshops.operations.seats"],
    "Registration.LAPSED": ["workshops.operations.seats"],
    "Workshop.PUBLISHED": ["workshops.operations.workshops"],
    "Workshop.CANCELLED": ["workshops.operations.workshops"],
    # Taken back from review, or after publication.
    "Minutes.DRAFT": ["workshops.operations.minutes"],
    "Minutes.IN_REVIEW": ["workshops.operations.minutes"],
    "Minutes.PUBLISHED": ["workshops.operations.minutes"],
    "proposal.status = status": ["workshops.operations.decisions"],
    "measure.status = status": ["workshops.operations.measures"],
    # Given back by a worker that is asked to end.
    "PlanningRun.WAITING": ["workshops.operations.timetables"],
    "PlanningRun.RUNNING": ["workshops.operations.timetables"],
    # Staff stop it where no solver is loaded; whatever else ends it is the worker's.
    "PlanningRun.FAILED": ["workshops.operations.series"],
    "run.status = status": ["workshops.operations.timetables"],
    "InvitationCampaign.DRAFT": ["notifications.launching"],
    "InvitationCampaign.SCHEDULED": ["notifications.launching"],
    "InvitationCampaign.LAUNCHED": ["notifications.launching"],
    "InvitationCampaign.STOPPED": ["notifications.launching"],
}


# These look for a status and assign none.
ASKING = {"Q", "When", "filter", "exclude", "get"}


def assigned(source: str) -> Iterator[tuple[ast.AST, str]]:
    """Each value that becomes a row's status, and how that is written."""
    for node in ast.walk(ast.parse(source)):
        match node:
            # What is handed on as `update(**columns)`.
            case ast.Assign(value=ast.Dict(keys=keys, values=values)):
                for key, given in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "status":
                        yield given, ast.unparse(given)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    pairs = (
                        zip(target.elts, value.elts, strict=True)
                        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                        else [(target, value)]
                    )
                    for one, given in pairs:
                        if isinstance(one, ast.Attribute) and one.attr == "status":
                            yield given, f"{ast.unparse(one)} = {ast.unparse(given)}"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), keywords=keywords):
                for keyword in keywords:
                    if keyword.arg == "status" and name not in ASKING:
                        yield keyword.value, ast.unparse(keyword.value)


def doors_of(module: str, source: str) -> Iterator[str]:
    names = vars(importlib.import_module(module))
    for value, written in assigned(source):
        try:
            status = eval(ast.unparse(value), dict(names))
        except (NameError, AttributeError):
            status = None
        if isinstance(status, Choices):
            yield f"{type(status).__qualname__.split('.')[0]}.{status.name}"
        elif " = " in written:
            yield written


def all_doors() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app in ("workshops", "notifications"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if module.endswith(("urls", "tasks")) or "status" not in path.read_text(encoding="utf-8"):
                continue
            for door in doors_of(module, path.read_text(encoding="utf-8")):
                if not door.startswith("Delivery."):
                    found.setdefault(door, []).append(module)
    return found


def test_each_status_is_assigned_in_one_place() -> None:
    assert all_doors() == DOORS


@pytest.mark.parametrize(
    "line",
    [
        "workshop.status = Workshop.Status.CANCELLED",
        "workshop.status, workshop.revision = Workshop.Status.CANCELLED, 1",
        "Workshop.objects.filter(pk=1).update(status=Workshop.Status.CANCELLED)",
        "Workshop(status=Workshop.Status.CANCELLED).save()",
        "columns = {'status': Workshop.Status.CANCELLED}",
    ],
)
def test_a_back_door_is_found_however_it_is_written(line: str) -> None:
    assert list(doors_of("workshops.operations.workshops", line)) == ["Workshop.CANCELLED"]
