import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { shallowEqual } from "@web/core/utils/objects";
import { normalize } from "@web/core/l10n/utils";
import { useVirtualGrid } from "@web/core/virtual_grid_hook";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ReportError } from "../report_error";
import { useReportLoader } from "../report_loader";

export const ROW_HEIGHT = 37;
const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/**
 * Chooses and orders the rows of the aging.
 *
 * @param {Object[]} rows
 * @param {{ text: string, sortKey: string, descending: boolean }} choice
 */
export function arrangeRows(rows, { text, sortKey, descending }) {
    const wanted = normalize(text.trim());
    const found = wanted
        ? rows.filter((row) => normalize(row.partner_name).includes(wanted))
        : [...rows];
    const sign = descending ? -1 : 1;
    return found.sort((a, b) =>
        sortKey === "partner_name"
            ? sign * collator.compare(a.partner_name, b.partner_name)
            : sign * (a[sortKey] - b[sortKey]) || collator.compare(a.partner_name, b.partner_name)
    );
}

/** Receivables per customer as of any date; every figure opens the items behind it. */
export class AgingAction extends Component {
    static template = "ar_automation.Aging";
    static components = { DateTimeInput, Layout, ReportError };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.rootRef = useRef("root");
        const saved = this.props.state?.aging || {};
        this.state = useState({
            date: saved.date || this.props.action.params?.date || serializeDate(today()),
            text: saved.text || "",
            sortKey: saved.sortKey || "total",
            descending: saved.descending ?? true,
        });
        this.report = useReportLoader((date) =>
            this.orm.call("ar.aging", "ar_get_report", [user.activeCompany.id, date])
        );
        this.arranged = { choice: [], rows: [] };
        useSetupAction({ getLocalState: () => ({ aging: { ...this.state } }) });
        this.grid = useVirtualGrid({ scrollableRef: this.rootRef, bufferCoef: 0.5 });
        useEffect(
            (count) => this.grid.setRowsHeights(new Array(count).fill(ROW_HEIGHT)),
            () => [this.rows.length]
        );
        onWillStart(() => this.load());
    }

    get columns() {
        return [{ key: "total", label: _t("Total") }, ...this.report.data.buckets];
    }

    /** The chosen rows in their order; scrolling asks often, so the answer is kept. */
    get rows() {
        const { text, sortKey, descending } = this.state;
        const choice = [this.report.data, text, sortKey, descending];
        if (!shallowEqual(choice, this.arranged.choice)) {
            const rows = this.report.data?.rows || [];
            this.arranged = { choice, rows: arrangeRows(rows, { text, sortKey, descending }) };
        }
        return this.arranged.rows;
    }

    /** The slice of rows that is on the screen, and the height of what is above and below. */
    get visible() {
        const rows = this.rows;
        const [first = 0, last = Math.min(rows.length, 60) - 1] = this.grid.rowsIndexes || [];
        return {
            rows: rows.slice(first, last + 1),
            above: first * ROW_HEIGHT,
            below: Math.max(rows.length - last - 1, 0) * ROW_HEIGHT,
            first,
            count: rows.length,
        };
    }

    get totals() {
        const rows = this.rows;
        if (rows.length === this.report.data.rows.length) {
            return this.report.data.totals;
        }
        return Object.fromEntries(
            this.columns.map(({ key }) => [key, rows.reduce((sum, row) => sum + row[key], 0)])
        );
    }

    get isFiltered() {
        return Boolean(this.state.text.trim());
    }

    get dateValue() {
        return deserializeDate(this.state.date);
    }

    load() {
        return this.report.load(this.state.date);
    }

    onDateChange(value) {
        if (value) {
            this.state.date = serializeDate(value);
            this.load();
        }
    }

    onSearch(ev) {
        this.state.text = ev.target.value;
        if (this.rootRef.el) {
            this.rootRef.el.scrollTop = 0;
        }
    }

    sortBy(key) {
        const isSame = this.state.sortKey === key;
        this.state.descending = isSame ? !this.state.descending : key !== "partner_name";
        this.state.sortKey = key;
    }

    ariaSort(key) {
        if (this.state.sortKey !== key) {
            return "none";
        }
        return this.state.descending ? "descending" : "ascending";
    }

    format(value) {
        return formatMonetary(value, { currencyId: this.report.data.currency_id });
    }

    cellClass(key, value) {
        if (value < 0) {
            return "text-muted";
        }
        return key === "91_120" || key === "120_plus" ? "o_ar_late" : "text-reset";
    }

    async openItems(key, row) {
        const { company_id, date } = this.report.data;
        const bucket = key === "total" ? null : key;
        const choice = row ? { partner_id: row.partner_id, bucket } : { bucket };
        const action = await this.orm.call("ar.aging", "ar_action_open_items", [company_id, date], choice);
        this.action.doAction(action);
    }

    openCustomer(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: row.partner_id,
            views: [[false, "form"]],
        });
    }

    exportXlsx() {
        const { company_id, date } = this.report.data;
        return download({ url: "/ar_automation/aging/xlsx", data: { company_id, date } });
    }
}

registry.category("actions").add("ar_automation.aging", AgingAction);
