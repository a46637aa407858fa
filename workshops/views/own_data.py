"""What is kept of a person, through their personal link: to take along, to read, to erase (GDPR Art. 15, 17,
20)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from workshops import authorities
from workshops.models import ParticipationProcess, PersonalLink
from workshops.operations import own_data, participants, readable_data
from workshops.views.participant import context_of
from workshops.views.personal import opened_by

Scope = PersonalLink.Scope


@opened_by(Scope.MANAGE)
@require_safe
def my_data(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """Everything that is kept, as a file (GDPR Art. 15 and 20)."""
    return JsonResponse(
        own_data.export(link.participant),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": 'attachment; filename="meine-daten.json"'},
    )


@opened_by(Scope.MANAGE)
@require_safe
def my_data_page(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """The same in words: to read, to print, to keep; and what else Art. 15(1) GDPR asks to be told."""
    context = context_of(
        link,
        sections=readable_data.readable(link.participant),
        has_others=_has_others(link.participant.process),
        authority=authorities.DATA_PROTECTION.get(link.participant.process.subdivision),
    )
    return render(request, "workshops/participant/data.html", context)


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_erase(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    if request.method == "POST":
        process = link.participant.process
        participants.erase(link.participant)
        context: dict[str, object] = {"process": process, "has_others": _has_others(process)}
        return render(request, "workshops/participant/erased.html", context)
    context = context_of(link, has_others=_has_others(link.participant.process))
    return render(request, "workshops/participant/erase.html", context)


def _has_others(process: ParticipationProcess) -> bool:
    """In each of them a person is somebody of their own, with a link of their own."""
    return ParticipationProcess.objects.exclude(pk=process.pk).exists()
