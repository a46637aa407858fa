from django.urls import path

from config.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("room/", views.room, name="room"),
    path("<slug:key>/", views.mail, name="mail"),
    path("<slug:key>/html/", views.html, name="html"),
    path("<slug:key>/part/<int:index>/", views.part, name="part"),
]
