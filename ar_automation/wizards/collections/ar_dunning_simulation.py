from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.dunning.assignment import Traits
from ...engine.dunning.replay import replay
from ...models.collections.past_items import read_past_items

YEAR = 365


class ArDunningSimulation(models.TransientModel):
    """What a policy would have sent in the past, beside what was sent."""

    _name = "ar.dunning.simulation"
    _description = "Simulation of a dunning policy"

    policy_id = fields.Many2one(
        "ar.dunning.policy",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company.ar_dunning_policy_id,
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=YEAR),
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    line_ids = fields.One2many("ar.dunning.simulation.line", "simulation_id", readonly=True)

    # === ACTION METHODS ===#

    def action_simulate(self):
        """Replay the days, and show the outcome by level and month."""
        self.ensure_one()
        if self.date_to < self.date_from:
            raise UserError(self.env._("The last day comes before the first. Change one of them."))
        self.line_ids.unlink()
        lines = self.env["ar.dunning.simulation.line"].create(
            [*self._prepare_simulated(), *self._prepare_sent()]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_dunning_simulation_line_action"
        )
        name = self.env._("%s in the past", self.policy_id.name)
        return {**action, "name": name, "domain": [("id", "in", lines.ids)]}

    # === PRIVATE METHODS ===#

    def _prepare_simulated(self):
        policy = self.policy_id
        rules, levels = policy._get_rules(), policy._sorted_levels()
        history = read_past_items(self.env, self.company_id, self.date_from, self.date_to)
        partners = self._find_customers(self.env["res.partner"].browse(history))
        return [
            {
                "simulation_id": self.id,
                "kind": "simulated",
                "partner_id": partner.id,
                "date": sent.day,
                "level": levels[sent.number - 1].name,
                "amount": float(sent.total),
            }
            for partner in partners
            for sent in replay(history[partner.id], rules, self.date_from, self.date_to)
        ]

    @api.model
    def _read_classes(self, partners):
        # sudo: who plans reminders need not see credit reviews
        reviews = self.env["ar.credit.review"].sudo()
        groups = reviews._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", partners.ids),
                ("is_current", "=", True),
            ],
            ["partner_id", "risk_class"],
        )
        return {partner.id: code or "" for partner, code in groups}

    def _find_customers(self, partners):
        """Who falls under the policy today; what they owed then is not asked."""
        rule, classes = self.policy_id._get_assignment(), self._read_classes(partners)
        return partners.filtered(
            lambda partner: rule.accepts(
                Traits(
                    partner.id,
                    frozenset(partner.category_id.ids),
                    partner.country_id.id or 0,
                    classes.get(partner.id, ""),
                    rule.amount_from,
                )
            )
        )

    def _prepare_sent(self):
        notices = self.env["ar.dunning.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sent"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ]
        )
        return [
            {
                "simulation_id": self.id,
                "kind": "sent",
                "partner_id": notice.partner_id.id,
                "date": notice.date,
                "level": notice.level_id.name,
                "amount": notice.amount,
            }
            for notice in notices
        ]
