from collections import defaultdict

from odoo import models


class ArDunningNotice(models.Model):
    _inherit = "ar.dunning.notice"

    def _get_late_fees(self):
        """Late interest and fees of the listed items until the day of the reminder.

        What was charged by a posted debit note is an item of its own, and not told again.

        :return: list of ``(currency, amount)`` without zeros; empty unless the policy shows them.
        """
        self.ensure_one()
        # sudo: the text reads the policy, whoever previews it
        policy = self.env["ar.late.fee.policy"].ar_get_policy(self.company_id).sudo()
        partner = self.partner_id.sudo().with_company(self.company_id)
        if not (policy.is_enabled and policy.has_notice_amount) or partner.ar_late_fee_exempt:
            return []
        if policy.is_business_only and not partner.is_company:
            return []
        sums = self._sum_late_fees(policy)
        return [(currency, amount) for currency, amount in sums.items() if amount > 0]

    def _sum_late_fees(self, policy):
        lines = self.sudo().line_ids.move_line_id.filtered(
            lambda line: line.date_maturity and line.date_maturity >= policy.claim_from
        )
        claims = self.env["ar.late.fee"].sudo().search([("move_line_id", "in", lines.ids)])
        sums = defaultdict(float)
        if policy.has_interest:
            for found in lines.ar_interest(self.date).values():
                sums[found["currency"]] += float(found["amount"])
        for claim in claims:
            is_interest = claim.kind == "interest"
            if claim.state == "accrued" and not is_interest:
                sums[claim.currency_id] += claim.amount
            elif claim.state != "accrued" and is_interest:
                sums[claim.currency_id] -= claim.amount
        return {currency: currency.round(amount) for currency, amount in sums.items()}
