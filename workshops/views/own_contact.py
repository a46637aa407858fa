"""How a person is reached, corrected by themselves: through their personal link, and from a new mailbox."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workshops import links
from workshops.errors import Refusal
from workshops.forms.own_contact import NewAddressForm, OwnContactForm
from workshops.models import ContactBy, PersonalLink
from workshops.operations import contacts, mail_limits
from workshops.views.participant import context_of, to_my_registrations
from workshops.views.personal import opened_by
from workshops.views.register import posted

Scope = PersonalLink.Scope


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_contact(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    participant = link.participant
    initial = {name: getattr(participant, name) for name in OwnContactForm.base_fields}
    form = OwnContactForm(posted(request), email=participant.email, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        contacts.correct_own(
            participant,
            phone=given["phone"],
            postal_address=given["postal_address"],
            contact_by=ContactBy(given["contact_by"]),
        )
        return to_my_registrations(participant, link, done="contact")
    return render(request, "workshops/participant/contact.html", context_of(link, form=form))


@opened_by(Scope.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def my_email(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """The same answer whether or not the address is somebody else's, and whether or not a mail may go."""
    form = NewAddressForm(posted(request))
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            contacts.type_new_address(link.participant, email=email, may_mail=mail_limits.may_write_to(email))
        except Refusal as refusal:
            form.add_error("email", refusal.sentence)
        else:
            return redirect("workshops:my_email_sent", links.token_of(link))
    return render(request, "workshops/participant/email.html", context_of(link, form=form))


@opened_by(Scope.MANAGE)
@require_safe
def my_email_sent(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    typed = link.participant.links.filter(scope=Scope.ADDRESS, revoked_at__isnull=True).first()
    context = context_of(
        link,
        address=typed.address if typed else "",
        mails_per_hour=mail_limits.MAILS_PER_HOUR,
        mails_per_day=mail_limits.MAILS_PER_DAY,
    )
    return render(request, "workshops/participant/email_sent.html", context)


@opened_by(Scope.ADDRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, link: PersonalLink) -> HttpResponse | None:
    """Opening it changes nothing, and shows nothing of the person: whoever reads there may be a stranger."""
    refused = ""
    if request.method == "POST":
        try:
            if not contacts.move_address(link):
                return None
        except Refusal:
            # They read mail there: they may know.
            refused = _(
                "Mit dieser Adresse ist schon jemand anderes angemeldet. Bitte nehmen Sie eine andere, oder "
                "melden Sie sich bei uns."
            )
        else:
            return to_my_registrations(link.participant, done="address")
    context = {"process": link.participant.process, "address": link.address, "refused": refused}
    return render(request, "workshops/participant/confirm_address.html", context)
