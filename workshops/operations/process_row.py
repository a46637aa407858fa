"""What several operations do with a process's own row: lock it, and begin another version of its notice."""

from workshops.models import ParticipationProcess


def lock(process: ParticipationProcess) -> None:
    """And read it anew, before anything is compared with it."""
    # NO KEY: registrations and mails that point to the process can still be written meanwhile.
    process.refresh_from_db(from_queryset=ParticipationProcess.objects.select_for_update(no_key=True))


def begin_notice_version(process: ParticipationProcess) -> None:
    """Of the locked process: each consent names the version that the person read (GDPR Art. 7(1)), and who
    registers from now on reads this one."""
    process.privacy_version += 1
    process.save(update_fields=["privacy_version"])
