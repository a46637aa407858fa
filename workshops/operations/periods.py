"""How long a process keeps what it knows of people: the periods that staff chose, else the defaults."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ParticipationProcess, RetentionPeriod, User
from workshops.operations import process_row
from workshops.retention import CHOSEN, PERIODS, Days, Rule


def of(process: ParticipationProcess) -> Days:
    """In days, for each rule that counts days; one statement."""
    chosen = dict(process.retention_periods.values_list("rule", "days"))
    return {rule: chosen.get(rule.value, period.default) for rule, period in PERIODS.items()}


@transaction.atomic
def change(process: ParticipationProcess, *, days: Mapping[Rule, int], by: User) -> list[Rule]:
    """Take over these periods; returns those that differed. Refuses with `out_of_bounds`.

    A shorter one holds from the next night on. A longer one raises the version of the privacy notice: who
    registers from now on agrees to it, and each consent names what the person read (GDPR Art. 7(1)).
    """
    process_row.lock(process)
    before = of(process)
    changed = [rule for rule in CHOSEN if rule in days and days[rule] != before[rule]]
    for rule in changed:
        period = PERIODS[rule]
        if not period.least <= days[rule] <= period.most:
            raise Refusal(
                "out_of_bounds",
                _("Bitte eine Zahl von %(least)d bis %(most)d wählen.")
                % {"least": period.least, "most": period.most},
                rule=rule,
            )
        RetentionPeriod.objects.update_or_create(
            process=process, rule=rule.value, defaults={"days": days[rule]}
        )
    if any(days[rule] > before[rule] for rule in changed):
        process_row.begin_notice_version(process)
    return changed
