"""Facts: what can happen, in the past tense. The domain announces them and never learns who listens.

Each is sent once, inside the transaction that made it true, with `sender=<model class>`; arguments are
named below. Receivers only insert rows: they run under the operation's locks.
"""

from django.dispatch import Signal

# survey: Survey
survey_closed = Signal()

# run: PlanningRun (a timetable was asked for; a worker shall search it)
timetable_requested = Signal()

# workshop: Workshop, by: User
workshop_published = Signal()
# workshop: Workshop (its revision was raised: moved, or its text or link changed), by: User
workshop_rescheduled = Signal()
# workshop: Workshop, registrations: list[Registration] that were active until now, by: User
workshop_cancelled = Signal()

# participant: Participant, registrations: list[Registration] now pending, link: PersonalLink (confirm)
registration_requested = Signal()
# registration: Registration
registration_confirmed = Signal()
# registration: Registration (confirmed by the person, waiting for a seat)
registration_waitlisted = Signal()
# registration: Registration (from the waiting list to a seat)
registration_promoted = Signal()
# registration: Registration, previous_status: str; cancelled by the person or by staff
registration_cancelled = Signal()
# registration: Registration (nobody confirmed it in time)
registration_lapsed = Signal()

# Nothing: someone asked for a personal link, of an address that is known or isn't.
personal_link_sought = Signal()
# participant: Participant (someone asked for the personal link of this address)
personal_link_requested = Signal()
# participant: Participant (reached in another way from now on), links_ended_at: datetime | None (their
# links, and the way in that their calendars hold, opened nothing any more from that moment)
contact_changed = Signal()
# participant: Participant, link: PersonalLink (`address`: the one they typed, and have yet to prove)
new_address_typed = Signal()
# participant: Participant, link: PersonalLink (`address`: the former one, to which we write no more)
address_moved = Signal()

# process: ParticipationProcess (somebody had themselves erased from it; nothing tells who)
person_erased = Signal()

# user: User (of whom only a number is left)
account_forgotten = Signal()

# profile: ModeratorProfile, by: User
moderator_invited = Signal()
# user: User (someone typed its address as that of a forgotten password), process: ParticipationProcess
password_requested = Signal()
# user: User (now staff), process: ParticipationProcess (for which they were invited), by: User
colleague_invited = Signal()

# minutes: Minutes (in review, until `review_ends_at` if those who came may comment), by: User
minutes_submitted = Signal()
# workshop: Workshop (somebody said something about its minutes; several things at once are one fact)
minutes_commented = Signal()
# comment: MinutesComment (answered or taken over), by: User
comment_answered = Signal()
# minutes: Minutes, by: User
minutes_published = Signal()
# prioritisation: Prioritisation (points can be given from now on, perhaps not for the first time), by: User
priorities_opened = Signal()
# workshop: Workshop (who came was written down: by its moderators, or by what the room knew)
attendance_noted = Signal()
# proposal: ProposedMeasure, by: User (adopted, declined or merged)
proposal_decided = Signal()

# report: BarrierReport (somebody said what they can't use)
barrier_reported = Signal()
