import base64
import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2 import errors

from ...banking.formats.table import read_cells
from ...engine.invoicing.intake.columns import missing_meanings
from ...engine.invoicing.intake.directory import Party
from ...engine.invoicing.intake.orders import decide_orders
from ...exceptions import ArError
from ..automation.job_runner import CONCURRENCY_ERRORS
from .intake_directory import read_directory
from .intake_reading import read_rows

_logger = logging.getLogger(__name__)

STATES = [
    ("new", "Columns to name"),
    ("checked", "To look at"),
    ("partly", "Partly taken"),
    ("done", "Taken"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
OPEN_STATES = ("new", "checked", "partly")
LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 5_000
# The index that lets an order number of a customer be taken once.
TAKEN_ONCE = "ar_order_intake_order_reference_once"
TAKERS = "sales_team.group_sale_salesman"


class ArOrderIntake(models.Model):
    """One order file on its way to quotations: read, previewed, taken once.

    Nothing is half made: an order is taken with all its rows or not at all.
    """

    _name = "ar.order.intake"
    _description = "Order intake"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    profile_id = fields.Many2one(
        "ar.order.intake.profile",
        "Read by profile",
        check_company=True,
        ondelete="restrict",
        help="What the columns mean. Found by the titles of the file; made when there is none.",
    )
    column_ids = fields.One2many(related="profile_id.column_ids", readonly=False)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        check_company=True,
        help="Who orders where a row names nobody. Empty: the profile's customer.",
    )
    sender = fields.Char(readonly=True, help="Where it came from, as the e-mail says.")
    filename = fields.Char("File name", readonly=True)
    file = fields.Binary(attachment=True, readonly=True, copy=False)
    fingerprint = fields.Char(readonly=True, copy=False, help="Hash of the file.")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="new", index=True, tracking=True
    )
    message = fields.Text("In words", readonly=True)
    intake_order_ids = fields.One2many(
        "ar.order.intake.order", "intake_id", "Orders", readonly=True
    )
    row_ids = fields.One2many("ar.order.intake.row", "intake_id", "Rows", readonly=True)
    order_count = fields.Integer("Orders (count)", compute="_compute_counts")
    trouble_count = fields.Integer("With problems", compute="_compute_counts")
    repeat_count = fields.Integer("Repeated orders", compute="_compute_counts")
    quotation_count = fields.Integer("Quotations", compute="_compute_counts")

    _file_once = models.UniqueIndex(
        "(company_id, fingerprint) WHERE state NOT IN ('refused', 'cancelled')",
        "This file was taken in already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends(
        "intake_order_ids.order_id", "intake_order_ids.problem", "intake_order_ids.repeats"
    )
    def _compute_counts(self):
        for intake in self:
            orders = intake.intake_order_ids
            intake.order_count = len(orders)
            intake.quotation_count = len(orders.order_id)
            intake.repeat_count = len(orders.filtered("repeats"))
            intake.trouble_count = len(
                orders.filtered(lambda order: not order.order_id and not order._is_ready())
            )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: number the intakes."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("ar.order.intake") or "/"
        return super().create(vals_list)

    # === ACTION METHODS ===#

    def action_check(self):
        """Read the file again: after columns were named, customers or products were added."""
        self.ensure_one()
        self._check_may_take()
        self.sudo()._check()

    def action_take(self):
        """Make quotations of the orders without problems."""
        self.ensure_one()
        self._check_may_take()
        if self.state not in ("checked", "partly"):
            raise UserError(self.env._("There is nothing to take. Check the file first."))
        self._take()

    def action_cancel(self):
        """Do not take the rest of the file; quotations that were made stay."""
        self._check_may_take()
        self.sudo()._update_state(OPEN_STATES, "cancelled", self.env._("Cancelled."))

    def action_view_quotations(self):
        """Open the quotations that were made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quotations of %s", self.name),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("id", "in", self.intake_order_ids.order_id.ids)],
        }

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_receive(self, company, filename, content, *, profile=None, partner=None):
        """Take in an order file and read it; quotations are made by :meth:`action_take`.

        :param bytes content: CSV or XLSX.
        :param profile: how to read it; found by the file's titles if not given.
        :param partner: who orders where a row names nobody.
        :return: the intake; a file that cannot be read is refused, with the reason in words.
        """
        intake = self.create(
            [
                {
                    "company_id": company.id,
                    "profile_id": profile.id if profile else False,
                    "partner_id": partner.id if partner else False,
                }
            ]
        )
        intake._receive(filename, content)
        return intake

    def _receive(self, filename, content):
        self.ensure_one()
        self.filename = " ".join(filename.split())[:200]
        if not content:
            self._refuse(self.env._("The file is empty."))
            return
        if len(content) > LARGEST_FILE:
            self._refuse(self.env._("The file is larger than 10 MB. Split it."))
            return
        fingerprint = hashlib.sha256(content).hexdigest()
        earlier = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("fingerprint", "=", fingerprint),
                ("state", "not in", ("refused", "cancelled")),
            ],
            limit=1,
        )
        if earlier:
            self._refuse(self.env._("This file was taken in already, as %s.", earlier.name))
            return
        self.write({"file": base64.b64encode(content), "fingerprint": fingerprint})
        self._check()

    def _check(self):
        """Read the file and store its preview, in a fixed number of statements for reading."""
        if self.state not in (*OPEN_STATES, "refused") or not self.file:
            raise UserError(self.env._("%s is closed and is not read again.", self.name))
        try:
            table = read_cells(base64.b64decode(self.file))
        except ArError as error:
            self._refuse(f"{error.message}. {error.hint}".strip())
            return
        if len(table.rows) > MOST_ROWS:
            self._refuse(self.env._("The file has more than %s rows. Split it.", MOST_ROWS))
            return
        self._learn(table.titles)
        missing = missing_meanings(
            self.profile_id._meanings(table.titles), knows_customer=bool(self._default_party())
        )
        if missing:
            self._update_state((*OPEN_STATES, "refused"), "new", self._say_missing(missing))
            return
        self._preview(table)

    def _learn(self, titles):
        profiles = self.env["ar.order.intake.profile"]
        if self.profile_id:
            self.profile_id._learn_columns(titles)
        else:
            self.profile_id = profiles._find_or_create(
                self.company_id, titles, self.filename or self.name
            )

    def _preview(self, table):
        """Decide what the rows order, and store it; what was taken before is left alone."""
        taken = self.intake_order_ids.filtered("order_id")
        done = set(taken.row_ids.mapped("number"))
        rows = [
            row
            for row in read_rows(table, self.profile_id._meanings(table.titles))
            if row.number not in done
        ]
        decided = decide_orders(rows, read_directory(self.company_id, rows), self._default_party())
        rest = self.intake_order_ids - taken
        allowed = set(rest.filtered("repeat_allowed").mapped("key"))
        rest.unlink()
        records = self.env["ar.order.intake.order"].create(
            [
                {
                    "intake_id": self.id,
                    "company_id": self.company_id.id,
                    **rest.browse()._prepare_vals(order, allowed),
                }
                for order in decided
            ]
        )
        self.env["ar.order.intake.row"].create(
            [
                record._prepare_row_vals(line)
                for record, order in zip(records, decided, strict=True)
                for line in order.lines
            ]
        )
        self._settle()

    def _settle(self):
        """Say where the intake stands."""
        waiting = self.intake_order_ids.filtered(lambda order: not order.order_id)
        ready = waiting.filtered(lambda order: order._is_ready())
        if not waiting:
            state, message = "done", self.env._("All orders were taken.")
        else:
            state = "partly" if self.quotation_count else "checked"
            message = self.env._(
                "%(ready)s of %(all)s orders are without problems.",
                ready=len(ready),
                all=len(waiting),
            )
        self._update_state((*OPEN_STATES, "refused"), state, message)

    def _take(self):
        """Make quotations; each order whole, in one transaction with the note of it."""
        if not self.sudo().try_lock_for_update():
            raise UserError(self.env._("Somebody else takes %s right now.", self.name))
        self.sudo()._check()
        waiting = self.intake_order_ids.filtered(lambda order: not order.order_id)
        ready = waiting.filtered(lambda order: order._is_ready())
        if self.profile_id.whole_file and ready != waiting:
            self.sudo().message = self.env._(
                "Nothing was made: %s orders have problems, and files of this profile are taken "
                "whole.",
                len(waiting - ready),
            )
            return
        if self.profile_id.whole_file:
            self._make_batch(ready)  # whoever waits is told what Odoo refuses
        else:
            self._make_quotations(ready)
        self.sudo()._settle()

    def _make_quotations(self, orders):
        """Make the quotations of ready orders; halve what fails until the culprit is alone."""
        if not orders:
            return
        try:
            with self.env.cr.savepoint():
                self._make_batch(orders)
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - one order must not keep back the others
            if len(orders) == 1:
                _logger.info("%s: %s could not be made: %s", self, orders, error)
                orders.sudo().problem = self._say_refusal(error)
                return
            half = len(orders) // 2
            self._make_quotations(orders[:half])
            self._make_quotations(orders[half:])

    def _make_batch(self, orders):
        quotations = (
            self.env["sale.order"]
            .with_company(self.company_id)
            .create([order._prepare_quotation_vals() for order in orders])
        )
        for order, quotation in zip(orders.sudo(), quotations, strict=True):
            order.order_id = quotation
        self.env.flush_all()

    def _say_refusal(self, error):
        if isinstance(error, UserError):
            return str(error)
        if isinstance(error, errors.UniqueViolation) and error.diag.constraint_name == TAKEN_ONCE:
            return self.env._(
                "An order of this customer with this number was taken from another file just "
                "now. Check the file again to see it."
            )
        return self.env._("The quotation could not be made: %s", str(error).partition("\n")[0])

    def _say_missing(self, missing):
        names = {
            "customer": self.env._("who orders (or choose the customer)"),
            "product": self.env._("the product"),
            "quantity": self.env._("the quantity"),
        }
        return self.env._(
            "Say which column holds: %s.", ", ".join(names[meaning] for meaning in missing)
        )

    def _default_party(self):
        partner = self.partner_id or self.profile_id.partner_id
        return Party(partner.id, partner.commercial_partner_id.id) if partner else None

    def _refuse(self, message):
        self._update_state((*OPEN_STATES, "refused"), "refused", message)

    def _update_state(self, allowed, target, message):
        """The only way an intake changes its state."""
        self.filtered(lambda intake: intake.state in allowed).write(
            {"state": target, "message": message}
        )

    def _check_may_take(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(TAKERS)):
            raise AccessError(
                self.env._("Only salespeople take orders in. Ask one, or an administrator.")
            )
