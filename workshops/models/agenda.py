"""The agenda of one workshop, with what was said under each item, and templates for agendas."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.process import ParticipationProcess
from workshops.models.searchable import Searchable
from workshops.models.workshop import Workshop


class Recorded(models.Model):
    """What is written under an item, in Markdown: how it was discussed, what came of it, what was agreed."""

    text = models.TextField(_("Diskussion"), blank=True)
    points = models.TextField(_("Ergebnisse"), blank=True)
    agreements = models.TextField(_("Vereinbarungen"), blank=True)

    # Each is compared by itself: two people who write in different parts have no conflict.
    PARTS = ("text", "points", "agreements")

    class Meta:
        abstract = True

    @property
    def is_written(self) -> bool:
        return any(getattr(self, part) for part in self.PARTS)


# Nothing stands under the item.
UNWRITTEN = Q(text="", points="", agreements="")
ON_THE_AGENDA = Q(removed_at__isnull=True)


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def written(self) -> "AgendaItemQuerySet":
        return self.exclude(UNWRITTEN)

    def removed(self) -> "AgendaItemQuerySet":
        """The last taken off first."""
        return self.exclude(ON_THE_AGENDA).order_by("-removed_at", "-pk")


class _OnTheAgenda(models.Manager["AgendaItem"]):
    """So that no list of items forgets to leave out those that were taken off."""

    def get_queryset(self) -> models.QuerySet["AgendaItem"]:
        return super().get_queryset().filter(ON_THE_AGENDA)


OnTheAgenda = _OnTheAgenda.from_queryset(AgendaItemQuerySet)


class AgendaItem(Recorded, Searchable):
    """A point of the agenda, and the minutes written under it (Markdown)."""

    SEARCHED = ("title", *Recorded.PARTS)

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    title = models.CharField(_("Tagesordnungspunkt"), max_length=200)
    minutes_planned = models.PositiveSmallIntegerField(_("Dauer in Minuten"), null=True, blank=True)
    # Raised by each save: whoever saves over a version they haven't seen is shown both texts.
    version = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    # Taken off the agenda after something had been written: with its versions it can be put back.
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = OnTheAgenda()
    with_removed = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["workshop", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "position"], condition=ON_THE_AGENDA, name="one_agenda_item_per_position"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="an_agenda_item_has_a_title"),
            models.CheckConstraint(
                condition=ON_THE_AGENDA | UNWRITTEN, name="nothing_stands_under_a_removed_item"
            ),
            models.CheckConstraint(
                condition=Q(removed_by__isnull=True) | ~ON_THE_AGENDA, name="who_removed_an_item_did_so_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItemVersion(Recorded):
    """What stood under an item after one save. Nothing written is ever overwritten without a trace."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    # Which open page saved it, by which of its attempts: it knows its own text again after a lost answer.
    editor = models.CharField(max_length=32, blank=True)
    attempt = models.PositiveIntegerField(null=True, blank=True)
    # Somebody took up the texts of that earlier version again.
    restored_from = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["item", "version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="one_text_per_version"),
            models.CheckConstraint(
                condition=Q(restored_from__isnull=True) | Q(restored_from__lt=models.F("version")),
                name="what_is_restored_was_there_before",
            ),
            models.CheckConstraint(
                condition=Q(editor="", attempt__isnull=True) | (~Q(editor="") & Q(attempt__isnull=False)),
                name="an_editor_counts_its_attempts",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of item {self.item_id}"


class ItemPresence(models.Model):
    """Somebody has the item open for writing, as of `seen_at`: others who open it see so."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="one_presence_per_item_and_person"),
        ]

    def __str__(self) -> str:
        return f"presence {self.pk} at item {self.item_id}"


class AgendaTemplate(models.Model):
    """An agenda to begin with, in any workshop of the process."""

    process = models.ForeignKey(
        ParticipationProcess, on_delete=models.CASCADE, related_name="agenda_templates"
    )
    name = models.CharField(_("Name der Vorlage"), max_length=120)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["process", "name"], name="a_template_has_its_own_name"),
            models.CheckConstraint(condition=~Q(name=""), name="a_template_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class AgendaTemplateItem(models.Model):
    template = models.ForeignKey(AgendaTemplate, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    title = models.CharField(_("Tagesordnungspunkt"), max_length=200)
    minutes_planned = models.PositiveSmallIntegerField(_("Dauer in Minuten"), null=True, blank=True)

    class Meta:
        ordering = ["template", "position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="one_template_item_per_position"),
            models.CheckConstraint(condition=~Q(title=""), name="a_template_item_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
