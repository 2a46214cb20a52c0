import { Component, onWillStart } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { Layout } from "@web/search/layout";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ReportError } from "../report_error";
import { useReportLoader } from "../report_loader";
import { Chart } from "./chart";
import { agingChart, historyChart } from "./chart_configs";

/** How receivables stand today; every figure opens the records behind it. */
export class DashboardAction extends Component {
    static template = "ar_automation.Dashboard";
    static components = { Chart, Layout, ReportError };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.report = useReportLoader(() => this.fetchData());
        onWillStart(() => this.report.load());
    }

    async fetchData() {
        const data = await this.orm.call("ar.dashboard", "ar_get_dashboard", [user.activeCompany.id]);
        const currencyId = data.company.currency_id;
        this.agingConfig = agingChart(data.aging, currencyId);
        this.historyConfig = historyChart(data.history, currencyId);
        return data;
    }

    get asOf() {
        return formatDate(deserializeDate(this.report.data.date));
    }

    get currencyId() {
        return this.report.data.company.currency_id;
    }

    formatMoney(value) {
        return formatMonetary(value, { currencyId: this.currencyId });
    }

    formatTile({ value, format }) {
        switch (format) {
            case "monetary":
                return Math.abs(value) >= 1e7
                    ? formatMonetary(value, { currencyId: this.currencyId, humanReadable: true })
                    : this.formatMoney(value);
            case "percentage":
                return `${formatFloat(value * 100, { digits: [16, 1] })} %`;
            case "integer":
                return formatInteger(value);
            case "days":
                return _t("%s days", formatFloat(value, { digits: [16, 1] }));
        }
        return value;
    }

    openTile(tile) {
        if (tile.action) {
            this.action.doAction(tile.action);
        }
    }

    async openItems(choice) {
        const { company, date } = this.report.data;
        const action = await this.orm.call("ar.aging", "ar_action_open_items", [company.id, date], choice);
        this.action.doAction(action);
    }

    openBucket(index) {
        return this.openItems({ bucket: this.report.data.aging[index].key });
    }

    async openMonth(index) {
        const { company, history } = this.report.data;
        const args = [company.id, history[index].date];
        this.action.doAction(await this.orm.call("ar.dashboard", "ar_action_invoices_of_month", args));
    }

    openCustomer(customer) {
        return this.openItems({ partner_id: customer.partner_id, bucket: "overdue" });
    }

    openAging() {
        this.action.doAction("ar_automation.ar_aging_action");
    }

    openInvoices() {
        this.action.doAction("account.action_move_out_invoice_type");
    }
}

registry.category("actions").add("ar_automation.dashboard", DashboardAction);
