"""Campaigns, deliveries and reminder rules for staff; calendar feeds and unsubscribing for everyone."""

from django.urls import URLPattern, URLResolver, include, path

from notifications.views import by_hand, campaigns, deliveries, feeds, inbox, reminders, unsubscribe

app_name = "notifications"

_campaign: list[URLPattern | URLResolver] = [
    path("", campaigns.show, name="campaign"),
    path("edit/", campaigns.edit, name="campaign_edit"),
    path("preview/<str:language>/", campaigns.preview, name="campaign_preview"),
    path("test/", campaigns.test, name="campaign_test"),
    path("launch/", campaigns.launch, name="campaign_launch"),
    path("stop/", campaigns.stop, name="campaign_stop"),
    path("progress/", campaigns.progress, name="campaign_progress"),
]
_staff: list[URLPattern | URLResolver] = [
    path("campaigns/", campaigns.index, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="campaign_new"),
    path("campaigns/<int:pk>/", include(_campaign)),
    path("deliveries/", deliveries.index, name="deliveries"),
    path("by-hand/", by_hand.index, name="by_hand"),
    path("by-hand/letters.pdf", by_hand.letters, name="by_hand_letters"),
    path("by-hand/tick/", by_hand.tick, name="by_hand_tick"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<int:pk>/done/", inbox.done, name="inbox_done"),
    path("inbox/<int:pk>/unreachable/", inbox.unreachable, name="inbox_unreachable"),
    path("reminders/", reminders.index, name="reminders"),
    path("reminders/<int:pk>/", reminders.edit, name="reminder_edit"),
    path("reminders/<int:pk>/switch/", reminders.switch, name="reminder_switch"),
    path("reminders/<int:pk>/delete/", reminders.delete, name="reminder_delete"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("staff/<slug:process>/", include(_staff)),
    path("my/<str:token>/<int:registration>/workshop.ics", feeds.seat_file, name="seat_file"),
    path("<slug:process>/<slug:field>/<int:number>/workshop.ics", feeds.workshop_file, name="workshop_file"),
]
# Included without a language prefix: calendar programs keep an address for years.
feed_urlpatterns: list[URLPattern | URLResolver] = [
    path("my/<str:token>/calendar.ics", feeds.personal_feed, name="personal_feed"),
    path("<slug:process>/calendar.ics", feeds.process_feed, name="process_feed"),
    path("<slug:process>/<slug:field>/calendar.ics", feeds.field_feed, name="field_feed"),
]
