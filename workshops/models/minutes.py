"""How the record of one workshop becomes public, and what those who came said about it before."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models.agenda import AgendaItem
from workshops.models.people import User
from workshops.models.registration import Registration
from workshops.models.workshop import Workshop

# After the workshop's end: from then on minutes that nobody has submitted are overdue. Staff see it, and
# whoever leads the workshop is reminded …
OVERDUE_AFTER = datetime.timedelta(days=3)
# … and, if that helped nothing, staff are told by mail.
STAFF_TOLD_AFTER = datetime.timedelta(days=10)

# Of a workshop: nobody has submitted its minutes.
OWES_MINUTES = Q(status="published") & (Q(minutes__isnull=True) | Q(minutes__status="draft"))


def minutes_are_overdue(workshop: Workshop, now: datetime.datetime) -> bool:
    """`OWES_MINUTES`, of one row that came with its minutes, and since when."""
    minutes: Minutes | None = getattr(workshop, "minutes", None)
    is_owed = minutes is None or minutes.status == Minutes.Status.DRAFT
    return workshop.is_published and is_owed and workshop.ends_at + OVERDUE_AFTER <= now


class Minutes(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        IN_REVIEW = "in_review", _("in Durchsicht")
        PUBLISHED = "published", _("veröffentlicht")

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="minutes")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Until then those who came may comment.
    review_ends_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "minutes"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "in_review", "published"]), name="a_known_minutes_status"
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False, published_by__isnull=False)
                | (~Q(status="published") & Q(published_at__isnull=True, published_by__isnull=True)),
                name="published_minutes_have_moment_and_person",
            ),
            models.CheckConstraint(
                condition=Q(review_ends_at__isnull=True)
                | Q(submitted_at__isnull=False, review_ends_at__gte=F("submitted_at")),
                name="a_review_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"minutes of workshop {self.workshop_id}"

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_in_review(self) -> bool:
        return self.status == self.Status.IN_REVIEW

    def takes_comments(self, now: datetime.datetime) -> bool:
        return self.is_in_review and self.review_ends_at is not None and now < self.review_ends_at


class MinutesCommentQuerySet(models.QuerySet["MinutesComment"]):
    def open(self) -> "MinutesCommentQuerySet":
        return self.filter(outcome="")


class MinutesComment(models.Model):
    """What somebody who came says about an item before the minutes are published, and the answer to it."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("beantwortet")
        TAKEN_OVER = "taken_over", _("übernommen")

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="comments")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="minutes_comments")
    text = models.TextField(_("Rückmeldung"))
    # Of the item, as the person read it.
    item_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("Antwort"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = MinutesCommentQuerySet.as_manager()

    class Meta:
        ordering = ["item", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_comment_says_something"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "answered", "taken_over"]), name="a_known_outcome_of_a_comment"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True, answer="")
                | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="an_answered_comment_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="answered") | ~Q(answer=""), name="an_answer_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on item {self.item_id}"

    @property
    def is_open(self) -> bool:
        return self.outcome == ""
