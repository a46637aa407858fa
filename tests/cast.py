"""The named cast: one staff member, one moderator, two citizens, one stranger."""

from dataclasses import dataclass

from django.utils import timezone

from tests import builders
from workshops.models import ActionField, Participant, ParticipationProcess, User, localised

FIELD_NAMES = (
    ("bildung-und-sprache", "Bildung und Sprache", "Education and language"),
    ("ausbildung-und-arbeit", "Ausbildung und Arbeit", "Training and work"),
    ("zusammenleben-und-freizeit", "Zusammenleben und Freizeit", "Living together and leisure"),
    ("wohnen-und-wohnumfeld", "Wohnen und Wohnumfeld", "Housing and neighbourhood"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    process: ParticipationProcess
    fields: list[ActionField]
    sabine: User  # staff of the town
    murat: User  # moderator
    amina: Participant  # speaks Arabic
    hans: Participant  # speaks German
    stranger: User  # signed in, but neither staff nor moderator


def gather() -> Cast:
    """Hechingen with its four fields, its survey closed and evaluated, and the five people."""
    process = builders.a_process(slug="integrationsplan")
    fields = [
        builders.a_field(process, slug=slug, name=localised({"de": german, "en": english}))
        for slug, german, english in FIELD_NAMES
    ]
    sabine = builders.a_staff_member(email="sabine@hechingen.example", name="Sabine Keller")
    builders.a_closed_survey(process, evaluated_by=sabine)
    return Cast(
        process=process,
        fields=fields,
        sabine=sabine,
        murat=builders.a_moderator(process, email="murat@hechingen.example", name="Murat Yıldız"),
        amina=builders.a_participant(
            process,
            email="amina@example.org",
            name="Amina Haddad",
            language="ar",
            invitation_agreed_at=timezone.now(),
        ),
        hans=builders.a_participant(process, email="hans@example.org", name="Hans Vogel"),
        stranger=builders.a_user(email="stranger@example.org", name="Fremde Person"),
    )
