from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.credit.approval import Approver, Band, find_band, judge_approval
from .exposure_query import to_decimal

MANAGER = "ar_automation.ar_automation_group_credit_manager"
SUPERVISOR = "ar_automation.ar_automation_group_supervisor"
KINDS = [("order", "Orders"), ("limit", "Credit limits"), ("write_off", "Write-offs")]


class ArCreditApproval(models.Model):
    """One band of the approval matrix: who decides amounts between two bounds."""

    _name = "ar.credit.approval"
    _description = "Credit approval band"
    _order = "company_id, kind, amount_from"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        KINDS,
        "Decides about",
        required=True,
        default="order",
        help="Orders go by their total, credit limits by the limit that is asked for, write-offs "
        "by what is given up.",
    )
    amount_from = fields.Monetary(
        "From",
        required=True,
        default=0.0,
        help="Amounts from here on, in the company's currency.",
    )
    amount_to = fields.Monetary(
        "Below",
        required=True,
        default=0.0,
        help="Amounts below this; zero means no upper end.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Who decides",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Credit managers who decide in this band. Nobody here and no group: every credit "
        "manager does. Supervisors may always stand in.",
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Groups that decide",
        help="Their members decide in this band, as far as they are credit managers.",
    )
    four_eyes = fields.Boolean(
        "Two people",
        help="Two different people have to release. The first release is noted, the second one "
        "takes effect.",
    )

    _bounds = models.Constraint(
        "CHECK (amount_from >= 0 AND (amount_to = 0 OR amount_to > amount_from))",
        "A band begins at zero or more and ends above its beginning.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("amount_from", "amount_to", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for band in self:
            start = band.currency_id.format(band.amount_from)
            band.display_name = (
                self.env._(
                    "%(kind)s from %(start)s to below %(end)s",
                    kind=kinds.get(band.kind),
                    start=start,
                    end=band.currency_id.format(band.amount_to),
                )
                if band.amount_to
                else self.env._("%(kind)s from %(start)s", kind=kinds.get(band.kind), start=start)
            )

    # === CONSTRAINT METHODS ===#

    @api.constrains("company_id", "kind", "amount_from", "amount_to")
    def _check_overlap(self):
        for (company, kind), records in self.grouped(lambda b: (b.company_id, b.kind)).items():
            others = self._get_matrix(company, kind)
            for record in records:
                band = record._prepare_band()
                clash = (others - record).filtered(
                    lambda other, band=band: band.overlaps(other._prepare_band())
                )
                if clash:
                    raise ValidationError(
                        self.env._(
                            "%(band)s overlaps with %(other)s: every amount belongs to one band.",
                            band=record.display_name,
                            other=clash[0].display_name,
                        )
                    )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_judge(self, company, kind, amount, first=None):
        """What the current user's approval of ``amount`` is worth.

        :param str kind: ``order``, ``limit`` or ``write_off``.
        :param float amount: in the company's currency.
        :param res.users first: who has approved already.
        :return: ``final``, ``first`` (a second person is needed), ``same_person`` or
            ``not_entitled``.
        """
        user = self.env.user
        if not user.has_group(MANAGER):
            return "not_entitled"
        bands = [band._prepare_band() for band in self._get_matrix(company, kind)]
        approver = Approver(user.id, is_supervisor=user.has_group(SUPERVISOR))
        return judge_approval(
            bands, to_decimal(company.currency_id, amount), approver, first.id if first else None
        )

    @api.model
    @api.private
    def ar_get_approvers(self, company, kind, amounts, besides=None):
        """The users who are to be called for decisions; empty where there is nobody.

        The credit policy's responsible is called if the band is his, otherwise the band's
        first. Where a band names nobody, another credit manager takes the place of who has
        approved already; where no band or nobody named is left, it is a supervisor.

        :param dict amounts: ``{anything: amount in the company's currency}``.
        :param res.users besides: has approved already and is not called again.
        :return: ``{anything: user}``.
        """
        policy = self.env["ar.credit.policy"].ar_get_policy(company).sudo()
        bands = [band._prepare_band() for band in self._get_matrix(company, kind)]
        if not bands:
            return dict.fromkeys(amounts, policy._get_responsible(besides))
        found = {
            key: find_band(bands, to_decimal(company.currency_id, amount))
            for key, amount in amounts.items()
        }
        chosen = {
            band: self._choose_approver(policy, band, besides) for band in set(found.values())
        }
        return {key: chosen[band] for key, band in found.items()}

    @api.model
    def _choose_approver(self, policy, band, besides):
        if band and not band.approvers:
            return policy._get_responsible(besides)
        named = self.env["res.users"].sudo().browse(sorted(band.approvers) if band else ())
        named = named.exists().filtered(lambda user: user.active and user != besides)
        responsible = policy._get_responsible(besides) & named
        return responsible or named[:1] or policy._get_supervisor(besides)

    @api.model
    def _get_matrix(self, company, kind):
        return self.sudo().search([("company_id", "=", company.id), ("kind", "=", kind)])

    def _prepare_band(self):
        """The band as the engine wants it."""
        self.ensure_one()
        manager = self.env.ref(MANAGER).sudo()
        users = (self.user_ids | self.group_ids.all_user_ids) & manager.all_user_ids
        # Named people who are no credit managers (any more) must not open the band to all.
        is_named = bool(self.user_ids or self.group_ids)
        return Band(
            start=to_decimal(self.currency_id, self.amount_from),
            end=to_decimal(self.currency_id, self.amount_to) if self.amount_to else None,
            approvers=frozenset(users.ids or [0]) if is_named else frozenset(),
            four_eyes=self.four_eyes,
        )
