"""What was decided before decisions and changes had rows of their own."""

from django.db import migrations
from django.db.models import F


def record(apps, schema_editor):
    proposed = apps.get_model("workshops", "ProposedMeasure").objects
    decision = apps.get_model("workshops", "ProposalDecision")
    measure = apps.get_model("workshops", "Measure")
    change = apps.get_model("workshops", "MeasureChange")
    # Which of several steps somebody chose is not known any more.
    proposed.filter(status="merged").update(merged_by_hand_into=F("merged_into"))
    decision.objects.bulk_create(
        decision(
            proposal_id=each.pk,
            status=each.status,
            decided_at=each.decided_at,
            decided_by_id=each.decided_by_id,
            reason=each.decision_reason,
            into_id=each.merged_into_id,
        )
        for each in proposed.exclude(status="proposed")
    )
    # When it went further was not written down: its history begins with its adoption.
    change.objects.bulk_create(
        change(
            measure_id=each.pk,
            status="planned",
            changed_at=each.adopted_at,
            changed_by_id=each.adopted_by_id,
            note={},
        )
        for each in measure.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("workshops", "0014_desk_review_plan")]

    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
