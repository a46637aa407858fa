"""Staff: broken rules of planning as sentences to be accepted, and whether they were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest

from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Workshop
from workshops.operations.conflicts import Conflict
from workshops.views.planning_names import names_of
from workshops.views.violation_words import violation_text


@dataclass(frozen=True, slots=True)
class Named:
    """`key` travels with the page, so that only what stood on it is accepted."""

    text: str
    key: str


def named(
    drafts: Sequence[Workshop], conflicts: Sequence[Conflict], process: ParticipationProcess
) -> list[Named]:
    if not conflicts:
        return []
    names = names_of(process)
    return [Named(violation_text(one.violation, drafts, names), one.key) for one in conflicts]


def of_refusal(refusal: Refusal, process: ParticipationProcess) -> list[Named]:
    return named(refusal.details["drafts"], refusal.details["conflicts"], process)


def tried(
    form: forms.BaseForm, action: Callable[[], object], process: ParticipationProcess
) -> tuple[bool, list[Named]]:
    """Is the form valid, and did its action go through? If not: what it breaks, or an error in the form."""
    if not form.is_valid():
        return False, []
    try:
        action()
    except Refusal as refusal:
        if refusal.code == "conflicts":
            return False, of_refusal(refusal, process)
        form.add_error(None, refusal.sentence)
        return False, []
    return True, []


def accepted(request: HttpRequest, *, button: str = "accept") -> frozenset[str]:
    """What stood on the page, if it was sent with the button that accepts it."""
    return frozenset(request.POST.getlist("conflict") if button in request.POST else ())
