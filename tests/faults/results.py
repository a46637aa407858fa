"""What a campaign in bad weather is to be, and what became of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

CHANCE = 0.05


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What happens in a campaign. `flushes`, `restarts`: at which parts of the mails."""

    mails: int
    kills: int
    flushes: tuple[float, ...] = (0.3, 0.6)
    restarts: tuple[float, ...] = (0.2, 0.5, 0.75)
    chance: float = CHANCE
    seed: int = 7
    workers: int = 2
    connections: int = 4
    # How many of the kills come when a mail is on the server's disk and its 250 hasn't left.
    cruelty: float = 0.5
    # Seconds that the server takes for each mail.
    delay: float = 0.0
    # Of workers and clocks: what is bent about them (tests.faults.bent), and more of the environment.
    bent: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Result:
    """What became of the mails. Every figure counts mails (each is to one person)."""

    plan: Plan
    seconds: float
    faults: Counter[str]
    # Accepted so often → mails.
    copies: Counter[int]
    # Neither accepted by the server nor on staff's list of what could not be delivered.
    lost: int
    # On that list: the server refused it for good, or it broke off twice after the final dot.
    refused: int
    unanswered: int
    unanswered_and_never_accepted: int
    # On that list for another reason, or not even ended.
    unexplained: int
    unended: int
    # Among those accepted twice …
    message_ids_differ: int
    not_listed_as_ambiguous: int
    # … the first time with a 250 that left at once: its sender was killed before it could know.
    by_a_kill: int
    # … the first time with a 250 that the sender surely read.
    after_a_heard_250: int
    listed_as_ambiguous: int

    def broken(self) -> list[str]:
        """The promises that weren't kept."""
        must_be_none = {
            "lost": self.lost,
            "more than two copies": sum(count for copies, count in self.copies.items() if copies > 2),
            "copies with different Message-IDs": self.message_ids_differ,
            "second copies not listed as ambiguous": self.not_listed_as_ambiguous,
            "second copies after a 250 that was heard": self.after_a_heard_250,
            "failed without a refusal": self.unexplained,
            "never ended": self.unended,
            "second copies beyond one per kill and mail in flight": max(
                0, self.by_a_kill - self.plan.kills * self.plan.connections
            ),
        }
        return [f"{count} {what}" for what, count in must_be_none.items() if count]

    def table(self) -> str:
        plan = self.plan
        rows = [
            ("mails", plan.mails),
            (
                f"faults of the mail server ({plan.chance:.0%} at each stage of a conversation)",
                sum(self.faults.values()),
            ),
            ("kill -9 of a worker", plan.kills),
            ("broker emptied", len(plan.flushes)),
            ("PostgreSQL crashed", len(plan.restarts)),
            ("**lost without a word** (neither accepted by the server nor on staff's list)", self.lost),
            ("delivered", sum(self.copies.values())),
            ("on staff's list: refused for good by the server", self.refused),
            ("on staff's list: broken off twice after the final dot", self.unanswered),
            ("… of these never accepted", self.unanswered_and_never_accepted),
            ("worst number of copies", max(self.copies, default=0)),
            (f"second copies after a kill (at most {plan.kills} × {plan.connections})", self.by_a_kill),
            ("second copies after the server's own failure", self.copies[2] - self.by_a_kill),
            ("copies with different Message-IDs", self.message_ids_differ),
            ("second copies not listed as ambiguous", self.not_listed_as_ambiguous),
            ("listed as ambiguous in all", self.listed_as_ambiguous),
            ("seconds", round(self.seconds)),
        ]
        lines = [f"| {what} | {count:,} |" for what, count in rows]
        return "\n".join(["| | |", "|---|---|", *lines])
