import { Component, onWillStart, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useVirtualGrid } from "@web/core/virtual_grid_hook";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ReportError } from "../../reporting/report_error";
import { describeError } from "../../reporting/report_loader";
import { AlikeDialog } from "./alike_dialog";
import { ChooseDialog } from "./choose_dialog";
import { WriteOffDialog } from "./write_off_dialog";
import { readStroke } from "./keys";
import { KeysDialog } from "./keys_dialog";
import { WorkbenchStore } from "./workbench_store";

export const LINE_HEIGHT = 68;
// The next page is fetched when so few payments are left below.
const AHEAD = 20;
const TYPING = 250;
const ACCOUNT_KEY = "ar_automation.write_off_account";

/** Payments to match: one after the other, by keyboard or mouse. */
export class WorkbenchAction extends Component {
    static template = "ar_automation.Workbench";
    static components = { Layout, ReportError };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.ui = useService("ui");
        const notification = useService("notification");
        this.rootRef = useRef("root");
        this.listRef = useRef("list");
        const params = this.props.action.params || {};
        const saved = this.props.state?.workbench || {};
        this.store = useState(
            new WorkbenchStore({
                orm: useService("orm"),
                notify: (message, type) => notification.add(message, { type }),
                companyId: params.company_id || user.activeCompany.id,
                filters: saved.filters || this.readFilters(params),
            })
        );
        this.onSearch = useDebounced((text) => this.store.setFilter("text", text), TYPING);
        this.onItemSearch = useDebounced((text) => this.store.searchItems(text), TYPING);
        useSetupAction({
            getLocalState: () => ({
                workbench: { filters: { ...this.store.filters }, lineId: this.store.lineId },
            }),
        });
        this.grid = useVirtualGrid({ scrollableRef: this.listRef, bufferCoef: 1, onChange: () => this.onScroll() });
        useEffect(
            (count) => {
                this.grid.setRowsHeights(new Array(count).fill(LINE_HEIGHT));
            },
            () => [this.store.lines.length]
        );
        useEffect(
            () => {
                this.showCurrent();
            },
            () => [this.store.lineId]
        );
        useEffect(
            () => {
                const row = this.rootRef.el?.querySelector(".o_ar_item_current");
                if (this.store.cursor) {
                    row?.scrollIntoView({ block: "nearest" });
                }
            },
            () => [this.store.cursor, this.store.detail]
        );
        useEffect(
            (isSplit) => {
                if (isSplit) {
                    this.focus(".o_ar_item_amount");
                }
            },
            () => [this.store.isSplit]
        );
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev), { capture: true });
        onWillStart(() => this.store.load(saved.lineId || params.line_id || null));
    }

    // --- what is shown ---

    /** The payments that are on the screen, and the height of what is above and below. */
    get visible() {
        const { lines } = this.store;
        const [first = 0, last = Math.min(lines.length, 30) - 1] = this.grid.rowsIndexes || [];
        return {
            lines: lines.slice(first, last + 1),
            above: first * LINE_HEIGHT,
            below: Math.max(lines.length - last - 1, 0) * LINE_HEIGHT,
        };
    }

    /** What Enter does now, in words. */
    get acceptLabel() {
        const { chosen, rest, proposal } = this.store;
        if (!chosen.length) {
            return proposal ? _t("Accept") : _t("Nothing to accept");
        }
        if (rest.left > 0) {
            return _t("Settle, %s on account", this.money(rest.left));
        }
        return rest.open ? _t("Settle, %s stays open", this.money(rest.open)) : _t("Settle");
    }

    get filters() {
        const { states, reasons, ages } = this.store.choices;
        return [
            { name: "state", label: _t("Proposal"), all: _t("With and without proposal"), choices: states },
            { name: "reason", label: _t("Reason for being left"), all: _t("Every reason"), choices: reasons },
            { name: "age", label: _t("Age"), all: _t("Every age"), choices: ages },
        ];
    }

    readFilters({ journal_id, direction }) {
        return { ...(journal_id && { journal_id }), ...(direction && { direction }) };
    }

    get isOut() {
        return this.store.filters.direction === "out";
    }

    get isFiltered() {
        return Object.values(this.store.filters).some(Boolean);
    }

    money(value, currencyId = this.store.line?.currency_id) {
        return formatMonetary(value, { currencyId });
    }

    day(value) {
        return formatDate(deserializeDate(value));
    }

    percent(value) {
        return `${Math.floor(value * 100)} %`;
    }

    count(value) {
        return formatInteger(value);
    }

    surety(confidence) {
        if (confidence >= 0.9) {
            return "text-bg-success";
        }
        return confidence >= 0.5 ? "text-bg-info" : "text-bg-secondary";
    }

    isLate(item) {
        return deserializeDate(item.due) < luxon.DateTime.local().startOf("day");
    }

    /** Scrolls so that the current payment can be seen. */
    showCurrent() {
        const list = this.listRef.el;
        const at = this.store.lines.findIndex(({ id }) => id === this.store.lineId);
        if (!list || at < 0) {
            return;
        }
        const top = at * LINE_HEIGHT;
        if (top < list.scrollTop) {
            list.scrollTop = top;
        } else if (top + LINE_HEIGHT > list.scrollTop + list.clientHeight) {
            list.scrollTop = top + LINE_HEIGHT - list.clientHeight;
        }
        if (at > this.store.lines.length - AHEAD) {
            this.store.loadMore();
        }
    }

    onScroll() {
        this.render();
        const last = this.grid.rowsIndexes?.[1] ?? 0;
        if (last > this.store.lines.length - AHEAD) {
            this.store.loadMore();
        }
    }

    // --- keys ---

    onKeydown(ev) {
        // a dialog or a menu that is open has the keys
        if (this.ui.activeElement !== document || ev.target.closest?.(".o_popover, .o-dropdown--menu")) {
            return;
        }
        const name = readStroke(ev);
        if (name && this.isReady(name)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.strokes[name](ev);
        }
    }

    /** Without a payment only finding one, undoing and help make sense. */
    isReady(name) {
        return Boolean(this.store.line) || ["undo", "filter", "search", "leave", "help"].includes(name);
    }

    get strokes() {
        const { store } = this;
        return {
            next: () => store.step(1),
            previous: () => store.step(-1),
            accept: () => store.accept(),
            pick: (ev) => store.pick(Number(ev.key)),
            nextItem: () => store.moveCursor(1),
            previousItem: () => store.moveCursor(-1),
            toggleItem: () => store.items[store.cursor] && store.toggle(store.items[store.cursor]),
            searchItems: () => this.focus(".o_ar_item_search"),
            split: () => this.split(),
            writeOff: () => this.writeOff(),
            onAccount: () => this.putOnAccount(),
            assignPayer: () => this.assignPayer(),
            createRule: () => this.createRule(),
            acceptAlike: () => this.acceptAlike(),
            undo: () => store.undo(),
            filter: () => this.focus(".o_ar_filters select"),
            search: () => this.focus(".o_ar_line_search"),
            leave: () => this.leave(),
            help: () => this.dialog.add(KeysDialog, {}),
        };
    }

    focus(selector) {
        const field = this.rootRef.el.querySelector(selector);
        field?.focus();
        field?.select?.();
    }

    leave() {
        if (this.rootRef.el.contains(document.activeElement)) {
            document.activeElement.blur();
        } else {
            this.store.drop();
        }
    }

    /** In the search of items, Enter and the arrows go on to what was found. */
    onItemSearchKeydown(ev) {
        if (["Enter", "ArrowDown"].includes(ev.key)) {
            ev.preventDefault();
            ev.target.blur();
        }
    }

    onAmountKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            const fields = [...this.rootRef.el.querySelectorAll(".o_ar_item_amount")];
            const next = fields[fields.indexOf(ev.target) + 1];
            ev.target.blur();
            next?.focus();
            next?.select();
        }
    }

    // --- decisions that ask for something first ---

    split() {
        if (this.store.isSplit) {
            this.focus(".o_ar_item_amount");
        } else if (!this.store.split()) {
            this.store.notify(_t("Choose the open items first, with x or the mouse."), "info");
        }
    }

    onAmount(item, ev) {
        try {
            this.store.setAmount(item, parseFloat(ev.target.value));
        } catch {
            ev.target.value = this.store.amounts[item.id] || 0;
        }
    }

    writeOff() {
        const { store } = this;
        const key = `${ACCOUNT_KEY}.${store.companyId}`;
        store.takeProposal();
        const { left, open } = store.rest;
        const amount = this.money(Math.abs(store.isSplit || left ? left : open));
        this.dialog.add(WriteOffDialog, {
            message: store.chosen.length
                ? _t("The rest of %s is written off, the chosen items are settled.", amount)
                : _t("The whole payment of %s is written off; it settles nothing.", amount),
            companyId: store.companyId,
            accountId: Number(browser.localStorage.getItem(key)) || false,
            onConfirm: (writeOff) => {
                browser.localStorage.setItem(key, writeOff.account_id);
                store.settle("write_off", writeOff);
            },
        });
    }

    putOnAccount() {
        const { store } = this;
        const { line } = store;
        if (store.chosen.length || line.partner) {
            return store.settle("on_account");
        }
        this.askPayer(_t("Put on account"), (partnerId) =>
            store.decide("ar_settle", [line.id, [], "on_account"], { partner_id: partnerId })
        );
    }

    assignPayer() {
        this.askPayer(_t("Save"), (partnerId) => this.store.assignPayer(partnerId));
    }

    askPayer(confirmLabel, onConfirm) {
        const { line, proposal } = this.store;
        this.dialog.add(ChooseDialog, {
            title: line.amount < 0 ? _t("Who got the money?") : _t("Who paid?"),
            message: [line.payer, line.text].filter(Boolean).join(" – "),
            label: _t("Customer"),
            resModel: "res.partner",
            domain: [["parent_id", "=", false]],
            resId: line.partner?.[0] || proposal?.partner_id || false,
            confirmLabel,
            onConfirm,
        });
    }

    async createRule() {
        const { store } = this;
        try {
            const action = await store.orm.call(
                "account.bank.statement.line",
                "action_ar_create_rule",
                [[store.lineId]]
            );
            await this.action.doAction(action, { onClose: () => store.loadDetail() });
        } catch (error) {
            store.notify(describeError(error), "danger");
        }
    }

    async acceptAlike() {
        const { store } = this;
        try {
            const similar = await store.getSimilar();
            this.dialog.add(AlikeDialog, {
                similar,
                acceptMany: (ids, onProgress) => store.acceptMany(ids, onProgress),
            });
        } catch (error) {
            store.notify(describeError(error), "warning");
        }
    }

    async openLine() {
        const action = await this.store.orm.call(
            "account.bank.statement.line",
            "action_ar_open_payment",
            [[this.store.lineId]]
        );
        this.action.doAction(action);
    }
}

registry.category("actions").add("ar_automation.workbench", WorkbenchAction);
