from odoo import models
from odoo.exceptions import ValidationError


class ResCurrency(models.Model):
    _inherit = "res.currency"

    # === PRIVATE METHODS ===#

    def _ar_check_rate(self, company):
        """Refuse a currency that cannot be converted into the company's.

        :raises ValidationError: when there is no exchange rate, because Odoo would take one
            for one.
        """
        for currency in self:
            if not currency._ar_with_rate(company):
                raise ValidationError(
                    self.env._(
                        "There is no exchange rate between %(currency)s and %(company_currency)s "
                        "in %(company)s, so an amount in %(currency)s cannot be compared with "
                        "what is owed. Enter a rate under Currencies first.",
                        currency=currency.name,
                        company_currency=company.currency_id.name,
                        company=company.name,
                    )
                )

    def _ar_with_rate(self, company):
        """Those of the currencies that can be converted into the company's, in one query.

        Which currency is the base, and needs no rate, is nowhere written in Odoo: a pair
        can be converted once either side has a rate.
        """
        others = self - company.currency_id
        if not others:
            return self
        rated = (
            self.env["res.currency.rate"]
            .sudo()
            .search(
                [
                    ("currency_id", "in", (others | company.currency_id).ids),
                    ("company_id", "in", (False, company.sudo().root_id.id)),
                ]
            )
            .currency_id
        )
        return self if company.currency_id in rated else self & (rated | company.currency_id)
