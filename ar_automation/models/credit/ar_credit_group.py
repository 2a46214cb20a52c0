from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .credit_standing import GroupQuery


class ArCreditGroup(models.Model):
    """Several customers under one limit, whoever their parents are.

    A group may belong to a bigger one, whose limit then holds for its members, too.
    """

    _name = "ar.credit.group"
    _description = "Credit group"
    _inherit = ["mail.thread"]
    _parent_store = True
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="The group counts in this company and its branches, and its figures are in this "
        "company's currency.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_across_companies = fields.Boolean(
        "Across companies",
        tracking=True,
        help="What members owe to any company counts, converted at the day's rate, and the limit "
        "holds in every company.",
    )
    parent_id = fields.Many2one(
        "ar.credit.group",
        "Part of",
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Members of this group count towards the limit of that one as well.",
    )
    parent_path = fields.Char(index=True)
    policy_id = fields.Many2one(
        "ar.credit.policy",
        "Credit policy",
        domain="[('company_id', '=', company_id)]",
        help="Says which components count towards the group's limit. Empty: the company's default "
        "policy.",
    )
    member_ids = fields.Many2many(
        "res.partner",
        "ar_credit_group_member_rel",
        "group_id",
        "partner_id",
        "Members",
        domain="[('parent_id', '=', False)]",
        context={"active_test": False},
    )
    limit_ids = fields.One2many("ar.credit.limit", "group_id", "Limits")
    limit = fields.Monetary(compute="_compute_figures", help="The limit that holds today.")
    exposure = fields.Monetary(
        compute="_compute_figures", help="What the members owe together, as the policy counts it."
    )
    available = fields.Monetary(
        compute="_compute_figures", help="Limit less exposure; negative when over the limit."
    )
    # see ar_credit_lock on customers
    credit_lock = fields.Integer(copy=False, readonly=True, groups="base.group_system")

    # === COMPUTE METHODS ===#

    @api.depends("member_ids", "limit_ids", "is_across_companies", "policy_id", "parent_id")
    def _compute_figures(self):
        self.limit = self.exposure = self.available = 0.0
        today = fields.Date.context_today(self)
        for company, groups in self.filtered("id").grouped("company_id").items():
            standings = GroupQuery(company, today).collect(groups._origin.ids)
            for group in groups:
                level = standings[group._origin.id]
                group.limit = float(level.limit or 0)
                group.exposure = float(level.exposure)
                group.available = group.limit - group.exposure if group.limit else 0.0

    # === CONSTRAINTS ===#

    @api.constrains("member_ids", "company_id", "is_across_companies", "active")
    def _check_member_ids(self):
        for group in self.sudo().with_context(active_test=False):
            for member in group.member_ids:
                customer = member.commercial_partner_id
                if customer != member:
                    raise ValidationError(
                        self.env._(
                            "%(contact)s belongs to %(customer)s: add %(customer)s to the group.",
                            contact=member.name or member.id,
                            customer=customer.display_name,
                        )
                    )
                others = member.ar_credit_group_ids - group
                for other in others.filtered("active"):
                    if group.active and group._meets(other):
                        raise ValidationError(
                            self.env._(
                                "%(customer)s is in credit group %(other)s already. Take it out "
                                "there, or make one group part of the other.",
                                customer=member.display_name,
                                other=other.name,
                            )
                        )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        """Create groups; from the first one on, checks look for groups."""
        groups = super().create(vals_list)
        self.env.registry.clear_cache()
        return groups

    def write(self, vals):
        """Write groups; a circle is refused in words before Odoo notices it."""
        upper = self.browse(vals.get("parent_id") or ())
        if upper and {*self.ids} & {int(label) for label in upper.parent_path.split("/")[:-1]}:
            raise ValidationError(
                self.env._(
                    "A credit group cannot be part of itself: %(groups)s and %(upper)s would be in "
                    "a circle.",
                    groups=", ".join(self.mapped("name")),
                    upper=upper.name,
                )
            )
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_change_limit(self):
        """Ask for the group's new limit and the reason."""
        self.ensure_one()
        present = self.limit_ids.filtered(lambda limit: limit.state == "current")[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New credit limit"),
            "res_model": "ar.credit.limit",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_group_id": self.id,
                "default_company_id": self.company_id.id,
                "default_currency_id": (present or self).currency_id.id,
                "default_amount": present.amount,
            },
        }

    def action_view_items(self):
        """Open the receivable items behind the members' exposure."""
        self.ensure_one()
        members = self._all_members()
        action = members[:1].action_ar_view_open_items() if members else False
        if action:
            root = ("company_id", "child_of", self.env.company.root_id.id)
            domain = [
                leaf for leaf in action["domain"] if leaf[0] != "partner_id.commercial_partner_id"
            ]
            if self.is_across_companies:
                domain.remove(root)
            domain.append(("partner_id.commercial_partner_id", "in", members.ids))
            name = self.env._("Open items of %(group)s", group=self.name)
            action |= {"name": name, "display_name": name, "domain": domain}
        return action

    # === PRIVATE METHODS ===#

    @api.model
    @tools.ormcache()
    def _is_used(self):
        """Whether there is any group, so that checks need not ask for groups where none is."""
        return bool(self.sudo().with_context(active_test=False).search_count([], limit=1))

    def _all_members(self):
        """Members of the group and of the groups that are part of it."""
        groups = self.search([("id", "child_of", self.ids)])
        return groups.with_context(active_test=False).member_ids.commercial_partner_id

    def _meets(self, other):
        """Whether both groups count in some company."""
        is_same = self.company_id.root_id == other.company_id.root_id
        return is_same or self.is_across_companies or other.is_across_companies
