"""The product's addresses as `demo` has them: with the mailbox."""

from django.urls import include, path

from config.urls import urlpatterns as product

urlpatterns = [path("mailbox/", include("config.mailbox.urls")), *product]
