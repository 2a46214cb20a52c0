from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    # Aging as of a date undoes what was matched after it: with this index that is a
    # look at few rows however long the company's history.
    _ar_max_date_idx = models.Index("(max_date)")
