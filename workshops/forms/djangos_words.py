"""What Django says of a mistake, to be translated by us as well.

Django knows no Leichte Sprache: its "zwingend erforderlich" would stand on pages in it. Nothing uses this
list but the collecting of messages; the words that Django uses are found in our catalogues first.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

PLAIN = (
    gettext_noop("This field is required."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Null characters are not allowed."),
)
COUNTED = ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    "limit_value",
)
