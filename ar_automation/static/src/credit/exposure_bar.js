import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const COLORS = {
    overdue: "bg-danger",
    not_due: "bg-primary",
    draft: "bg-info",
    delivered: "bg-warning",
    undelivered: "bg-secondary",
};

/**
 * What a customer owes against its limit: one bar, and below it each figure as a button that
 * opens the records behind it.
 */
export class ExposureBar extends Component {
    static template = "ar_automation.ExposureBar";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.data.currency_id });
    }

    /** The parts that fill the bar, as a share of the limit or, beyond it, of what is owed. */
    get segments() {
        const filled = this.data.figures.filter((one) => COLORS[one.key] && one.amount > 0);
        const sum = filled.reduce((total, one) => total + one.amount, 0);
        const whole = Math.max(sum, this.data.limit);
        return filled.map((one) => ({
            key: one.key,
            title: `${one.label}: ${this.money(one.amount)}`,
            color: COLORS[one.key],
            style: `width: ${(100 * one.amount) / whole}%`,
        }));
    }

    /** The figures that make up the exposure, without what they are made of in turn. */
    get components() {
        return this.data.figures.filter((one) => !one.is_part);
    }

    /** What is overdue by its age, and what of it all is disputed. */
    get parts() {
        return this.data.figures.filter((one) => one.is_part);
    }

    get summary() {
        if (!this.data.has_limit) {
            return _t("Exposure %s, no credit limit", this.money(this.data.total));
        }
        return _t(
            "Exposure %(exposure)s of a limit of %(limit)s, %(available)s available",
            {
                exposure: this.money(this.data.total),
                limit: this.money(this.data.limit),
                available: this.money(this.data.available),
            }
        );
    }

    async open(key) {
        const resId = this.props.record.resId;
        const action = await this.orm.call("res.partner", "ar_action_exposure", [[resId], key]);
        return this.action.doAction(action);
    }
}

registry.category("fields").add("ar_exposure_bar", {
    component: ExposureBar,
    displayName: _t("Exposure against the limit"),
    supportedTypes: ["json"],
});
