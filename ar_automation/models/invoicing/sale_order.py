from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .order_batch import single_groups


class SaleOrder(models.Model):
    _inherit = "sale.order"

    ar_invoicing_number = fields.Integer(
        "Times invoiced automatically",
        default=0,
        copy=False,
        readonly=True,
        help="Counts the turns in which the app invoiced the order. It makes each happen once.",
    )

    # === ACTION METHODS ===#

    def action_ar_invoice_now(self):
        """Invoice the selected orders now, as the job would, and open what came of it."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Only users with invoicing rights invoice orders. Ask an accountant.")
            )
        due = self.filtered(
            lambda order: order.state == "sale" and order._ar_has_lines_to_invoice()
        )
        if not due:
            raise UserError(
                self.env._(
                    "None of the selected orders has something to invoice. "
                    "Deliver first, or check the products' invoicing policy."
                )
            )
        due.lock_for_update()
        today = fields.Date.context_today(self)
        invoices = due.ar_create_checked_invoices(
            today, self.env._("Invoiced by hand from the list of orders to invoice.")
        )
        return invoices._get_records_action(name=self.env._("Invoices"))

    # === BUSINESS METHODS ===#

    @api.model
    def ar_invoice_due(self, company, date=None, *, dry_run=False):
        """Invoice what confirmed orders of ``company`` have to invoice, by their policies.

        With ``dry_run`` the run also lists every order that waits, and what for.

        :return: the ``ar.run`` record, see ``ar.job.ar_run_job``.
        """
        return self.env["ar.job.invoicing.orders"].ar_run_job(company, date, dry_run=dry_run)

    @api.private
    def ar_create_checked_invoices(self, date, reason):
        """Create one invoice per order, and post those that pass the checks.

        Posted ones are queued for sending, the others stay drafts with their reasons.

        :param datetime.date date: invoice date.
        :param str reason: why they are invoiced, for the invoices' chatter.
        :return: the invoices, posted and not.
        """
        groups = single_groups(self, self._ar_policies())
        found = self._ar_create_groups(groups, date, [reason] * len(groups))
        return self.env["account.move"].union(*found)

    def _ar_has_lines_to_invoice(self):
        self.ensure_one()
        return any(not line.display_type for line in self._get_invoiceable_lines(final=True))
