"""Stripe: what each payout to the bank consists of, so that every charge finds its invoice.

The bank sees one sum every few days. It is the total of many charges, less Stripe's fees, less
refunds, disputes and corrections. Booked as one receipt it settles nothing. So Stripe's
balance is kept as a journal of its own, and each payout is told as the lines it is made of::

    charge  Invoice INV/2026/0042            +100.00
    fee     Stripe fee for INV/2026/0042       -3.20
    refund  Refund for INV/2026/0017          -20.00
    payout  po_1Pgc79, arrives 5 March        -76.80    -> liquidity transfer to the bank
                                              -------
                                                0.00

The lines of a payout add up to zero, or the payout is refused: that is the proof of the feed,
since Stripe's balance itself is always ahead by what has not been paid out. The last line is the
counterpart of the receipt in the bank's journal; both meet on the liquidity transfer account.

* A payout is told once Stripe has *reconciled* it (``reconciliation_status``); until then, and
  while it is pending, it is left for the next time. Whether it is in transit or paid makes no
  difference here: the money has left Stripe's balance.
* A failed or cancelled payout comes back as a line of its own, with the reason.
  The next payout contains that line again under the same id; it stays one line.
* A payout that somebody started by hand (or an instant one) has no list of contents. Only its
  own line is told, and says so. Use automatic payouts for the complete story.
* Amounts are whole numbers of the currency's smallest unit *as Stripe counts it*: yen have
  no decimals, dinars three, and the Icelandic krona two though ISO 4217 says none.
* A charge is booked on its own day, not on the payout's: a customer who pays in time must not
  look late, and interest ends that day. So a feed that begins on some day meets payouts of earlier
  charges; these were booked before, and are the opening balance. Days are UTC days, as in
  Stripe's own reports.

Sources: docs.stripe.com/payouts/reconciliation, /reports/reporting-categories, /currencies.
"""

from .connector import PROVIDER as PROVIDER
