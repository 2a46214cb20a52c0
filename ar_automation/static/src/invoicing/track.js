import { Component } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = {
    done: "fa-check-circle text-success",
    current: "fa-dot-circle-o text-primary",
    ahead: "fa-circle-o text-muted",
    missed: "fa-circle-o text-muted",
};
// Where the way stands because of a trouble, it is shown as one.
const TROUBLES = ["held", "reminded", "disputed"];

/**
 * The way of an order or invoice to the money: its stages with their dates, in a row that
 * becomes a column on a phone.
 */
export class Track extends Component {
    static template = "ar_automation.Track";
    static props = { ...standardFieldProps };

    get steps() {
        return (this.props.record.data[this.props.name] || []).map((step) => ({
            ...step,
            icon: this.icon(step),
            date: step.at ? formatDate(deserializeDate(step.at)) : "",
            took: this.took(step),
            title: this.title(step),
        }));
    }

    icon(step) {
        if (step.state === "current" && TROUBLES.includes(step.stage)) {
            return "fa-exclamation-circle text-danger";
        }
        if (step.state === "current" && ["paid", "credited"].includes(step.stage)) {
            return ICONS.done;
        }
        return ICONS[step.state];
    }

    took(step) {
        const isWorthTelling = step.days && step.state !== "ahead";
        if (!isWorthTelling) {
            return "";
        }
        return step.days === 1 ? _t("1 day") : _t("%s days", step.days);
    }

    title(step) {
        return {
            done: step.days ? _t("It took that long until the next stage.") : "",
            current: _t("Here it stands now."),
            ahead: step.at ? _t("Planned") : _t("Not yet"),
            missed: _t("Nothing is known of this stage."),
        }[step.state];
    }
}

registry.category("fields").add("ar_track", {
    component: Track,
    displayName: _t("Stages with dates"),
    supportedTypes: ["json"],
});
