"""Staff: documents of the plan and of workshops, made by a worker, offered for two weeks."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workshops.errors import Refusal
from workshops.exports import files
from workshops.forms.staff_documents import DocumentForm
from workshops.models import Document, ParticipationProcess, Workshop
from workshops.operations import documents
from workshops.permissions import signed_in_user
from workshops.views.staff import attempt, process_page

_FIELD_OF = {"not_in_this_format": "format", "unknown_language": "language"}


@process_page
def documents_page(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """The form, and what was asked for so far."""
    form = _form(request, process)
    if request.method == "POST" and form.is_valid():
        try:
            documents.request(process, wish=_wish(process, form), by=signed_in_user(request))
        except Refusal as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), refusal.sentence)
        else:
            messages.success(request, _("Das Dokument wird hergestellt. Das dauert nur wenige Sekunden."))
            return redirect("workshops:staff_documents", process.slug)
    context = {"process": process, "form": form, **_list(process)}
    return render(request, "workshops/staff/documents.html", context)


@process_page
@require_safe
def documents_list(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """The fragment that htmx asks for while something is being made."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("workshops:staff_documents", process.slug)
    context = {"process": process, "is_part": True, **_list(process)}
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)  # Nothing new to read out.
    return render(request, "workshops/staff/_documents_list.html", context)


@process_page
@require_safe
def download(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    document = get_object_or_404(
        Document.objects.select_related("process", "field", "workshop__series__field", "plan_version"),
        process=process,
        pk=pk,
        content__isnull=False,
    )
    assert document.content is not None
    return file_response(bytes(document.content), files.CONTENT_TYPES[document.format], _name(document))


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to keep: never shown in our own origin, whatever somebody wrote in it."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@process_page
def again(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = get_object_or_404(_known(process), pk=pk)
    attempt(
        request,
        lambda: documents.request_again(found, by=signed_in_user(request)),
        done=_("Das Dokument wird noch einmal hergestellt."),
    )
    return redirect("workshops:staff_documents", process.slug)


@require_POST
@process_page
def delete(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    found = get_object_or_404(_known(process), pk=pk)
    attempt(
        request,
        lambda: documents.delete(found, by=signed_in_user(request)),
        done=_("Das Dokument ist gelöscht."),
    )
    return redirect("workshops:staff_documents", process.slug)


def _form(request: HttpRequest, process: ParticipationProcess) -> DocumentForm:
    now = timezone.now()
    workshops = list(
        Workshop.objects.of_process(process)
        .published()
        .select_related("series__field__process")
        .order_by("starts_at", "pk")
    )
    return DocumentForm(
        request.POST if request.method == "POST" else None,
        process=process,
        with_minutes=[each for each in workshops if each.starts_at <= now],
        to_invite_to=[each for each in workshops if each.starts_at > now],
        versions=list(process.plan_versions.defer("content").order_by("-number")),
        initial={"language": settings.LANGUAGE_CODE},
    )


def _wish(process: ParticipationProcess, form: DocumentForm) -> documents.Wish:
    data = form.cleaned_data
    workshops = Workshop.objects.of_process(process).select_related("series__field")
    versions = process.plan_versions.defer("content")
    field, workshop, version = data["field"], data["workshop"], data["plan_version"]
    return documents.Wish(
        data["variant"],
        Document.Format(data["format"]),
        data["language"],
        field=get_object_or_404(process.fields, pk=field) if field else None,
        workshop=get_object_or_404(workshops, pk=workshop) if workshop else None,
        plan_version=get_object_or_404(versions, pk=version) if version else None,
    )


def _known(process: ParticipationProcess) -> QuerySet[Document]:
    """Without their bytes, which only a download needs, and with how many those are."""
    return (
        process.documents.select_related(
            "process", "field", "workshop__series__field__process", "plan_version", "requested_by"
        )
        .defer("content", "plan_version__content")
        .annotate(size=Length("content"))
    )


def _list(process: ParticipationProcess) -> dict[str, object]:
    found = list(_known(process))
    languages = dict(settings.LANGUAGES)
    return {
        "documents": [
            (
                each,
                languages.get(each.language, each.language),
                documents.PROBLEMS.get(each.problem, each.problem),
            )
            for each in found
        ],
        "is_working": any(each.finished_at is None for each in found),
        # What a waiting page knows already: how many there are, and how far each of the others has come.
        "seen": "-".join(
            [str(len(found))]
            + [
                f"{each.pk}.{each.progress}.{each.lease_until is not None:d}"
                for each in found
                if each.finished_at is None
            ]
        ),
    }


def _name(document: Document) -> str:
    what = document.variant
    if document.field is not None:
        what = document.field.slug
    elif document.workshop is not None:
        what = f"{document.variant}-{document.workshop.series.field.slug}-{document.workshop.number}"
    if document.plan_version is not None:
        what = f"{what}-v{document.plan_version.number}"
    return files.name_of(
        document.process.slug, what, document.language, document.requested_at.date(), document.format
    )
