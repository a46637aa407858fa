"""What the browser keeps until the server has it (docs/adr/0030): its scripts are told what has arrived.

A form's answer is another page, which says so; what was sent while its page went, the next page asks for.
"""

import re

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshops.models import AgendaItem, AgendaItemVersion
from workshops.permissions import signed_in_only, visible_workshops
from workshops.views.numbers import row_number

# _messages.html shows nothing of it.
TAG = "arrived"
# Chosen at random by an open page.
_EDITOR = re.compile(r"[0-9a-f]{8,32}")
# A browser keeps one for each text that somebody left.
MOST_ASKED = 20


def tell(request: HttpRequest, *, editor: str | None = None, attempt: int | None = None) -> None:
    """The next page says that the words of this open page are saved, up to this attempt.

    Without `editor`: the simple form that sent its name along (keeps.js).
    """
    editor = request.POST.get("draft", "") if editor is None else editor
    if _EDITOR.fullmatch(editor):
        messages.info(request, f"{editor}.{attempt or 0}", extra_tags=TAG)


@never_cache
@signed_in_only
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """`?of=<item>.<editor>`, often: the last attempt that was saved of each, and what stands there now.

    About items that the person may write; of all others there is nothing.
    """
    asked = [each.partition(".") for each in request.GET.getlist("of")[:MOST_ASKED]]
    numbers = {number for item, _dot, _editor in asked if (number := row_number(item)) is not None}
    items = AgendaItem.objects.filter(pk__in=numbers, workshop__in=visible_workshops(request.user))
    found = {item.pk: {part: getattr(item, part) for part in AgendaItem.PARTS} for item in items}
    attempts = (
        AgendaItemVersion.objects.filter(
            item__in=found, editor__in={editor for _item, _dot, editor in asked if editor}
        )
        .values_list("item", "editor")
        .annotate(last=Max("attempt"))
        .order_by("item", "editor")
    )
    return JsonResponse(
        {
            "items": found,
            "attempts": {f"{item}.{editor}": last for item, editor, last in attempts},
        }
    )
