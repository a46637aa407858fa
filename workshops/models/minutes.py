"""How the record of one workshop becomes public, and what those who came said about it before."""

import datetime

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.agenda import AgendaItem
from workshops.models.registration import Registration
from workshops.models.workshop import Workshop

# After the workshop's end, or the end of the review: from then on minutes that nobody has submitted, or
# published, are overdue. Staff see it, and whoever leads the workshop is reminded …
OVERDUE_AFTER = datetime.timedelta(days=3)
# … and, if that helped nothing, staff are told by mail.
STAFF_TOLD_AFTER = datetime.timedelta(days=10)

# Of a workshop: the public cannot read its minutes. Nobody submitted them; or those who came have read them,
# and nobody published them, as long as the public could read them at all.
OWES_MINUTES = Q(status="published") & (
    Q(minutes__isnull=True)
    | Q(minutes__status="draft")
    | Q(minutes__status="in_review", series__field__process__is_public=True)
)
# Of a workshop with its minutes: the moment from which the next step is owed. What was reopened is owed anew,
# and nothing before the workshop is over.
OWED_SINCE = Greatest(
    F("ends_at"),
    Case(
        When(
            minutes__status="in_review",
            then=Coalesce(F("minutes__review_ends_at"), F("minutes__submitted_at"), F("ends_at")),
        ),
        default=Coalesce(F("minutes__reopened_at"), F("ends_at")),
    ),
)


def minutes_are_overdue(workshop: Workshop, now: datetime.datetime) -> bool:
    """`OWES_MINUTES` and `OWED_SINCE`, of one row that came with its minutes and its process."""
    minutes: Minutes | None = getattr(workshop, "minutes", None)
    since = None
    if minutes is not None and minutes.is_published:
        return False
    if minutes is not None and minutes.is_in_review:
        if not workshop.process.is_public:
            return False
        since = minutes.review_ends_at or minutes.submitted_at
    elif minutes is not None:
        since = minutes.reopened_at
    return workshop.is_published and max(workshop.ends_at, since or workshop.ends_at) + OVERDUE_AFTER <= now


class Minutes(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        IN_REVIEW = "in_review", _("in Durchsicht")
        PUBLISHED = "published", _("veröffentlicht")

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="minutes")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # When it was last taken back into work; what is owed is counted from here.
    reopened_at = models.DateTimeField(null=True, blank=True)
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
    # Of a guest on the telephone there is none.
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="minutes_comments"
    )
    # Said on the telephone, and written down by somebody of the town.
    was_noted = models.BooleanField(default=False)
    noted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("Rückmeldung"))
    # Of the item, as the person read it.
    item_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    # The item's when it was taken over: nothing was changed since if it still is.
    taken_over_version = models.PositiveIntegerField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(was_noted=True) | Q(registration__isnull=False, noted_by__isnull=True),
                name="a_comment_has_an_author_or_was_noted",
            ),
            models.CheckConstraint(
                condition=Q(taken_over_version__isnull=True) | Q(outcome="taken_over"),
                name="only_what_is_taken_over_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on item {self.item_id}"

    @property
    def is_open(self) -> bool:
        return self.outcome == ""
