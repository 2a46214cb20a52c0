"""The Web Services channel of the Finnish banks: statement files by signed SOAP messages.

Nordea, OP, Aktia, POP Pankki, Säästöpankki and others share one interface
(*CorporateFileService*). A request travels in two envelopes, each signed by the customer: an
*ApplicationRequest* (what is wanted) and around it, in base64, the SOAP message (who asks). The
answer comes in the same way, signed by the bank. Files are listed, then fetched one by one;
what is in them (camt.053, camt.054, TITO, KTL) is for ``banking.formats``.

* ``banks``: what differs between the banks; ``codes``: what their response codes mean.
* ``application``: the inner messages; ``channel``: a signed exchange with the bank.
* ``connector``: the provider; ``certificates``: fetching and renewing one's own certificate.
"""

from .connector import PROVIDER

__all__ = ["PROVIDER"]
