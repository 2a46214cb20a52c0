import base64
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize, html2plaintext

from ...banking.remittance.reader import read_remittance
from ...engine.matching.text import normalise_key
from ...exceptions import ArError
from .payments import normalised

STATES = [
    ("to_review", "To look at"),
    ("ready", "Waits for its payment"),
    ("used", "Used"),
    ("cancelled", "Cancelled"),
]
MOST_ATTACHMENTS = 10


class ArRemittance(models.Model):
    """A remittance advice: what a customer says that a payment is for.

    It is strong evidence for the matching once it is *ready*: the customer is known, every line
    names a document of that customer, and the amounts make the total.
    """

    _name = "ar.remittance"
    _description = "Remittance advice"
    _inherit = ["mail.thread"]
    _order = "received_at desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", tracking=True, check_company=True
    )
    sender = fields.Char(readonly=True, help="Where it came from, as the e-mail says.")
    source = fields.Selection(
        [("upload", "Uploaded"), ("email", "E-mail"), ("portal", "Customer portal")],
        required=True,
        default="upload",
        readonly=True,
    )
    received_at = fields.Datetime(
        "Received", required=True, readonly=True, default=fields.Datetime.now
    )
    reference = fields.Char(
        help="The advice's own number; a payment whose text quotes it is the one it is about."
    )
    amount = fields.Monetary(
        "Total", help="What is paid in all. The payment of this amount is looked for."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    line_ids = fields.One2many("ar.remittance.line", "remittance_id", "Documents", copy=True)
    file_data = fields.Binary("File", attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    state = fields.Selection(
        STATES, required=True, default="to_review", readonly=True, index=True, tracking=True
    )
    reason = fields.Char("To look at", readonly=True, help="What a person has to look at, and why.")
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Payment",
        index="btree_not_null",
        check_company=True,
        domain="[('amount', '>', 0), ('company_id', '=', company_id)]",
        help="The payment that it is about. Left empty, it is found by amount and payer.",
    )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Number the advices."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("ar.remittance") or "/"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for remittance in self:
            if remittance.state == "used":
                raise UserError(
                    self.env._("%s was used for a payment. Undo that first.", remittance.name)
                )

    # === ACTION METHODS ===#

    def action_read(self):
        """Read the file again; what was read before is replaced."""
        for remittance in self:
            if remittance.state not in ("to_review", "ready"):
                raise UserError(self.env._("%s is closed and is not read again.", remittance.name))
            if not remittance.file_data:
                raise UserError(self.env._("%s has no file. Add one.", remittance.name))
            remittance._read_content(base64.b64decode(remittance.file_data))

    def action_confirm(self):
        """Say that every line is right; from now on it counts as evidence."""
        for remittance in self:
            remittance.line_ids.filtered(lambda line: line.document_number).is_confirmed = True
            trouble = remittance._find_trouble()
            if trouble:
                raise UserError(trouble)
        self._update_state({"to_review"}, "ready")

    def action_cancel(self):
        """It is not used any more."""
        self._update_state({"to_review", "ready"}, "cancelled")

    def action_reopen(self):
        """Look at it again."""
        self._update_state({"cancelled", "ready"}, "to_review")

    # === MAIL THREAD ===#

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """EXTENDS mail: an e-mail becomes an advice; its sender is the customer."""
        sender = email_normalize(msg_dict.get("email_from") or "") or ""
        values = {
            "source": "email",
            "sender": (msg_dict.get("email_from") or "")[:200],
            "partner_id": self._find_customer(sender).id,
            **(custom_values or {}),
        }
        remittance = super().message_new(msg_dict, values)
        contents = [
            (part.fname, part.content if isinstance(part.content, bytes) else part.content.encode())
            for part in (msg_dict.get("attachments") or [])[:MOST_ATTACHMENTS]
            if part.content
        ]
        body = html2plaintext(msg_dict.get("body") or "")
        remittance._read_first([*contents, ("", body.encode())])
        return remittance

    def _find_customer(self, email):
        """The one customer that writes from an address."""
        partners = self.env["res.partner"]
        if email:
            partners = partners.search([("email_normalized", "=", email)], limit=50)
        customers = partners.commercial_partner_id
        return customers if len(customers) == 1 else customers.browse()

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_receive(self, company, partner, content, filename, source):
        """Take in an advice and read it.

        :param bytes content: CSV, XLSX, PDF with text, or plain text.
        :param str source: ``upload``, ``email`` or ``portal``.
        :return: the advice; where it could not be read, it waits with the reason.
        """
        remittance = self.create(
            {
                "company_id": company.id,
                "partner_id": partner.commercial_partner_id.id,
                "currency_id": company.currency_id.id,
                "source": source,
                "file_name": filename,
                "file_data": base64.b64encode(content),
            }
        )
        remittance._read_content(content)
        return remittance

    def _read_first(self, contents):
        """Read the first of several contents that is an advice."""
        troubles = []
        for filename, content in contents:
            if not content.strip():
                continue
            try:
                advice = read_remittance(content)
            except ArError as error:
                troubles.append(f"{filename or self.env._('the e-mail')}: {error.message}")
                continue
            if filename:
                self.write({"file_name": filename, "file_data": base64.b64encode(content)})
            self._take(advice)
            return
        self.reason = "; ".join(troubles)[:500] or self.env._("It is empty.")

    def _read_content(self, content):
        try:
            advice = read_remittance(content)
        except ArError as error:
            self.reason = f"{error.message}. {error.hint}".strip()
            self._update_state({"ready"}, "to_review")
            return
        self._take(advice)

    def _take(self, advice):
        """Store what was read, recognise the documents, and say whether it is ready."""
        currency = self.env["res.currency"].search([("name", "=", advice.currency)], limit=1)
        self.line_ids.unlink()
        self.write(
            {
                "currency_id": (currency or self.currency_id).id,
                "amount": float(advice.amount),
                "reference": advice.reference or self.reference,
                "line_ids": [
                    (0, 0, self.env["ar.remittance.line"]._prepare_vals(number, entry))
                    for number, entry in enumerate(advice.entries)
                ],
            }
        )
        self.line_ids._recognise()
        trouble = self._find_trouble()
        self.reason = trouble
        if trouble:
            self._update_state({"ready"}, "to_review")
        else:
            self._update_state({"to_review"}, "ready")

    def _find_trouble(self):
        """What keeps the advice from being used, in one sentence; empty if nothing does."""
        if not self.partner_id:
            return self.env._("It is not known whose it is: choose the customer.")
        if not self.line_ids:
            return self.env._("It lists no document.")
        unsure = self.line_ids.filtered(lambda line: not line.is_sure)
        if unsure:
            return self.env._(
                "%(count)s of %(all)s lines are not sure: %(doubt)s",
                count=len(unsure),
                all=len(self.line_ids),
                doubt=unsure[0].doubt or "",
            )
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            return self.env._("Its total is not an amount that was paid.")
        if self.currency_id.compare_amounts(sum(self.line_ids.mapped("amount")), self.amount):
            return self.env._("The amounts of the lines do not make the total.")
        return ""

    def _update_state(self, allowed, target):
        """The only way an advice changes its state."""
        self.filtered(lambda remittance: remittance.state in allowed).state = target

    def _use(self, line):
        """It was used for a payment: deductions are passed on."""
        self.ensure_one()
        self.statement_line_id = line
        self._update_state({"ready"}, "used")
        for deduction in self.line_ids.filtered("deduction"):
            deduction._ar_open_deduction(line)

    def _documents_of(self, keys):
        """Customer documents by normalised number: ``{key: [(move id, customer id)]}``."""
        self.env["account.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, m.commercial_partner_id, m.name, m.payment_reference, m.ref
                     FROM account_move m
                    WHERE m.company_id IN %(companies)s AND m.state = 'posted'
                      AND m.move_type IN ('out_invoice', 'out_refund')
                      AND (%(name)s = ANY(%(keys)s) OR %(payment_reference)s = ANY(%(keys)s)
                           OR %(ref)s = ANY(%(keys)s))
                 ORDER BY m.id""",
                companies=tuple(self.company_id._accessible_branches().ids or self.company_id.ids),
                name=normalised(SQL("m.name")),
                payment_reference=normalised(SQL("m.payment_reference")),
                ref=normalised(SQL("m.ref")),
                keys=sorted(keys),
            )
        )
        found = defaultdict(list)
        for move_id, customer_id, *numbers in rows:
            for key in {normalise_key(number) for number in numbers if number}:
                found[key].append((move_id, customer_id))
        return found
