from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ...engine.dunning.promises import share_out
from .settlement_query import flush_settlements, settlement_of


class ArPromise(models.Model):
    """How a promise is taken down, and refused when it cannot be one."""

    _inherit = "ar.promise"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_register(self, partner, date, amount, items=None, *, accept_excess=False, **vals):
        """Take down that a customer pays an amount by a day; dunning of the items waits.

        :param res.partner partner: the customer or one of its contacts, who gave the word.
        :param datetime.date date: day by which it is paid, today or later.
        :param amount: in the currency of the items, or in company currency where they have
            several.
        :param account.move.line items: open receivable items that it is for. None: of those
            due by the day (of all, if none is), the oldest that the amount reaches.
        :param bool accept_excess: take down a promise of more than the items come to.
        :param vals: ``company`` (the current one if not given), ``source``, ``note``.
        :return: the promise. Earlier open promises for the same items are replaced.
        :raises UserError: for a day in the past, an amount that is not positive, items that
            are not open or not the customer's, or more than is owed.
        :raises AccessError: unless a collector does it.
        """
        self._check_collector()
        company = (items and items.sudo().company_id[:1]) or vals.pop("company", self.env.company)
        vals.pop("company", None)
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in %s.", company.sudo().name))
        promises = self.sudo().with_company(company)
        partner, items = partner.sudo(), items and items.sudo()
        promises._check_day(date, company)
        rows = promises._find_items(partner.commercial_partner_id, company, date, items)
        currency, shares = promises._share(company, rows, amount, accept_excess=accept_excess)
        promises._replace_open(list(shares))
        promise = promises.create(
            {
                "company_id": company.id,
                "partner_id": partner.commercial_partner_id.id,
                "contact_id": partner.id,
                "currency_id": currency.id,
                "amount": float(amount),
                "date": date,
                "grace_days": company.ar_promise_grace_days,
                "user_id": self.env.uid,
                "line_ids": promises._prepare_lines(rows, shares, currency),
                **vals,
            }
        )
        promise._note("registered")
        return promise.with_env(self.env)

    # === PRIVATE METHODS ===#

    @api.model
    def _check_day(self, date, company):
        today = self.env["ar.job.collections.promise"]._job_today(company)
        if not date or date < today:
            raise UserError(
                self.env._(
                    "Nobody can promise to pay on a day that has passed: %(day)s. Choose today "
                    "or a later day.",
                    day=format_date(self.env, date) if date else self.env._("no day"),
                )
            )

    @api.model
    def _find_items(self, partner, company, date, items):
        """Open items that the promise is for, oldest due first, as ``ItemRow``."""
        rows = self.env["ar.open.item"].ar_collect(company, partner).get(partner.id, [])
        owed = [row for row in rows if row.residual > 0]
        if items is None:
            owed = [row for row in owed if row.due_date <= date] or owed
        else:
            owed = [row for row in owed if row.line_id in items.ids]
            self._check_items(partner, items, owed)
        if not owed:
            raise UserError(
                self.env._("%s owes nothing that could be promised.", partner.display_name)
            )
        return owed

    @api.model
    def _check_items(self, partner, items, owed):
        wrong = items - items.browse(row.line_id for row in owed)
        if wrong:
            raise UserError(
                self.env._(
                    "Not open, or not owed by %(customer)s: %(items)s. Leave them out of the "
                    "promise.",
                    customer=partner.display_name,
                    items=", ".join(line.move_name or line.display_name for line in wrong),
                )
            )

    @api.model
    def _share(self, company, rows, amount, *, accept_excess):
        """``(currency, {item id: part})`` of an amount, once it was found to be right."""
        currencies = {row.currency_id for row in rows}
        own = self.env["res.currency"].browse(currencies)
        currency = own if len(own) == 1 else company.currency_id
        amount = Decimal(str(currency.round(float(amount))))
        if amount <= 0:
            raise UserError(self.env._("A promise needs an amount above zero."))
        owed = {
            row.line_id: row.residual if currency == own else row.residual_company for row in rows
        }
        total = sum(owed.values(), Decimal(0))
        if amount > total and not accept_excess:
            raise UserError(
                self.env._(
                    "%(amount)s were promised, but only %(total)s are open. Correct the amount, "
                    "or confirm that the customer pays more.",
                    amount=currency.format(float(amount)),
                    total=currency.format(float(total)),
                )
            )
        return currency, share_out(amount, tuple(owed.items()))

    @api.model
    def _replace_open(self, item_ids):
        lines = self.env["ar.promise.line"].search(
            [("move_line_id", "in", item_ids), ("is_open", "=", True)]
        )
        earlier = lines.promise_id
        if earlier:
            earlier._update_state({"open"}, "replaced")
            # before the new lines are inserted: an item is promised once at a time
            earlier.line_ids.flush_recordset(["is_open"])
            earlier._note("replaced")

    @api.model
    def _prepare_lines(self, rows, shares, currency):
        credited = self._read_credited(list(shares))
        commands = []
        for row in rows:
            if row.line_id not in shares:
                continue
            is_own = row.currency_id == currency.id
            commands.append(
                Command.create(
                    {
                        "move_line_id": row.line_id,
                        "due_date": row.due_date,
                        "amount": float(shares[row.line_id]),
                        "open_amount": float(row.residual if is_own else row.residual_company),
                        "credited_before": float(credited[row.line_id][0 if is_own else 1]),
                    }
                )
            )
        return commands

    @api.model
    def _read_credited(self, item_ids):
        """``{item id: (credited in its own, in company currency)}`` until now."""
        flush_settlements(self.env)
        rows = self.env.execute_query(
            SQL(
                """SELECT l.id, s.own_credited::text, s.company_credited::text
                     FROM account_move_line l
                CROSS JOIN LATERAL (%s) s
                    WHERE l.id IN %s""",
                settlement_of(SQL("%s::date", fields.Date.to_date("9999-12-31"))),
                tuple(item_ids),
            )
        )
        return {item_id: (Decimal(own), Decimal(company)) for item_id, own, company in rows}
