from odoo import models


class AccountAnalyticDistributionModel(models.Model):
    _inherit = "account.analytic.distribution.model"

    def _create_domain(self, fname, value):
        """EXTENDS account: leave the caller's list of customer categories as it is.

        Core appends to it while it is part of the key under which journal items remember their
        distribution; nothing is ever found under the changed key, and each item asks again.
        """
        return super()._create_domain(fname, list(value) if isinstance(value, list) else value)
