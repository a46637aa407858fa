"""What desk.js asks: save what was typed, say who else writes, bring what others wrote (docs/adr/0030).

Each answer is JSON with a `state`; words for people come along, or stand in the page. Those who aren't signed
in any more, or have an old token, are answered by config/refusals.py in the same way.
"""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from workshops.errors import Refusal, RemovedMeanwhile
from workshops.forms.moderator import AutosaveForm
from workshops.models import AgendaItem, User, Workshop
from workshops.operations import minutes, writers
from workshops.operations.merging import Attempt, Conflict
from workshops.permissions import signed_in_user
from workshops.views.moderator import workshop_page
from workshops.views.moderator_agenda import item_of


@never_cache
@workshop_page
@require_POST
def autosave(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    item = item_of(workshop, pk)
    user = signed_in_user(request)
    form = AutosaveForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"state": "unclear"}, status=400)
    given = form.cleaned_data
    # Somebody else has signed in here since: their name must not stand under these words.
    if not constant_time_compare(given["writer"], writers.writer_of(user)):
        return JsonResponse({"state": "other_writer"}, status=403)
    if given["left"]:
        writers.leave(item, by=user)
    else:
        writers.note(item, by=user)
    if not form.parts:
        return JsonResponse(_answer(item, user, state="seen", known=given["seen_version"]))
    try:
        minutes.save_item(
            item,
            by=user,
            seen_version=form.seen,
            attempt=Attempt(given["editor"], given["attempt"]),
            text=form.parts.get("text"),
            points=form.parts.get("points"),
            agreements=form.parts.get("agreements"),
        )
    except Refusal as refusal:
        if refusal.code == "item_removed":
            raise RemovedMeanwhile(refusal.sentence) from None
        return _refused(item, user, refusal)
    return JsonResponse(_answer(item, user, state="saved", known=-1))


def _refused(item: AgendaItem, user: User, refusal: Refusal) -> HttpResponse:
    if refusal.code == "edited_meanwhile":
        conflicts: list[Conflict] = refusal.details["conflicts"]
        found = {
            conflict.part: {
                "theirs": conflict.theirs,
                "both": refusal.details["texts"][conflict.part],
            }
            for conflict in conflicts
        }
        answer = _answer(item, user, state="conflict", known=-1)
        return JsonResponse({**answer, "sentence": refusal.sentence, "conflicts": found}, status=409)
    if refusal.code == "overtaken":
        return JsonResponse(_answer(item, user, state="overtaken", known=-1), status=409)
    return JsonResponse({"state": "refused", "code": refusal.code, "sentence": refusal.sentence}, status=409)


def _answer(item: AgendaItem, user: User, *, state: str, known: int) -> dict[str, Any]:
    """What stands there now; the texts only if the page doesn't know them yet."""
    answer: dict[str, Any] = {
        "state": state,
        "version": item.version,
        "at": _clock(item.edited_at),
        "by": str(item.edited_by) if item.edited_by and item.edited_by != user else "",
        "others": writers.others(item, than=user),
    }
    if item.version != known:
        answer["parts"] = {part: getattr(item, part) for part in AgendaItem.PARTS}
    return answer


def _clock(moment: datetime.datetime | None) -> str:
    return timezone.localtime(moment).strftime("%H:%M") if moment else ""
