from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.dunning.write_off import ZERO, SmallItem, choose_small


class ArWriteoffRequest(models.Model):
    """Small balances that are given up by rule."""

    _inherit = "ar.writeoff.request"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_propose(self, company, date=None):
        """Ask for the small balances of a company to be written off, as its policy says.

        An item is proposed by the rule once: what was rejected or undone stays open. Items that
        are disputed, promised, in a plan, on hold or excluded from reminders are left.

        :param datetime.date date: business day, today if not given.
        :return: the new requests, one per customer; booked ones where the policy books.
        :raises AccessError: unless a supervisor does it.
        """
        self._check_supervisor(self.env._("Only a receivables supervisor proposes small balances."))
        day = date or fields.Date.context_today(self)
        return self.sudo()._propose_small(company, day).with_env(self.env)

    # === PRIVATE METHODS ===#

    @api.model
    def _small_customers(self, company, day):
        """Statement of the customers who have a small balance."""
        policy = self.env["ar.writeoff.policy"].ar_get_policy(company).sudo()
        return SQL("SELECT i.partner_id FROM (%s) i", self._small_statement(policy, day))

    @api.model
    def _propose_small(self, company, day, partners=None):
        policy = self.env["ar.writeoff.policy"].ar_get_policy(company).sudo()
        chosen = self._choose_small(policy, day, partners)
        items = self.env["account.move.line"].browse(
            [item.id for group in chosen.values() for item in group]
        )
        items.fetch(["amount_residual", "amount_residual_currency", "move_id", "partner_id"])
        requests = self.create(
            [
                self._prepare_request_vals(
                    items.browse([item.id for item in group]),
                    policy.small_reason_id or self.env.ref("ar_automation.writeoff_reason_small"),
                    is_small=True,
                    date=day,
                    evidence=self._explain_small(policy, items.browse([i.id for i in group])),
                )
                for group in chosen.values()
            ]
        )
        requests._audit("proposed")
        if policy.small_mode == "book":
            requests._decide("booked")
        return requests

    @api.model
    def _choose_small(self, policy, day, partners):
        """``{customer id: [SmallItem]}`` of what is given up; a fixed number of statements."""
        self.env.flush_all()
        rows = self.env.execute_query(self._small_statement(policy, day, partners))
        items = self.env["account.move.line"].browse([row[1] for row in rows])
        paused = self.env["ar.collection.pause"].ar_get_paused(items, day)
        found = defaultdict(list)
        for partner_id, item_id, residual, due in rows:
            if item_id not in paused:
                found[partner_id].append(SmallItem(item_id, Decimal(residual), due))
        used = self._read_let_off(policy.company_id, day, list(found))
        rule = policy._prepare_rule()
        chosen = {
            partner_id: choose_small(group, rule, day, used.get(partner_id, ZERO))
            for partner_id, group in found.items()
        }
        return {partner_id: group for partner_id, group in chosen.items() if group}

    @api.model
    def _small_statement(self, policy, day, partners=None):
        return SQL(
            """SELECT l.partner_id, l.id, ROUND(l.amount_residual, %(decimals)s)::text,
                      COALESCE(l.date_maturity, l.date)
                 FROM account_move_line l
                 JOIN account_account a
                   ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                 JOIN account_move m ON m.id = l.move_id
                WHERE l.company_id = %(company)s AND l.parent_state = 'posted' %(partners)s
                  AND l.reconciled IS NOT TRUE AND l.partner_id IS NOT NULL
                  AND l.amount_residual > 0 AND l.amount_residual < %(below)s
                  AND COALESCE(l.date_maturity, l.date) < %(before)s
                  AND COALESCE(l.ar_disputed_amount, 0) = 0 AND l.no_followup IS NOT TRUE
                  AND m.payment_state IS DISTINCT FROM 'blocked'
                  AND NOT EXISTS (SELECT 1 FROM ar_writeoff_line w
                                    JOIN ar_writeoff_request r ON r.id = w.request_id
                                   WHERE w.move_line_id = l.id AND (w.is_open OR r.is_small))
             ORDER BY l.partner_id, l.id""",
            decimals=policy.currency_id.decimal_places,
            company=policy.company_id.id,
            partners=SQL("AND l.partner_id IN %s", tuple(partners.ids)) if partners else SQL(),
            below=policy.small_amount,
            before=fields.Date.subtract(day, days=policy.small_days),
        )

    @api.model
    def _read_let_off(self, company, day, partner_ids):
        """``{customer id: what the rule let them off in the last 365 days}``."""
        groups = self._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partner_ids),
                ("is_small", "=", True),
                ("state", "in", ("to_approve", "booked")),
                ("date", ">", fields.Date.subtract(day, days=365)),
            ],
            ["partner_id"],
            ["amount:sum"],
        )
        return {
            partner.id: Decimal(str(company.currency_id.round(total))) for partner, total in groups
        }

    @api.model
    def _explain_small(self, policy, items):
        money = policy.currency_id.format
        rule = self.env._(
            "Rule of small balances: below %(below)s, late for more than %(days)s days.",
            below=money(policy.small_amount),
            days=policy.small_days,
        )
        lines = [f"{item.move_id.name}: {money(item.amount_residual)}" for item in items]
        return "\n".join([rule, *lines])
