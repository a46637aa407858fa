"""Staff: how the town's pages and documents look."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from workshops.errors import Refusal
from workshops.forms.staff_documents import BrandingForm
from workshops.models import Licence, ParticipationProcess
from workshops.operations import branding
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

_FIELD_OF = {
    "bad_colour": "colour",
    "pale_colour": "colour",
    "logo_too_large": "logo",
    "not_a_picture": "logo",
    "logo_size": "logo",
    "logo_without_text": "logo_text",
}


@process_page
def look(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Colour, logo and licence; the file has to be chosen anew if something else was refused."""
    found = branding.of(process)
    has_logo = found is not None and found.logo is not None
    form = BrandingForm(
        request.POST or None,
        request.FILES or None,
        has_logo=has_logo,
        initial={
            "colour": found.colour if found else "",
            "logo_text": found.logo_text if found else "",
            "licence": found.licence if found else Licence.DL_DE_BY,
        },
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            upload = data["logo"]
            logo = branding.checked_logo(upload.read(branding.LARGEST_LOGO + 1)) if upload else ...
            branding.change(
                process,
                colour=data["colour"],
                logo=None if data.get("remove_logo") and not upload else logo,
                logo_text=data["logo_text"],
                licence=data["licence"],
                by=signed_in_user(request),
            )
        except Refusal as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), refusal.sentence)
            if "logo" in request.FILES and not form.has_error("logo"):
                # A browser sends a file once: whoever corrects the rest would save without it, unnoticed.
                form.add_error("logo", _("Bitte wählen Sie auch das Bild noch einmal aus."))
        else:
            messages.success(
                request, _("Gespeichert: So sehen jetzt alle öffentlichen Seiten und neue Dokumente aus.")
            )
            return redirect("workshops:staff_branding", process.slug)
    context = {"process": process, "form": form, "has_logo": has_logo, "branding": found}
    return render(request, "workshops/staff/branding.html", context)


@process_page
@require_safe
def logo(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = branding.of(process)
    if found is None or found.logo is None:
        raise Http404
    response = HttpResponse(bytes(found.logo), content_type=found.logo_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response
