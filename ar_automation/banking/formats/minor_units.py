"""How many decimals a currency has (ISO 4217): two, but for these exceptions.

>>> decimals_of("EUR"), decimals_of("JPY"), decimals_of("KWD")
(2, 0, 3)
"""

from __future__ import annotations

_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)


def decimals_of(currency: str) -> int:
    """Return the number of decimals of a currency code; two if it is not known."""
    return _EXPONENTS.get(currency, 2)
