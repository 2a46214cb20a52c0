"""Bills a batch of plans: all reads first, then the charges, then one create and one posting.

What can be told before anything is created (a plan without a price, a closed period, a missing
rate) stops only its plan and is told in words. The number of queries does not depend on how
many plans the batch has, but for what core needs to post an invoice.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from odoo import Command
from odoo.tools import SQL, format_date

from ...engine.invoicing.catch_up import group_missed
from ...engine.invoicing.charges import charge_line
from ...engine.invoicing.markers import fill
from ...engine.invoicing.periods import ScheduleError
from ...engine.invoicing.price_revision import RevisionError
from ...exceptions import ArError
from .plan_faults import PlanFaults

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class DuePeriod:
    """One period of one plan, with what it comes to."""

    plan: object
    kind: str
    period: object
    due: object
    charges: list = field(default_factory=list)
    usage_ids: list = field(default_factory=list)
    once: list = field(default_factory=list)

    @property
    def amount(self):
        """What the lines come to, in the plan's currency."""
        return sum((charge.amount for charge in self.charges), Decimal(0))

    @property
    def last(self):
        """Last day, as people write it."""
        return self.period.span.last


class PlanBatch:
    """The due periods of some plans, and the invoices for them.

    :param plans: locked ``ar.invoice.plan`` records of one company.
    :param date: business day.
    """

    def __init__(self, plans, date):
        self.plans, self.date, self.env = plans, date, plans.env
        self.billed = plans._ar_billed_periods()
        self.faults: dict[int, ArError] = {}
        self.periods: dict[int, list[DuePeriod]] = {}
        self.moves = self.env["account.move"]
        self.invoices: list[tuple[object, list[DuePeriod]]] = []

    def bill(self):
        """Create, check and post the invoices; return self."""
        self._fetch_together()
        checks = PlanFaults(self.plans, self.date)
        usage = self._read_usage()
        for plan in self.plans:
            try:
                checks.check_plan(plan)
                due = self._find_due(plan)
                self._charge(plan, due, usage)
                checks.check_periods(plan, due)
            except ArError as error:
                self.faults[plan.id] = error
            else:
                self.periods[plan.id] = due
        self._create_moves()
        self._store_periods()
        self._post()
        self._move_on()
        return self

    @property
    def moves_by_plan(self):
        """``{plan id: invoices}``"""
        return {plan.id: moves for plan, moves in self.moves.grouped("ar_plan_id").items()}

    def estimate(self, plan, until):
        """Periods of ``plan`` until a day, with what fixed and one-off lines come to.

        What will be used is not known and left out.

        :raises ArError: when it cannot be told, with the reason.
        """
        due = [DuePeriod(plan, *upcoming) for upcoming in plan.ar_upcoming(until, self.billed)]
        self._charge(plan, due, None)
        return due

    def _fetch_together(self):
        """Read at once what is looked at plan by plan and line by line below."""
        (self.plans.partner_id | self.plans.invoice_partner_id).fetch(["active"])
        self.plans.line_ids.fetch(["tier_ids", "tax_ids"])

    # --- what is due

    def _find_due(self, plan):
        limit, found = plan.catch_up_limit, []
        try:
            for kind, period, due in plan.ar_upcoming(self.date, self.billed):
                found.append(DuePeriod(plan, kind, period, due))
                if len(found) > limit:
                    raise self._too_many(plan, found[0])
        except ScheduleError as error:
            raise ArError(
                "plan.schedule", self.env._("%(plan)s: %(why)s", plan=plan.name, why=str(error))
            ) from error
        return found

    def _too_many(self, plan, first):
        return ArError(
            "plan.too_many_periods",
            self.env._(
                "%(plan)s has more than %(limit)s unbilled periods, since %(first)s.",
                plan=plan.name,
                limit=plan.catch_up_limit,
                first=first.period.span.start,
            ),
            hint=self.env._(
                "Is the start right? If so, raise “At most at once” on the plan; else correct it."
            ),
        )

    def _read_usage(self):
        """``{line id: [(usage id, day, quantity)]}`` of what is not billed, by day."""
        metered = self.plans.line_ids.filtered(lambda line: line.kind == "metered")
        if not metered:
            return {}
        self.env["ar.invoice.usage"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT line_id, id, date, quantity::text FROM ar_invoice_usage
                    WHERE line_id = ANY(%s) AND period_id IS NULL AND date <= %s
                 ORDER BY date, id""",
                metered.ids,
                self.date,
            )
        )
        usage = defaultdict(list)
        for line_id, usage_id, day, quantity in rows:
            usage[line_id].append((usage_id, day, Decimal(quantity)))
        return usage

    # --- what it comes to

    def _charge(self, plan, due, usage):
        rounding, pauses = plan._ar_rounding(), plan._ar_pauses()
        waiting_once = plan.line_ids.filtered(
            lambda line: line.kind == "once" and not line.billed_period_id
        )
        for item in due:
            lines = plan.line_ids.filtered(lambda line: line.kind != "once")
            once = waiting_once.filtered(
                lambda line, item=item: line._ar_valid().start <= item.last
            )
            waiting_once -= once
            item.once = once.ids
            for line in lines | once:
                if line.kind == "fixed" and item.kind == "closing":
                    continue
                if line.kind == "metered" and usage is None:
                    continue
                used = self._take_usage(item, line, usage) if line.kind == "metered" else None
                item.charges += self._charge_line(line, item, pauses, used, rounding)

    def _charge_line(self, line, item, pauses, used, rounding):
        try:
            return charge_line(line._ar_facts(pauses, used), item.period, rounding)
        except RevisionError as error:
            index = line.plan_id.revision_index_id.display_name
            raise ArError(
                "plan.index_missing",
                self.env._(
                    "The prices of %(plan)s follow %(index)s, which has no value for %(day)s.",
                    plan=line.plan_id.name,
                    index=index,
                    day=error.day,
                ),
                hint=self.env._("Enter the index's value under Price indices."),
            ) from error

    def _take_usage(self, item, line, usage):
        """Quantity used before the period's cut-off; what was taken is not taken again.

        What was reported too late for its own period is billed with the next.
        """
        span, plan = item.period.span, item.plan
        cut_off = span.end if plan.invoice_time == "arrears" else span.start
        free_until = plan._ar_billing_start()
        taken = [row for row in usage.get(line.id, ()) if free_until <= row[1] < cut_off]
        if not taken:
            if line.is_usage_required and cut_off > free_until:
                raise self._no_usage(line, cut_off)
            return Decimal(0)
        ids = {row[0] for row in taken}
        usage[line.id] = [row for row in usage[line.id] if row[0] not in ids]
        item.usage_ids += ids
        return sum((quantity for _id, _day, quantity in taken), Decimal(0))

    def _no_usage(self, line, cut_off):
        return ArError(
            "plan.no_usage",
            self.env._(
                "No usage of meter %(meter)s of %(plan)s was reported before %(day)s.",
                meter=line.meter,
                plan=line.plan_id.name,
                day=cut_off,
            ),
            hint=self.env._(
                "Report it (0 if nothing was used), or clear “Usage expected” on the line."
            ),
        )

    # --- invoices

    def _create_moves(self):
        vals_list, policies = [], self._read_policies()
        for plan in self.plans:
            items = self.periods.get(plan.id, ())
            by_start = {item.period.span.start: item for item in items if item.charges}
            groups = group_missed([item.period for item in by_start.values()], plan.catch_up)
            for group in groups:
                parts = [by_start[period.span.start] for period in group]
                vals = self._prepare_move_vals(plan, parts)
                self._add_fee(vals, policies[plan.partner_id.commercial_partner_id.id])
                vals_list.append(vals)
                self.invoices.append((None, parts))
        if vals_list:
            self.moves = self.moves.with_context(**_quiet()).create(vals_list)
            pairs = zip(self.moves, self.invoices, strict=True)
            self.invoices = [(move, parts) for move, (_none, parts) in pairs]

    def _prepare_move_vals(self, plan, parts):
        total = sum((part.amount for part in parts), Decimal(0))
        sign = -1 if total < 0 else 1
        vals = {
            "move_type": "out_refund" if sign < 0 else "out_invoice",
            "partner_id": plan.invoice_partner_id.id,
            "company_id": plan.company_id.id,
            "currency_id": plan.currency_id.id,
            "invoice_date": plan._ar_date_of_invoice(max(p.due for p in parts), self.date),
            "invoice_user_id": plan.user_id.id,
            "invoice_origin": plan.name,
            "ref": plan.reference or False,
            "ar_plan_id": plan.id,
            "invoice_line_ids": [
                Command.create(self._prepare_line_vals(plan, part, charge, sign))
                for part in parts
                for charge in part.charges
            ],
        }
        chosen = {
            "journal_id": plan.journal_id,
            "invoice_payment_term_id": plan.payment_term_id,
            "preferred_payment_method_line_id": plan.payment_method_line_id,
            "fiscal_position_id": plan.fiscal_position_id,
        }
        return vals | {name: record.id for name, record in chosen.items() if record}

    def _read_policies(self):
        company = self.plans.company_id[:1]
        return self.env["ar.invoice.policy"].ar_get_policies(self.plans.partner_id, company)

    def _add_fee(self, vals, policy):
        if vals["move_type"] == "out_invoice" and policy._charges_fee_beyond_orders():
            currency = self.env["res.currency"].browse(vals["currency_id"])
            fee = policy._prepare_fee_vals(currency, vals["invoice_date"])
            vals["invoice_line_ids"].append(Command.create(fee))

    def _prepare_line_vals(self, plan, part, charge, sign):
        line = self.env["ar.invoice.plan.line"].browse(charge.key)
        vals = {
            "product_id": line.product_id.id,
            "name": self._line_text(plan, line, part, charge),
            "quantity": float(sign * charge.quantity),
            "price_unit": float(charge.price),
            "discount": float(charge.discount),
        }
        if line.tax_ids:
            vals["tax_ids"] = [Command.set(line.tax_ids.ids)]
        if line.analytic_distribution:
            vals["analytic_distribution"] = line.analytic_distribution
        return vals

    def _line_text(self, plan, line, part, charge):
        if "{" not in line.name:
            return line.name
        lang = plan.invoice_partner_id.lang or None
        span = charge.span if part.period.span.days else part.period.span

        def written(day, pattern=""):
            return format_date(self.env, day, lang_code=lang, date_format=pattern)

        return fill(
            line.name,
            {
                "period_start": written(span.start),
                "period_end": written(span.last),
                "period_month": written(span.start, "MMMM"),
                "period_year": str(span.start.year),
                "product": line.product_id.with_context(lang=lang).name,
                "plan": plan.name,
                "customer_reference": plan.reference or "",
                "quantity": f"{charge.quantity.normalize():f}",
            },
        )

    # --- what is kept

    def _store_periods(self):
        move_of = {id(part): move for move, parts in self.invoices for part in parts}
        items = [item for due in self.periods.values() for item in due]
        rows = (
            self.env["ar.invoice.period"]
            .sudo()
            .create([self._prepare_period_vals(item, move_of.get(id(item))) for item in items])
        )
        self._store_usage(items, rows)
        for item, row in zip(items, rows, strict=True):
            if item.once:
                self.env["ar.invoice.plan.line"].browse(item.once).sudo().billed_period_id = row

    def _prepare_period_vals(self, item, move):
        plan = item.plan
        return {
            "plan_id": plan.id,
            "company_id": plan.company_id.id,
            "kind": item.kind,
            "date_from": item.period.span.start,
            "date_to": item.last,
            "state": "billed" if move else "skipped",
            "reason": False if move else self._why_nothing(item),
            "move_id": move.id if move else False,
            "amount": float(item.amount),
            "currency_id": plan.currency_id.id,
        }

    def _why_nothing(self, item):
        if any((item.period.span & pause).days for pause in item.plan._ar_pauses()):
            return self.env._("The plan was paused.")
        if item.kind == "closing" or any(line.kind == "metered" for line in item.plan.line_ids):
            return self.env._("Nothing was used.")
        return self.env._("No line of the plan is valid in this period.")

    def _store_usage(self, items, rows):
        pairs = [
            (usage_id, row.id)
            for item, row in zip(items, rows, strict=True)
            for usage_id in item.usage_ids
        ]
        if not pairs:
            return
        values = SQL(", ").join(SQL("(%s, %s)", *pair) for pair in pairs)
        self.env.cr.execute(
            SQL(
                """UPDATE ar_invoice_usage u SET period_id = v.period_id
                     FROM (VALUES %s) AS v (id, period_id) WHERE u.id = v.id""",
                values,
            )
        )
        self.env["ar.invoice.usage"].invalidate_model(["period_id"])

    # --- posting

    def _post(self):
        posted = self.moves.filtered(lambda move: move.ar_plan_id.posting == "post")
        if posted:
            posted.ar_check_and_post(self.date)

    def _move_on(self):
        billed = self.plans.filtered(lambda plan: plan.id in self.periods)
        for number, plans in billed.grouped("billing_number").items():
            plans.with_context(**_quiet()).billing_number = number + 1
        billed.invalidate_recordset(["period_ids"])
        billed._ar_set_next()


def _quiet():
    """Context that keeps core from writing a chatter message per field of every invoice.

    The run, the audit trail and the plan's periods say what was made and why.
    """
    return {"tracking_disable": True, "mail_auto_subscribe_no_notify": True}
