"""Staff: when before a workshop people are reminded, and what that means for the next days."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from notifications import reminder_preview, reminders
from notifications.forms import ReminderRuleForm
from notifications.models import Group, ReminderRule
from notifications.reminders import LeftOut
from workshops.models import ParticipationProcess
from workshops.views.staff import carried_out, process_page

GROUPS = {
    Group.CONFIRMED: gettext_lazy("alle mit Platz"),
    Group.WAITING: gettext_lazy("alle auf der Warteliste"),
    Group.MODERATORS: gettext_lazy("wer den Workshop leitet"),
}

REASONS = {
    LeftOut.AFTER_THE_START: gettext_lazy("Der Zeitpunkt läge nach dem Beginn."),
    LeftOut.BEFORE_THE_RULE: gettext_lazy(
        "Die Erinnerung wurde erst danach angelegt, geändert oder eingeschaltet."
    ),
    LeftOut.SAME_MOMENT: gettext_lazy("Eine andere Erinnerung geht zur selben Zeit an dieselben Menschen."),
    LeftOut.DRAFT: gettext_lazy("Der Workshop ist noch ein Entwurf."),
    LeftOut.PUBLISHED_LATER: gettext_lazy("Der Workshop wurde erst danach veröffentlicht."),
    LeftOut.CHANGED_LATER: gettext_lazy("Danach wurde eine Änderung mitgeteilt; sie sagt dasselbe."),
    LeftOut.EXPIRED: gettext_lazy("Sie wurde nicht rechtzeitig gesendet und ist verfallen."),
}


@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """The rules, what they will do, and a form for one more."""
    form = ReminderRuleForm(request.POST or None, process=process)
    if form.is_valid():
        reminders.add_rule(process, when=form.cleaned_data["when"], audience=form.cleaned_data["audience"])
        messages.success(request, _("Die Erinnerung ist angelegt."))
        return redirect("notifications:reminders", process.slug)
    preview = reminder_preview.preview(process, now=timezone.now())
    rules = sorted(process.reminder_rules.all(), key=lambda rule: (-rule.longest_span, rule.pk))
    context = {
        "process": process,
        "form": form,
        "rules": rules,
        "days": reminder_preview.PREVIEW.days,
        "coming": [(line, GROUPS[line.moment.group]) for line in preview.coming],
        "left_out": [(line, GROUPS[line.moment.group], REASONS[line.why]) for line in preview.left_out],
    }
    return render(request, "notifications/reminders.html", context)


@process_page
def edit(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """Another moment or other people, for what is still to come."""
    rule = get_object_or_404(ReminderRule, process=process, pk=pk)
    form = ReminderRuleForm(request.POST or None, process=process, rule=rule)
    words = rule.words

    def change() -> None:
        reminders.change_rule(rule, when=form.cleaned_data["when"], audience=form.cleaned_data["audience"])

    if carried_out(form, change, at="amount"):
        messages.success(request, _("Gespeichert."))
        return redirect("notifications:reminders", process.slug)
    context = {"process": process, "form": form, "words": words}
    return render(request, "notifications/reminder_edit.html", context)


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
    reminders.delete_rule(process, pk)
    messages.success(request, _("Die Erinnerung ist gelöscht."))
    return redirect("notifications:reminders", process.slug)
