import math

from odoo import api, fields, models


class ArPaymentModelFit(models.TransientModel):
    """Shows how good fitted coefficients are on invoices they were not fitted to."""

    _name = "ar.payment.model.fit"
    _description = "Fitted payment forecast"

    model_id = fields.Many2one("ar.payment.model", required=True, readonly=True)
    values = fields.Json(readonly=True)
    test_from = fields.Date(readonly=True)
    test_count = fields.Integer(readonly=True)
    figures = fields.Json(readonly=True)
    is_better = fields.Boolean(readonly=True)
    comparison = fields.Html(compute="_compute_comparison")

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_comparison(self):
        names = {
            "fitted": self.env._("Fitted coefficients"),
            "current": self.env._("Present coefficients"),
            "customer_mean": self.env._("Each customer's own mean so far"),
            "global_mean": self.env._("Mean of all customers so far"),
        }
        for wizard in self:
            rows = [
                {"name": name, **(wizard.figures or {}).get(code, {})}
                for code, name in names.items()
            ]
            wizard.comparison = self.env["ir.qweb"]._render(
                "ar_automation.payment_model_comparison", {"rows": rows}
            )

    @api.model
    def _prepare_fit_vals(self, model, fit):
        return {
            "model_id": model.id,
            "values": model._prepare_coefficient_vals(fit.model),
            "test_from": fit.test_from,
            "test_count": fit.fitted.count,
            "is_better": fit.fitted.surprise < fit.current.surprise,
            "figures": {
                "fitted": _as_texts(fit.fitted.model),
                "current": _as_texts(fit.current.model),
                "customer_mean": _as_texts(fit.fitted.customer_mean),
                "global_mean": _as_texts(fit.fitted.global_mean),
            },
        }

    # === ACTION METHODS ===#

    def action_accept(self):
        """Use the fitted coefficients from now on; they are exactly those that were measured."""
        self.ensure_one()
        self.model_id.write({**self.values, "fitted_date": fields.Date.context_today(self)})
        return {"type": "ir.actions.act_window_close"}


def _as_texts(figures):
    """Figures as shown; an area that is not a number means that nothing could be told apart."""
    return {
        "late": "–" if math.isnan(figures.auc_late) else f"{figures.auc_late:.3f}",
        "very_late": "–" if math.isnan(figures.auc_very_late) else f"{figures.auc_very_late:.3f}",
        "error": f"{figures.mean_error:.1f}",
    }
