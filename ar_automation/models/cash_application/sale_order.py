from odoo import models


class SaleOrder(models.Model):
    """Orders are found by their numbers as payers quote them."""

    _inherit = "sale.order"

    # The expressions are those of ``payments.normalised``, else they would not be used.
    _ar_name_key_idx = models.Index("(regexp_replace(upper(name), '[^A-Z0-9]', '', 'g'))")
    _ar_client_ref_key_idx = models.Index(
        "(regexp_replace(upper(client_order_ref), '[^A-Z0-9]', '', 'g'))"
        " WHERE client_order_ref IS NOT NULL"
    )
    _ar_reference_key_idx = models.Index(
        "(regexp_replace(upper(reference), '[^A-Z0-9]', '', 'g')) WHERE reference IS NOT NULL"
    )
