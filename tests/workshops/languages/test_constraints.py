"""The database refuses a process without any language, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from tests import builders
from workshops.models import ParticipationProcess

every_database = pytest.mark.parametrize("database", ["sqlite", "postgres"])


@every_database
def test_a_process_has_a_language(database: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(database)
    process = builders.a_process()
    assert process.content_languages[:3] == ["de", "de-simple", "en"]
    ParticipationProcess.objects.update(content_languages=["de"])
    with pytest.raises(IntegrityError, match="a_process_has_a_language"), transaction.atomic():
        ParticipationProcess.objects.update(content_languages=[])
