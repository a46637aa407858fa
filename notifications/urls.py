"""Campaigns, deliveries and reminder rules for staff; calendar feeds and unsubscribing for everyone."""

from django.urls import URLPattern, URLResolver, include, path

from notifications.views import (
    by_hand,
    campaign_audience,
    campaign_sending,
    campaigns,
    contact_lists,
    deliveries,
    feeds,
    inbox,
    reminders,
    unsubscribe,
)

app_name = "notifications"

_campaign: list[URLPattern | URLResolver] = [
    path("", campaigns.show, name="campaign"),
    path("edit/", campaigns.edit, name="campaign_edit"),
    path("preview/<str:language>/", campaigns.preview, name="campaign_preview"),
    path("test/", campaigns.test, name="campaign_test"),
    path("audience/", campaign_audience.choose, name="campaign_audience"),
    path("people/", campaign_audience.people, name="campaign_people"),
    path("release/", campaign_sending.release, name="campaign_release"),
    path("schedule/", campaign_sending.schedule, name="campaign_schedule"),
    path("unschedule/", campaign_sending.unschedule, name="campaign_unschedule"),
    path("launch/", campaign_sending.launch, name="campaign_launch"),
    path("stop/", campaign_sending.stop, name="campaign_stop"),
    path("go-on/", campaign_sending.go_on, name="campaign_go_on"),
    path("resend/", campaign_sending.resend, name="campaign_resend"),
    path("progress/", campaign_sending.progress, name="campaign_progress"),
]
_staff: list[URLPattern | URLResolver] = [
    path("campaigns/", campaigns.index, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="campaign_new"),
    path("campaigns/<row:pk>/", include(_campaign)),
    path("lists/", contact_lists.index, name="contact_lists"),
    path("lists/new/", contact_lists.upload, name="contact_list_new"),
    path("lists/new/check/", contact_lists.check, name="contact_list_check"),
    path("lists/new/discard/", contact_lists.discard, name="contact_list_discard"),
    path("deliveries/", deliveries.index, name="deliveries"),
    path("by-hand/", by_hand.index, name="by_hand"),
    path("by-hand/letters.pdf", by_hand.letters, name="by_hand_letters"),
    path("by-hand/tick/", by_hand.tick, name="by_hand_tick"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<row:pk>/done/", inbox.done, name="inbox_done"),
    path("inbox/<row:pk>/unreachable/", inbox.unreachable, name="inbox_unreachable"),
    path("reminders/", reminders.index, name="reminders"),
    path("reminders/<row:pk>/", reminders.edit, name="reminder_edit"),
    path("reminders/<row:pk>/switch/", reminders.switch, name="reminder_switch"),
    path("reminders/<row:pk>/delete/", reminders.delete, name="reminder_delete"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("staff/<slug:process>/", include(_staff)),
    path("my/<str:token>/<row:registration>/workshop.ics", feeds.seat_file, name="seat_file"),
    path("<slug:process>/<slug:field>/<row:number>/workshop.ics", feeds.workshop_file, name="workshop_file"),
]
# Included without a language prefix: calendar programs keep an address for years.
feed_urlpatterns: list[URLPattern | URLResolver] = [
    path("my/<str:token>/calendar.ics", feeds.personal_feed, name="personal_feed"),
    path("<slug:process>/calendar.ics", feeds.process_feed, name="process_feed"),
    path("<slug:process>/milestones.ics", feeds.milestone_feed, name="milestone_feed"),
    path("<slug:process>/<slug:field>/calendar.ics", feeds.field_feed, name="field_feed"),
]
