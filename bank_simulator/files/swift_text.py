"""Text in SWIFT's character set X, as MT messages demand.

>>> to_swift("Łódź & Söhne")
'Lodz + Soehne'
"""

import unicodedata

SPECIAL = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "&": "+",
        "ø": "o",
        "Ø": "O",
        "æ": "ae",
        "Æ": "Ae",
    }
)
ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")


def to_swift(text: str) -> str:
    """Return a text in the allowed characters; what has no likeness is a full stop."""
    plain = unicodedata.normalize("NFKD", text.translate(SPECIAL))
    letters = (letter for letter in plain if not unicodedata.combining(letter))
    return "".join(letter if letter in ALLOWED else "." for letter in letters)
