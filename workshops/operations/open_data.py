"""The adopted measures as open data, at addresses of their own. Reads only."""

import datetime
import hashlib
import json

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import translation

from workshops.exports import measures, opendata
from workshops.models import Licence, MeasureChange, ParticipationProcess
from workshops.operations import branding
from workshops.operations.plans import content_of


def about(process: ParticipationProcess) -> opendata.About:
    found = branding.of(process)
    return opendata.About(
        title=process.name.in_language(settings.LANGUAGE_CODE),
        publisher=process.town,
        licence=found.licence if found else Licence.DL_DE_BY.value,
        address=_address("measures", process),
        schema=_address("measures_schema", process),
        last_step_at=_last_step(process),
    )


def as_csv(process: ParticipationProcess) -> bytes:
    languages = [code for code, _name in settings.LANGUAGES]
    return opendata.write_csv(measures.rows(content_of(process)), languages=languages)


def as_json(process: ParticipationProcess) -> bytes:
    return opendata.write_json(measures.rows(content_of(process)), about=about(process))


def schema(process: ParticipationProcess) -> bytes:
    described = opendata.json_schema(_address("measures_schema", process))
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _last_step(process: ParticipationProcess) -> datetime.datetime | None:
    """No moment of making: the same content gives the same bytes, and so the same ETag."""
    changes = MeasureChange.objects.filter(measure__goal__guideline__field__process=process)
    last: datetime.datetime | None = changes.aggregate(at=Max("changed_at"))["at"]
    return last


def _address(name: str, process: ParticipationProcess) -> str:
    """In German whoever asks: the file is the same for all, and so are the addresses in it."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.PUBLIC_URL + reverse(f"workshops:{name}", args=[process.slug])
