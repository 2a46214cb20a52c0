"""Any bank's SOAP service, described by data instead of code.

A description (JSON) says which operation of which WSDL is called with which parameters, how we
are named or sign, and what of the answer is what: either lines (one element per movement, with a
path for each value) or a statement file inside an element.

* ``description``: reads and checks a description, with errors in words.
* ``values``: parameters with placeholders; texts of answers as amounts and dates.
* ``mapping``: the elements of an answer as lines of the feed.
* ``connector``: the provider; ``tbc``: the description of TBC Bank, shipped as an example.
"""

from .connector import GENERIC_SOAP, TBC

__all__ = ["GENERIC_SOAP", "TBC"]
