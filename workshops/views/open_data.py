"""The adopted measures for machines: CSV, JSON, and the schema of the JSON. No sign-in, no cookie."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from workshops.exports import files
from workshops.models import ParticipationProcess
from workshops.operations import open_data
from workshops.views.public import process_or_404


@require_safe
def measures_csv(request: HttpRequest, process: str) -> HttpResponse:
    return _file(request, process, "csv", open_data.as_csv)


@require_safe
def measures_json(request: HttpRequest, process: str) -> HttpResponse:
    return _file(request, process, "json", open_data.as_json)


@require_safe
def measures_schema(request: HttpRequest, process: str) -> HttpResponse:
    return _file(request, process, "json", open_data.schema, kind="application/schema+json")


def _file(
    request: HttpRequest,
    slug: str,
    suffix: str,
    make: Callable[[ParticipationProcess], bytes],
    *,
    kind: str = "",
) -> HttpResponse:
    """With an ETag over its bytes: who has them is told so. Any site's pages may read it."""
    shown = process_or_404(request, slug)
    with timezone.override(shown.zone):
        content = make(shown)
    response = HttpResponse(content, content_type=kind or files.CONTENT_TYPES[suffix])
    response["ETag"] = etag = open_data.etag_of(content)
    response["X-Content-Type-Options"] = "nosniff"
    if suffix == "csv":
        response["Content-Disposition"] = f'attachment; filename="{shown.slug}-measures.csv"'
    if shown.is_public:
        response["Access-Control-Allow-Origin"] = "*"
        patch_cache_control(response, public=True, max_age=300)
    else:
        # Staff look at it before anybody else may.
        patch_cache_control(response, private=True, no_store=True)
    return get_conditional_response(request, etag=etag, response=response) or response
