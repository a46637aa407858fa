"""What a worker found when it compared a process's proposals: many of them take longer than a page may."""

from django.db import models

from workshops.models.process import ParticipationProcess


class ProposalComparison(models.Model):
    """The last one of a process. Nothing is decided by it, and it can be made anew at any time."""

    process = models.OneToOneField(ParticipationProcess, on_delete=models.CASCADE, related_name="comparison")
    # Proposal (as text) → a short hash of the words that were compared.
    compared = models.JSONField(default=dict)
    # The likeliest first, as `operations.alike` writes them.
    pairs = models.JSONField(default=list)
    # There were more pairs than are kept.
    is_cut = models.BooleanField(default=False)
    compared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"comparison of process {self.process_id}"
