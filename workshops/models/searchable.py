"""Rows that can be found by their words: one column that is written with the texts it comes from."""

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from workshops import stemming


class Forms(NamedTuple):
    """What a word in the column may begin with, or end with. Nothing but letters and digits."""

    begins: tuple[str, ...]
    ends: tuple[str, ...]


class SearchColumn(models.TextField):  # type: ignore[type-arg]  # not generic when it runs
    """The stems of the row's texts, a space around each; kept up to date by whoever saves the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": "", "editable": False, "blank": True, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if not isinstance(model_instance, Searchable):
            # A migration's model knows columns only.
            return str(super().pre_save(model_instance, add))
        value = stemming.indexed(model_instance.searched_texts())
        setattr(model_instance, self.attname, value)
        return value


@SearchColumn.register_lookup
class Met(models.Lookup):
    """`search__met=Forms(…)`: some word of the column begins or ends like that."""

    lookup_name = "met"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        """The words have spaces around them and hold neither `%` nor `_`."""
        column, params = self.process_lhs(compiler, connection)
        patterns = [f"% {form}%" for form in self.rhs.begins] + [f"%{form} %" for form in self.rhs.ends]
        sql = " OR ".join([f"{column} LIKE %s"] * len(patterns))
        return f"({sql})", tuple(each for pattern in patterns for each in (*params, pattern))

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        """By its indexes of all words, as they are and backwards, letter by letter (migration 0021)."""
        column, params = self.process_lhs(compiler, connection)
        sql = [f"array_to_tsvector(string_to_array(btrim({column}), ' ')) @@ %s::tsquery"]
        values = [*params, _beginning(self.rhs.begins)]
        if self.rhs.ends:
            sql.append(f"array_to_tsvector(string_to_array(btrim(reverse({column})), ' ')) @@ %s::tsquery")
            values += [*params, _beginning(form[::-1] for form in self.rhs.ends)]
        return f"({' OR '.join(sql)})", tuple(values)


def _beginning(forms: Iterable[str]) -> str:
    return " | ".join(f"'{form}':*" for form in forms)


class Searchable(models.Model):
    # The names of the fields whose words are found.
    SEARCHED: ClassVar[tuple[str, ...]] = ()

    search = SearchColumn()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        names = kwargs.get("update_fields")
        if names is not None and not {*self.SEARCHED}.isdisjoint(names):
            kwargs["update_fields"] = {*names, "search"}
        super().save(*args, **kwargs)

    def searched_texts(self) -> Iterable[tuple[str, str]]:
        """(language, text); what is written in no language in particular counts as the town's own."""
        for name in self.SEARCHED:
            value = getattr(self, name)
            if isinstance(value, dict):
                yield from value.items()
            else:
                yield settings.LANGUAGE_CODE, str(value or "")
