"""How a payment came to be booked: what the match report tells apart."""

BOOKED_BY = [
    ("auto", "By itself"),
    ("rule", "By a rule"),
    ("accepted", "Proposal accepted"),
    ("hand", "By hand"),
]
# Bookings that nobody looked at before.
UNATTENDED = ("auto", "rule")
