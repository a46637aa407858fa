"""For rescue, by superusers: look, and change what no page can."""

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Delivery, InvitationCampaign, ReminderRule


class _ForRescue(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))


@admin.register(Delivery)
class DeliveryAdmin(_ForRescue):
    list_display = ("pk", "kind", "status", "priority", "attempts", "outcome_code", "created_at", "sent_at")
    list_filter = ("status", "kind", "channel", "is_ambiguous")
    search_fields = ("key", "message_id")
    raw_id_fields = ("participant", "user", "registration", "workshop", "campaign", "rule", "settled_by")


@admin.register(InvitationCampaign)
class InvitationCampaignAdmin(_ForRescue):
    list_display = ("pk", "name", "process", "status", "launched_at")
    raw_id_fields = ("created_by", "launched_by", "stopped_by")


@admin.register(ReminderRule)
class ReminderRuleAdmin(_ForRescue):
    list_display = ("pk", "process", "audience", "minutes_before", "days_before", "at_time", "is_active")
