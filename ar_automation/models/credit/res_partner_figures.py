from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.kpi.aging import BUCKETS
from .res_partner import EXPOSURE_GROUPS

BUCKET_DAYS = {bucket.key: (bucket.first_day, bucket.last_day) for bucket in BUCKETS}


class ResPartner(models.Model):
    """The exposure on screen: each figure, and the records behind it."""

    _inherit = "res.partner"

    ar_exposure_bar = fields.Json(
        "Exposure and limit", compute="_compute_ar_exposure", groups=EXPOSURE_GROUPS
    )

    # === ACTION METHODS ===#

    def ar_action_exposure(self, key):
        """Return the action that lists the records behind a figure of the exposure.

        :param str key: as in ``ar_exposure_bar``.
        :raises UserError: for a figure that does not exist.
        """
        self.ensure_one()
        labels = self._ar_figure_labels()
        if key not in labels:
            raise UserError(self.env._("There is no figure “%(key)s”.", key=key))
        action = self._ar_prepare_records_action(key)
        name = self.env._(
            "%(figure)s of %(customer)s",
            figure=labels[key],
            customer=self.commercial_partner_id.display_name,
        )
        return action | {"name": name, "display_name": name}

    # === PRIVATE METHODS ===#

    def _ar_figure_labels(self):
        """Figures in the order in which they are shown."""
        _t = self.env._
        return {
            "not_due": _t("Not due"),
            "overdue": _t("Overdue"),
            "1_30": _t("1 – 30 days"),
            "31_60": _t("31 – 60 days"),
            "61_90": _t("61 – 90 days"),
            "91_120": _t("91 – 120 days"),
            "120_plus": _t("Over 120 days"),
            "disputed": _t("of which disputed"),
            "draft": _t("Draft invoices"),
            "delivered": _t("Delivered, not invoiced"),
            "undelivered": _t("Ordered, not delivered"),
            "credit": _t("Unapplied credit"),
            "covered": _t("Insured or guaranteed"),
        }

    def _ar_prepare_bar(self, standing, figures):
        """What the exposure bar shows.

        :param CreditStanding standing: of this customer.
        :param dict figures: the same exposure as ``ar_get_exposure`` tells it.
        """
        counted = standing.policy._prepare_counted()
        amounts = figures | figures["buckets"]
        counts = {
            **dict.fromkeys(("not_due", "overdue"), counted.open),
            "draft": counted.draft,
            "delivered": counted.delivered,
            "undelivered": counted.orders,
            "credit": counted.credit,
            "covered": counted.covered,
        }
        return {
            "currency_id": standing.policy.currency_id.id,
            "total": float(standing.owed),
            "has_limit": bool(standing.limit),
            "limit": float(standing.limit or 0),
            "available": float((standing.limit or 0) - standing.owed),
            "figures": [
                {
                    "key": key,
                    "label": label,
                    "amount": amounts[key],
                    "is_part": key not in counts,
                    "is_counted": counts.get(key, True),
                }
                for key, label in self._ar_figure_labels().items()
                if amounts[key] or (key in counts and key not in ("covered", "credit"))
            ],
            "groups": [
                {
                    "name": level.group,
                    "limit": float(level.limit or 0),
                    "exposure": float(level.exposure),
                }
                for level in standing.levels
                if level.group
            ],
        }

    def _ar_prepare_records_action(self, key):
        """The action for a figure, without its name."""
        customer = ("commercial_partner_id", "=", self.commercial_partner_id.id)
        companies = ("company_id", "child_of", self.env.company.root_id.id)
        if key == "draft":
            types = ("out_invoice", "out_refund", "out_receipt")
            return self._ar_list_action(
                "account.move",
                [customer, companies, ("state", "=", "draft"), ("move_type", "in", types)],
            )
        if key in ("delivered", "undelivered"):
            domain = [
                (f"partner_invoice_id.{customer[0]}", *customer[1:]),
                companies,
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
            ]
            counting = self.env["sale.order"].search(domain).filtered(f"ar_exposure_{key}")
            view = self.env.ref("ar_automation.sale_order_view_list_exposure")
            return self._ar_list_action("sale.order", [("id", "in", counting.ids)], view)
        if key == "covered":
            return self._ar_list_action(
                "ar.credit.instrument",
                [(f"partner_id.{customer[0]}", *customer[1:]), companies, *self._ar_valid_today()],
            )
        action = self.action_ar_view_open_items()
        return action | {"domain": [*action["domain"], *self._ar_items_domain(key)]}

    def _ar_list_action(self, model, domain, view=None):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "views": [(view.id if view else False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False},
        }

    def _ar_valid_today(self):
        today = fields.Date.context_today(self)
        return [
            *("|", ("valid_from", "=", False), ("valid_from", "<=", today)),
            *("|", ("valid_until", "=", False), ("valid_until", ">=", today)),
        ]

    def _ar_items_domain(self, key):
        """Which of the open items are behind a figure."""
        if key == "credit":
            return [("amount_residual", "<", 0)]
        owed = ("amount_residual", ">", 0)
        if key == "disputed":
            return [owed, ("ar_disputed_amount", ">", 0)]
        today = fields.Date.context_today(self)
        first, last = (1, None) if key == "overdue" else BUCKET_DAYS[key]
        domain = [owed]
        if first is not None:
            domain += self._ar_due(today - timedelta(days=first), "<=")
        if last is not None:
            domain += self._ar_due(today - timedelta(days=last), ">=")
        return domain

    def _ar_due(self, day, operator):
        """Condition on the due date; an item without one falls due on its own date."""
        return [
            *("|", ("date_maturity", operator, day)),
            *("&", ("date_maturity", "=", False), ("date", operator, day)),
        ]
