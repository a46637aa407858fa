"""Branding and documents: what no code can write."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import builders
from workshops.models import Branding, Document, ParticipationProcess, User

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def branding(**fields: Any) -> Callable[..., object]:
    return lambda process, user: Branding.objects.create(process=process, **fields)


def document(**fields: Any) -> Callable[..., object]:
    wanted: dict[str, Any] = {"variant": "plan", "format": "odt", "language": "de", "requested_at": NOW}
    wanted |= fields

    def create(process: ParticipationProcess, user: User) -> object:
        if wanted.get("field") == "one":
            wanted["field"] = builders.a_field(process)
        return Document.objects.create(process=process, requested_by=user, **wanted)

    return create


@pytest.mark.parametrize(
    ("name", "create"),
    [
        ("a_known_licence", branding(licence="mine")),
        ("a_logo_has_a_type", branding(logo=b"x")),
        ("a_logo_has_a_type", branding(logo_type="image/png")),
        ("a_document_is_about_what_its_variant_says", document(variant="field")),
        ("a_document_is_about_what_its_variant_says", document(variant="minutes")),
        ("a_document_is_about_what_its_variant_says", document(variant="plan", field="one")),
        ("a_known_document_format", document(format="exe")),
        ("a_document_progresses_in_percent", document(progress=101)),
        ("a_finished_document_is_there_or_says_why_not", document(finished_at=NOW)),
        ("a_finished_document_is_there_or_says_why_not", document(content=b"x")),
        ("a_finished_document_is_there_or_says_why_not", document(problem="failed")),
        (
            "a_finished_document_is_there_or_says_why_not",
            document(finished_at=NOW, content=b"x", problem="failed"),
        ),
        (
            "a_finished_document_is_there_or_says_why_not",
            document(finished_at=NOW, content=b"x", lease_until=NOW),
        ),
    ],
)
def test_the_database_refuses(name: str, create: Callable[..., object]) -> None:
    process, user = builders.a_process(), builders.a_staff_member()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        create(process, user)


def test_one_branding_a_process() -> None:
    process, user = builders.a_process(), builders.a_staff_member()
    branding()(process, user)
    with pytest.raises(IntegrityError), transaction.atomic():
        branding()(process, user)


def test_the_database_takes_what_is_right() -> None:
    process, user = builders.a_process(), builders.a_staff_member()
    branding(logo=b"x", logo_type="image/png", licence="cc-by-4.0")(process, user)
    document(variant="field", field="one")(process, user)
    document(finished_at=NOW, content=b"x")(process, user)
    document(finished_at=NOW, problem="failed")(process, user)
    assert Document.objects.count() == 3
