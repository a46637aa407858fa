"""How many workshops does a field need? A suggestion from interest and seats."""

from math import ceil

# Of those who say in a survey that they want to take part, about this share comes.
# A planning figure, deliberately cautious; staff change the suggestion as they see fit.
TURNOUT_PERCENT = 50
MOST_SUGGESTED = 12


def suggested_workshop_count(*, interested: int, capacity: int) -> int:
    """At least 1 and at most 12, enough seats for half of the interested people."""
    if interested <= 0 or capacity <= 0:
        return 1
    seats = interested * TURNOUT_PERCENT / 100
    return max(1, min(ceil(seats / capacity), MOST_SUGGESTED))
