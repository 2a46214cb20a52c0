"""What a page of a feed means for the books: decisions, without Odoo and without a clock.

* ``facts``: what is known of the journal, and what a page may change.
* ``likeness``: whether two descriptions may be of the same payment.
* ``plan``: new, known, changed, withdrawn or announced?
* ``coverage``: which days a feed never asked for, and where the next window begins.
* ``schedule``: when a bank is called again, and when the end of a consent is announced.
"""
