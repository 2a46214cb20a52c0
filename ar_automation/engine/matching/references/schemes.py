"""Every structured reference that is known, by the name its country uses.

Many schemes are digits and one check digit, so a chance number fits one in ten. A valid check
digit therefore *supports* a reference that is ours already; it makes nobody's number ours. And
an invalid one refutes nothing: banks' own sample files carry references that fail::

    >>> recognise("RF18539007547034")
    ('ISO 11649 RF',)
    >>> "SE OCR" in recognise("12344"), recognise("INV202600012")
    (True, ())
"""

from __future__ import annotations

from collections.abc import Callable

from . import be, ch, dk, fi, hr, iso11649, nl, no, se, si

SCHEMES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("ISO 11649 RF", iso11649.is_valid),
    ("CH QRR", ch.is_valid),
    ("BE OGM", be.is_valid),
    ("FI viite", fi.is_valid),
    ("SE OCR", se.is_valid),
    ("NO KID", no.is_valid),
    ("DK FIK", dk.is_valid),
    ("NL betalingskenmerk", nl.is_valid),
    ("SI", si.is_valid),
    ("HR", hr.is_valid),
)


def recognise(key: str) -> tuple[str, ...]:
    """Return the names of all schemes whose check digits fit a normalised reference."""
    if not key or not key[-1].isdigit():
        return ()
    return tuple(name for name, is_valid in SCHEMES if is_valid(key))


def canonical_forms(key: str) -> tuple[str, ...]:
    """Return what else a payer may write for a reference: without zeros, without its frame.

    >>> canonical_forms("RF18539007547034")
    ('539007547034',)
    >>> canonical_forms("00001232")
    ('1232',)
    """
    forms = []
    if iso11649.is_valid(key):
        forms.append(iso11649.inner(key).lstrip("0"))
    elif key[:2] in ("SI", "HR") and key[2:].isdigit():
        forms.append(key[4:])
    elif key.isdigit() and key.startswith("0"):
        forms.append(key.lstrip("0"))
    return tuple(form for form in forms if len(form) >= 4)
