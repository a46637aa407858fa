"""The words of the rows that were there before, and what makes looking for them quick on PostgreSQL.

The indexes are PostgreSQL's own, so they stand here and not in the models: SQLite looks through the rows.
"""

from django.db import migrations

from workshops import stemming

SEARCHED = {
    "Workshop": ("title", "description"),
    "ActionField": ("name", "description"),
    "AgendaItem": ("title", "text", "points", "agreements"),
    "Measure": (
        *("title", "description", "purpose", "target_group", "responsible", "partners"),
        *("cost", "funding", "time_frame", "indicator"),
    ),
}


def fill(apps, schema_editor):
    for name, columns in SEARCHED.items():
        model = apps.get_model("workshops", name)
        changed = []
        for row in model.objects.only("pk", *columns).iterator(chunk_size=500):
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
            yield "de", value or ""


def make_quick(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in SEARCHED:
        table = apps.get_model("workshops", name)._meta.db_table
        for index, column in (("words", "search"), ("word_ends", "reverse(search)")):
            schema_editor.execute(
                f"CREATE INDEX IF NOT EXISTS {table}_{index} ON {table} "
                f"USING gin (array_to_tsvector(string_to_array(btrim({column}), ' ')))"
            )


def make_slow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in SEARCHED:
            table = apps.get_model("workshops", name)._meta.db_table
            for index in ("words", "word_ends"):
                schema_editor.execute(f"DROP INDEX IF EXISTS {table}_{index}")


class Migration(migrations.Migration):
    # Row by row and index by index: an update and an index in one transaction stand in each other's way.
    atomic = False
    dependencies = [("workshops", "0020_search_columns")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(make_quick, make_slow),
    ]
