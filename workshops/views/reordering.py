"""The answer to workshops/static/workshops/reorder.js: a row was put at another place of its list."""

from collections.abc import Callable

from django.http import HttpRequest, JsonResponse

from workshops.errors import Refusal


def placed(
    request: HttpRequest,
    place: Callable[[int], object],
    *,
    labels: Callable[[], list[str]] | None = None,
    more: Callable[[], dict[str, object]] = dict,
) -> JsonResponse:
    """`place` gets the wanted position, 1 is the first. 409 with a sentence if it may not be.

    `labels`: what stands beside each row afterwards, in the new order; `more`: what else the page is told.
    """
    typed = request.POST["position"]
    # No list has more rows; a number that isn't one comes from no page of ours.
    if not (typed.isascii() and typed.isdecimal() and 1 <= len(typed) <= 4):
        return JsonResponse({"sentence": ""}, status=400)
    try:
        place(int(typed))
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=409)
    return JsonResponse({"labels": labels() if labels else [], **more()})
