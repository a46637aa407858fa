"""Personal links. Only a hash of each token is kept; `workshops.links` makes and reads them."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.people import Participant
from workshops.models.registration import Registration


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    def valid(self, now: datetime.datetime) -> "PersonalLinkQuerySet":
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), revoked_at__isnull=True)


class PersonalLink(models.Model):
    """What one token opens, for whom, and until when."""

    class Scope(models.TextChoices):
        MANAGE = "manage"
        CONFIRM = "confirm"
        JOIN = "join"
        FEED = "feed"
        UNSUBSCRIBE = "unsubscribe"
        # Comments on minutes and points for proposals: it opens nothing else of the person's.
        CONTRIBUTE = "contribute"
        # Another e-mail address for the person: it opens nothing, and is used once (`operations.contacts`).
        ADDRESS = "address"

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="links")
    scope = models.CharField(max_length=12, choices=Scope.choices)
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="links"
    )
    # 16 random bytes in hexadecimal. The token is derived from it and the server's key, so a mail can
    # be written again after a crash; whoever reads only the database can derive nothing.
    nonce = models.CharField(max_length=32, unique=True)
    # To which mail about an address goes: the new one until the link is used, then the former one.
    address = models.EmailField(_("E-Mail-Adresse"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    scope__in=["manage", "confirm", "join", "feed", "unsubscribe", "contribute", "address"]
                ),
                name="a_known_link_scope",
            ),
            models.CheckConstraint(
                condition=Q(address="") | Q(scope="address", expires_at__isnull=False),
                name="an_address_is_kept_with_its_own_link_until_an_end",
            ),
            models.CheckConstraint(
                condition=Q(scope="join", registration__isnull=False)
                | (~Q(scope="join") & Q(registration__isnull=True)),
                name="a_join_link_has_a_registration",
            ),
            models.UniqueConstraint(
                fields=["participant", "scope"],
                condition=Q(revoked_at__isnull=True, registration__isnull=True),
                name="one_valid_link_per_scope",
            ),
            models.UniqueConstraint(
                fields=["registration", "scope"],
                condition=Q(revoked_at__isnull=True, registration__isnull=False),
                name="one_valid_link_per_registration",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} link {self.pk}"
