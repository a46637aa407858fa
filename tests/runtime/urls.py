"""The product's addresses as `demo` has them: with the mailbox.

Import it before MAILBOX_DIR is set: `config.urls` decides once whether there is one.
"""

from django.urls import include, path

from config.urls import urlpatterns as product

urlpatterns = [path("mailbox/", include("config.mailbox.urls")), *product]
