from odoo import api, models


class AccountPaymentTerm(models.Model):
    """Payment terms as credit reviews propose them: by days."""

    _inherit = "account.payment.term"

    # === PRIVATE METHODS ===#

    @api.model
    def _ar_find_by_days(self, company):
        """Simple terms of a company: all of the amount, so many days after the invoice.

        Those without an early payment discount go first, then the company's own.

        :return: ``{days: account.payment.term}``.
        """
        terms = self.search([("company_id", "in", (False, company.id))])
        simple = terms.filtered(
            lambda term: len(term.line_ids) == 1 and term.line_ids.delay_type == "days_after"
        )
        found = {}
        for term in simple.sorted(lambda each: (each.early_discount, not each.company_id, each.id)):
            found.setdefault(term.line_ids.nb_days, term)
        return found
