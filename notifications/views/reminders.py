"""Staff: how long before a workshop people are reminded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications import reminders
from notifications.forms import ReminderRuleForm
from notifications.models import ReminderRule
from workshops.models import ParticipationProcess
from workshops.views.staff import process_page


@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """The rules, and a form for one more."""
    form = ReminderRuleForm(request.POST or None, process=process, initial={"amount": 2, "unit": "days"})
    if form.is_valid():
        reminders.add_rule(process, minutes_before=form.cleaned_data["minutes_before"])
        messages.success(request, _("Die Erinnerung ist angelegt."))
        return redirect("notifications:reminders", process.slug)
    context = {"process": process, "form": form, "rules": process.reminder_rules.order_by("-minutes_before")}
    return render(request, "notifications/reminders.html", context)


@require_POST
@process_page
def switch(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """On or off, as the button says: pressing it twice is pressing it once."""
    rule = get_object_or_404(ReminderRule, process=process, pk=pk)
    reminders.switch_rule(rule, is_active=request.POST.get("is_active") == "yes")
    messages.success(request, _("Gespeichert."))
    return redirect("notifications:reminders", process.slug)


@require_POST
@process_page
def delete(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    ReminderRule.objects.filter(process=process, pk=pk).delete()
    messages.success(request, _("Die Erinnerung ist gelöscht."))
    return redirect("notifications:reminders", process.slug)
