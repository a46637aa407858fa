"""The words of all rows once more: short ends of compounds, odd plurals and forms for all genders are new.

Proposals, guidelines and goals are searched from now on; their indexes are PostgreSQL's own.
"""

from django.db import migrations

from workshops import stemming

SEARCHED = {
    "Workshop": ("title", "description"),
    "ActionField": ("name", "description"),
    "Guideline": ("text",),
    "Goal": ("text",),
    "AgendaItem": ("title", "text", "points", "agreements"),
    "ProposedMeasure": ("title", "description"),
    "Measure": (
        *("title", "description", "purpose", "target_group", "responsible", "partners"),
        *("cost", "funding", "time_frame", "indicator"),
    ),
}
NEW = ("Guideline", "Goal", "ProposedMeasure")


def fill(apps, schema_editor):
    for name, columns in SEARCHED.items():
        model = apps.get_model("workshops", name)
        more = ("language",) if name == "ProposedMeasure" else ()
        changed = []
        for row in model.objects.only("pk", *columns, *more).iterator(chunk_size=500):
            row.search = stemming.indexed(_texts(row, columns))
            changed.append(row)
            if len(changed) == 500:
                model.objects.bulk_update(changed, ["search"])
                changed = []
        model.objects.bulk_update(changed, ["search"])


def _texts(row, columns):
    for column in columns:
        value = getattr(row, column)
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield getattr(row, "language", "") or "de", value or ""


def make_quick(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in NEW:
        table = apps.get_model("workshops", name)._meta.db_table
        for index, column in (("words", "search"), ("word_ends", "reverse(search)")):
            schema_editor.execute(
                f"CREATE INDEX IF NOT EXISTS {table}_{index} ON {table} "
                f"USING gin (array_to_tsvector(string_to_array(btrim({column}), ' ')))"
            )


def make_slow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in NEW:
            table = apps.get_model("workshops", name)._meta.db_table
            for index in ("words", "word_ends"):
                schema_editor.execute(f"DROP INDEX IF EXISTS {table}_{index}")


class Migration(migrations.Migration):
    # Row by row and index by index: an update and an index in one transaction stand in each other's way.
    atomic = False
    dependencies = [("workshops", "0031_more_search_columns")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(make_quick, make_slow),
    ]
