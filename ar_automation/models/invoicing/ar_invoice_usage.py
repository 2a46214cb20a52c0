from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArInvoiceUsage(models.Model):
    """What a customer used on a day, to be billed by a metered line."""

    _name = "ar.invoice.usage"
    _description = "Usage"
    _order = "date desc, id desc"
    _check_company_auto = True

    line_id = fields.Many2one(
        "ar.invoice.plan.line",
        "Plan line",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("kind", "=", "metered")],
    )
    plan_id = fields.Many2one(related="line_id.plan_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.plan_id.company_id", store=True)
    date = fields.Date(required=True)
    quantity = fields.Float(
        required=True,
        digits="Product Unit",
        help="Units used; negative to take back what was reported.",
    )
    reference = fields.Char(
        required=True,
        help="Identifies the report at its source. The same reference is taken once per line.",
    )
    period_id = fields.Many2one(
        "ar.invoice.period", "Billed in", readonly=True, copy=False, index="btree_not_null"
    )

    _reference_unique = models.Constraint(
        "unique (line_id, reference)", "This usage was reported already."
    )
    _unbilled_idx = models.Index("(line_id, date) WHERE period_id IS NULL")

    # === CRUD METHODS ===#

    def write(self, vals):
        """Billed usage stays as it was billed."""
        if set(vals) - {"period_id"}:
            self._check_unbilled()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._check_unbilled()

    # === BUSINESS METHODS ===#

    @api.model
    def ar_record(self, company, rows):
        """Record usage that another program reports; what is known already is left alone.

        :param res.company company: whose plans.
        :param list[dict] rows: each with ``plan`` (number of the plan), ``meter`` (code of the
            line), ``date`` (ISO), ``quantity`` and ``reference``.
        :return: ``{"recorded": n, "known": n}``.
        :raises UserError: naming every row that is wrong; then nothing was recorded.
        """
        lines = self._find_lines(company, {row.get("plan") for row in rows})
        values, problems = [], []
        for number, row in enumerate(rows, 1):
            problem, vals = self._read_row(row, lines)
            if problem:
                problems.append(self.env._("Row %(row)s: %(problem)s", row=number, problem=problem))
            else:
                values.append(vals)
        if problems:
            raise UserError("\n".join(problems))
        fresh = self._without_known(values)
        self.create(fresh)
        return {"recorded": len(fresh), "known": len(values) - len(fresh)}

    # === PRIVATE METHODS ===#

    def _find_lines(self, company, names):
        lines = self.env["ar.invoice.plan.line"].search(
            [
                ("plan_id.company_id", "=", company.id),
                ("plan_id.name", "in", [name for name in names if name]),
                ("kind", "=", "metered"),
            ]
        )
        return {(line.plan_id.name, line.meter): line for line in lines}

    def _read_row(self, row, lines):
        """``(what is wrong or "", values)`` of one reported row."""
        line = lines.get((row.get("plan"), row.get("meter")))
        if not line:
            return self.env._(
                "no plan %(plan)s with a meter %(meter)s.",
                plan=row.get("plan"),
                meter=row.get("meter"),
            ), {}
        if not row.get("reference"):
            return self.env._("no reference."), {}
        try:
            date = fields.Date.to_date(row.get("date"))
            quantity = Decimal(str(row.get("quantity")).strip())
        except (ValueError, ArithmeticError):
            date, quantity = None, Decimal("NaN")
        if not date or not quantity.is_finite():
            return self.env._("no date (2026-12-31) or no quantity (12.5)."), {}
        return "", {
            "line_id": line.id,
            "date": date,
            "quantity": float(quantity),
            "reference": str(row["reference"]).strip(),
        }

    def _without_known(self, values):
        """Leave out what was recorded before, or stands twice in the same report."""
        known = {
            (usage.line_id.id, usage.reference)
            for usage in self.sudo().search(
                [
                    ("line_id", "in", [vals["line_id"] for vals in values]),
                    ("reference", "in", [vals["reference"] for vals in values]),
                ]
            )
        }
        fresh = []
        for vals in values:
            key = (vals["line_id"], vals["reference"])
            if key not in known:
                known.add(key)
                fresh.append(vals)
        return fresh

    def _check_unbilled(self):
        billed = self.filtered("period_id")
        if billed:
            raise UserError(
                self.env._(
                    "The usage %(reference)s was billed with %(period)s. Report a negative "
                    "quantity to take it back.",
                    reference=billed[0].reference,
                    period=billed[0].period_id.display_name,
                )
            )
