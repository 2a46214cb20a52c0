from decimal import Decimal

from odoo import api, fields, models

from ...engine.invoicing.checks import CheckRule

STAGES = [
    ("posting", "Before posting"),
    ("sending", "Before sending"),
    ("both", "Before posting and before sending"),
]
SEVERITIES = [
    ("block", "Block: nobody goes past it"),
    ("ask", "Ask: a person may accept it"),
    ("note", "Note: only said"),
]


class ArInvoiceCheck(models.Model):
    """One check of invoices as a person set it up: how severe, when, with which numbers.

    Another addon registers the pure function with ``register_check``, adds its kind with
    ``selection_add``, its facts in ``account.move._ar_extra_check_facts`` and its sentence in
    ``account.move._ar_finding_sentences``.
    """

    _name = "ar.invoice.check"
    _description = "Check of invoices"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("zero_total", "Total is zero"),
            ("negative_total", "Money is given back"),
            ("no_rate", "No exchange rate"),
            ("no_email", "E-mail address missing"),
            ("no_address", "Postal address incomplete"),
            ("no_channel", "Not deliverable by the customer's channel"),
            ("no_po", "Customer's order number missing"),
            ("no_buyer_reference", "Buyer reference missing"),
            ("no_vat", "VAT number missing"),
            ("bad_vat", "VAT number malformed"),
            ("no_tax", "Tax missing on a line"),
            ("other_terms", "Terms differ from the customer's"),
            ("duplicate", "Looks like another invoice"),
            ("period_overlap", "Days billed by two plans"),
            ("unusual_total", "Total far from usual"),
            ("unusual_price", "Price far from usual"),
            ("credit_hold", "Customer on credit hold"),
        ],
        required=True,
        help="What is checked.",
    )
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        default="ask",
        help="Block stops the app and people; mend the cause. Ask stops the app; a person may "
        "accept it with a reason, or post by hand. Note stops nothing.",
    )
    stage = fields.Selection(
        STAGES,
        required=True,
        default="posting",
        help="When invoices are checked. Before sending, they are checked as they are queued.",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        help="Companies whose invoices are checked. Empty: all of them.",
    )
    days = fields.Integer(
        "Within days",
        default=7,
        help="Two invoices with the same customer, lines and total are suspected to be one if "
        "their dates are no further apart.",
    )
    history_count = fields.Integer(
        "Invoices looked back", default=12, help="So many of the customer's last invoices count."
    )
    min_history = fields.Integer(
        "At least", default=6, help="With fewer past invoices nothing is called usual."
    )
    deviations = fields.Float(
        default=8.0,
        help="Further from the median than so many times the median deviation is far.",
    )
    min_percent = fields.Float(
        "Percent", default=100.0, help="What differs by less than this is never far."
    )

    _numbers = models.Constraint(
        "CHECK (days >= 0 AND history_count > 0 AND min_history > 0 AND "
        "min_history <= history_count AND deviations >= 0 AND min_percent >= 0)",
        "Numbers of a check are not negative, and at least one past invoice is looked at.",
    )

    # === ACTION METHODS ===#

    def action_view_findings(self):
        """Open what the check found and nobody has mended or accepted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_invoice_finding_action"
        )
        return action | {"domain": [("check_id", "=", self.id)]}

    # === PRIVATE METHODS ===#

    @api.model
    def _find_rules(self, company, stage):
        """Checks that apply to ``company`` at ``stage``, in their order, as the engine's rules."""
        # sudo: whoever posts an invoice is checked, whether or not they see the rules
        checks = self.sudo().search(
            [("stage", "in", (stage, "both")), ("company_ids", "in", [*company.ids, False])]
        )
        return [check._prepare_rule() for check in checks]

    def _prepare_rule(self):
        return CheckRule(
            kind=self.kind,
            severity=self.severity,
            key=self.id,
            days=self.days,
            history=self.history_count,
            min_history=self.min_history,
            deviations=Decimal(str(self.deviations)),
            min_percent=Decimal(str(self.min_percent)),
        )
