"""Takes the taxes out of a difference that is booked off, as a credit note would.

A receivable that is given up holds the tax that was invoiced. Where the law lets the seller
correct it, the loss is the amount without the tax, and the tax goes back to its account and its
boxes of the tax return.
"""

from odoo.fields import Command


def split_taxes(vals, taxes, partner):
    """Split the values of one journal item into a base and one item per tax.

    :param dict vals: of the item as if there were no tax, with ``currency_id``, ``balance`` and
        ``amount_currency``.
    :param taxes: ``account.tax`` records that are contained in it; without any, it stays whole.
    :param partner: whose difference it is.
    :return: list of values that sum up to ``vals`` in both currencies.
    """
    if not taxes:
        return [vals]
    found = taxes.with_context(force_price_include=True).compute_all(
        vals["balance"], taxes.company_id.currency_id, partner=partner, is_refund=True
    )
    currency = taxes.env["res.currency"].browse(vals["currency_id"])
    rate = vals["amount_currency"] / vals["balance"]
    taxed = [
        {
            **{key: value for key, value in vals.items() if key != "analytic_distribution"},
            "name": tax["name"],
            "account_id": tax["account_id"] or vals["account_id"],
            "tax_repartition_line_id": tax["tax_repartition_line_id"],
            "tax_tag_ids": [Command.set(tax["tag_ids"])],
            "balance": tax["amount"],
            "amount_currency": currency.round(tax["amount"] * rate),
        }
        for tax in found["taxes"]
    ]
    base = {
        **vals,
        "tax_ids": [Command.set(taxes.ids)],
        "tax_tag_ids": [Command.set(found["base_tags"])],
        # what rounding leaves belongs to the base
        "balance": vals["balance"] - sum(one["balance"] for one in taxed),
        "amount_currency": vals["amount_currency"] - sum(one["amount_currency"] for one in taxed),
    }
    return [base, *taxed]
