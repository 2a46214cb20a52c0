from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.dunning.assignment import Traits, choose_policy
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
        history = read_past_items(self.env, self.company_id, self.date_from, self.date_to)
        sent = self._find_sent()
        partners = self._find_customers(self.env["res.partner"].browse(history) | sent.partner_id)
        lines = self.env["ar.dunning.simulation.line"].create(
            [
                *self._prepare_simulated(history, partners),
                *self._prepare_sent(sent.filtered(lambda notice: notice.partner_id in partners)),
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_dunning_simulation_line_action"
        )
        name = self.env._("%s in the past", self.policy_id.name)
        return {**action, "name": name, "domain": [("id", "in", lines.ids)]}

    # === PRIVATE METHODS ===#

    def _prepare_simulated(self, history, partners):
        policy = self.policy_id
        rules, levels = policy._get_rules(), policy._sorted_levels()
        return [
            {
                "simulation_id": self.id,
                "kind": "simulated",
                "partner_id": partner.id,
                "date": sent.day,
                "level": levels[sent.number - 1].name,
                "amount": float(sent.total),
            }
            for partner in partners.filtered(lambda partner: partner.id in history)
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
        """Who falls under the policy today; what they owed then is not asked.

        A policy without conditions is looked at as the default: it has who no other one takes.
        """
        policy, classes = self.policy_id, self._read_classes(partners)
        asked = policy.search([("company_id", "=", policy.company_id.id)]) | policy
        rules = [each._get_assignment() for each in asked.sorted(lambda p: (p.sequence, p.id))]
        own = policy._get_assignment()
        return partners.filtered(
            lambda partner: (
                policy.id
                == choose_policy(
                    Traits(
                        partner.id,
                        frozenset(partner.category_id.ids),
                        partner.country_id.id or 0,
                        classes.get(partner.id, ""),
                        own.amount_from,
                    ),
                    rules,
                    default=0 if own.has_conditions else policy.id,
                )
            )
        )

    def _find_sent(self):
        return self.env["ar.dunning.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sent"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ]
        )

    def _prepare_sent(self, notices):
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
