"""What several requirements share: how a day is written, how many bodies make a grouping."""

import datetime as dt

DESCRIPTION_MINIMUM = 20  # characters
LEAST_BODIES = 2  # a grouping joins several buyers (L. 2113-6 CCP)


def french(day: dt.date) -> str:
    """JJ/MM/AAAA, for a sentence."""
    return f"{day:%d/%m/%Y}"


def row_of(participation_id: int) -> str:
    """What follows the address of the participants: the row of one, brought to the part of the list that is shown."""
    return f"?ligne={participation_id}#p{participation_id}"
