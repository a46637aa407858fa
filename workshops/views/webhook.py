"""What a video provider tells by itself: who came into a room and who left it.

Anybody can send anything here. A message counts only for the room whose key is in the address, and only if it
is signed with that room's secret, lately (`conferencing.webhooks`). Nothing of it is logged.
"""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from workshops.conferencing import webhooks
from workshops.conferencing.protocol import ProviderError, ProviderNonsense
from workshops.models import ConferenceRoom, Meeting
from workshops.operations import presence
from workshops.operations.rooms import connection_of

logger = logging.getLogger(__name__)

# A message about one person is a tenth of it.
LONGEST_BODY = 64 * 1024


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, webhook_key: str) -> HttpResponse:
    """404: no such room. 401: not (surely) from its provider, or too old. 413, 400: too long, unreadable."""
    rooms = ConferenceRoom.objects.in_use().filter(provider=ConferenceRoom.Provider.ZOOM)
    room = rooms.filter(webhook_key=webhook_key).first()
    if room is None:
        return HttpResponse(status=404)
    if _length(request) > LONGEST_BODY:
        return HttpResponse(status=413)
    now = timezone.now()
    try:
        told = webhooks.read_webhook(connection_of(room), dict(request.headers), request.body, now)
    except ProviderError as error:
        logger.warning("webhook of room %s refused: %s", room.pk, error.code)
        return HttpResponse(status=400 if isinstance(error, ProviderNonsense) else 401)
    match told:
        case webhooks.UrlValidation():
            return JsonResponse(told.answer)
        case webhooks.Joined() | webhooks.Left() | webhooks.MeetingEnded():
            _note(room, told)
    return HttpResponse(status=204)


def _note(room: ConferenceRoom, told: webhooks.Joined | webhooks.Left | webhooks.MeetingEnded) -> None:
    now = timezone.now()
    meeting = Meeting.objects.alive().filter(room=room, external_id=told.meeting).first()
    if meeting is None:
        # Of another meeting of the same account, or of one that is over here.
        return
    match told:
        case webhooks.Joined(person=person, stay=stay, at=at):
            presence.came(meeting, person, stay=stay, at=at, now=now)
        case webhooks.Left(person=person, stay=stay, at=at):
            presence.left(meeting, person, stay=stay, at=at, now=now)
        case webhooks.MeetingEnded(at=at):
            presence.everyone_left(meeting, at=at, now=now)


def _length(request: HttpRequest) -> int:
    """As announced: no more is ever read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return int(announced) if announced.isascii() and announced.isdecimal() else LONGEST_BODY + 1
