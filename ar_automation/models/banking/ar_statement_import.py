from odoo import fields, models

STATES = [
    ("proven", "Proven"),
    ("gap", "Does not add up"),
    ("unproven", "Without balances"),
    ("left_out", "No journal"),
    ("refused", "Refused"),
]


class ArStatementImport(models.Model):
    """One statement of one imported file: what it said, what became of it, and the proof.

    The proof of a statement is that its opening balance plus its booked lines make its
    closing balance. A statement that does not add up is kept, shown and reported, or
    refused, as the journal's policy says.
    """

    _name = "ar.statement.import"
    _description = "Statement import"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "filename"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    journal_id = fields.Many2one(
        "account.journal", readonly=True, index=True, check_company=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    filename = fields.Char("File", required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "Original file", readonly=True)
    fingerprint = fields.Char(readonly=True, help="Hash of what the statement says.")
    state = fields.Selection(STATES, required=True, readonly=True, index=True)
    message = fields.Text("In words", readonly=True)
    account_number = fields.Char("Account number", readonly=True)
    identifier = fields.Char("Statement number", readonly=True)
    profile_name = fields.Char(
        "Read by profile", readonly=True, help="How a table (CSV, XLSX) was understood."
    )
    date = fields.Date("Up to", readonly=True, help="Last day that the statement covers.")
    balance_start = fields.Monetary("Opening balance", readonly=True)
    balance_end = fields.Monetary("Closing balance", readonly=True)
    booked_amount = fields.Monetary("Booked lines", readonly=True, help="Sum of the booked lines.")
    balance_gap = fields.Monetary(
        "Discrepancy",
        readonly=True,
        help="Closing balance less opening balance and booked lines; zero when it adds up.",
    )
    created_count = fields.Integer("New lines", readonly=True)
    known_count = fields.Integer("Known lines", readonly=True, help="Imported before, left out.")
    pending_count = fields.Integer(
        "Not booked yet", readonly=True, help="Announced by the bank; imported once booked."
    )
    statement_id = fields.Many2one(
        "account.bank.statement", readonly=True, ondelete="set null", index="btree_not_null"
    )
    line_ids = fields.One2many("account.bank.statement.line", "ar_import_id", readonly=True)

    _fingerprint_unique = models.UniqueIndex(
        "(journal_id, fingerprint) WHERE journal_id IS NOT NULL AND fingerprint IS NOT NULL",
        "This statement was imported already.",
    )
    _newest_idx = models.Index("(company_id, date) WHERE journal_id IS NOT NULL")

    # === ACTION METHODS ===#

    def action_view_lines(self):
        """Open the statement lines that came with this import."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.filename,
            "res_model": "account.bank.statement.line",
            "view_mode": "list,form",
            "domain": [("ar_import_id", "=", self.id)],
        }
