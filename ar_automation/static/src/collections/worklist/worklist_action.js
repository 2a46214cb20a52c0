import { Component, onWillStart, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { formatDateTime, formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { readStroke } from "../../cash_application/workbench/keys";
import { KeysDialog } from "../../cash_application/workbench/keys_dialog";
import { ReportError } from "../../reporting/report_error";
import { AskDialog, OutcomeDialog } from "./worklist_dialogs";
import { ACTING_NAMES, WORKLIST_KEYS, WORKLIST_NAMES } from "./worklist_keys";
import { WorklistStore } from "./worklist_store";

const TYPING = 250;
const COLLECTOR = "ar_automation.ar_automation_group_collector";
const ICONS = {
    contact: "fa-phone",
    reminder: "fa-bell-o",
    promise: "fa-handshake-o",
    reply: "fa-reply",
    note: "fa-sticky-note-o",
};

/** Whom to call first, with everything at hand. */
export class WorklistAction extends Component {
    static template = "ar_automation.Worklist";
    static components = { Layout, ReportError };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.ui = useService("ui");
        const notification = useService("notification");
        this.rootRef = useRef("root");
        const saved = this.props.state?.worklist || {};
        const asked = saved.whose ?? this.props.action.params?.whose;
        this.store = useState(
            new WorklistStore({
                orm: useService("orm"),
                notify: (message, type) => notification.add(message, { type }),
                companyId: user.activeCompany.id,
                whose: asked ?? "mine",
            })
        );
        this.onSearch = useDebounced((text) => this.store.search(text), TYPING);
        useSetupAction({
            getLocalState: () => ({
                worklist: { whose: this.store.whose, partnerId: this.store.partnerId },
            }),
        });
        useEffect(
            () => {
                const row = this.rootRef.el?.querySelector(".o_ar_row.o_ar_current");
                row?.scrollIntoView({ block: "nearest" });
            },
            () => [this.store.partnerId]
        );
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev), { capture: true });
        onWillStart(async () => {
            // who only looks has no customers
            if (asked === undefined && !(await user.hasGroup(COLLECTOR))) {
                this.store.whose = "all";
            }
            await this.store.load();
            if (saved.partnerId && this.store.rows.some((row) => row.partner_id === saved.partnerId)) {
                await this.store.select(saved.partnerId);
            }
        });
    }

    // --- what is shown ---

    /** The rows with the name of each band in front of its first one. */
    get rows() {
        const names = this.bandNames;
        return this.store.rows.map((row, at) => ({
            ...row,
            heading: row.band !== this.store.rows[at - 1]?.band ? names[row.band] : "",
        }));
    }

    get bandNames() {
        return {
            due: _t("Next action due"),
            open: _t("To act on"),
            later: _t("Waiting for a later day"),
            paused: _t("Left in peace"),
        };
    }

    get choices() {
        return [
            { key: "mine", label: _t("My customers") },
            { key: "all", label: _t("All customers") },
            { key: "nobody", label: _t("Nobody's customers") },
            ...this.store.list.collectors.map(({ id, name }) => ({ key: String(id), label: name })),
        ];
    }

    get canAct() {
        return Boolean(this.store.list?.can_act);
    }

    /** The keys that do something for this user. */
    get keys() {
        return WORKLIST_KEYS.filter((stroke) => this.canAct || !stroke.acts);
    }

    get whoseKey() {
        return String(this.store.whose);
    }

    /** How much of the day is done, in per cent of what was planned. */
    get share() {
        const { done, planned } = this.store.list.progress;
        return planned ? Math.round((100 * done) / planned) : 0;
    }

    get chosenAmount() {
        const chosen = this.store.items.filter((item) => this.store.isChosen(item));
        if (new Set(chosen.map((item) => item.currency_id)).size !== 1) {
            return "";
        }
        const sum = chosen.reduce((total, item) => total + item.open, 0);
        return this.money(sum, chosen[0].currency_id);
    }

    collectorName(id) {
        return this.store.list.collectors.find((collector) => collector.id === id)?.name || "";
    }

    icon(kind) {
        return ICONS[kind];
    }

    money(value, currencyId = this.store.list.currency_id) {
        return formatMonetary(value, { currencyId });
    }

    day(value) {
        return value ? formatDate(deserializeDate(value)) : "";
    }

    moment(value) {
        return formatDateTime(deserializeDateTime(value), { showSeconds: false });
    }

    count(value) {
        return formatInteger(value || 0);
    }

    onWhose(key) {
        this.store.show(Number(key) || key);
    }

    // --- keys ---

    onKeydown(ev) {
        // a dialog or a menu that is open has the keys
        if (this.ui.activeElement !== document || ev.target.closest?.(".o_popover, .o-dropdown--menu")) {
            return;
        }
        const name = readStroke(ev, WORKLIST_NAMES);
        if (name && (this.store.row || ["search", "leave", "help"].includes(name))) {
            ev.preventDefault();
            ev.stopPropagation();
            if (this.canAct || !ACTING_NAMES.has(name)) {
                this.strokes[name]();
            } else {
                this.store.refuse();
            }
        }
    }

    get strokes() {
        const { store } = this;
        return {
            next: () => store.step(1),
            previous: () => store.step(-1),
            call: () => this.call(),
            promise: () => this.open("ar_open_promise"),
            instalments: () => this.open("ar_open_plan"),
            mail: () => this.open("ar_open_mail"),
            hold: () => this.open("ar_open_hold"),
            dispute: () => this.open("ar_open_dispute"),
            note: () => this.note(),
            plan: () => this.plan(),
            nextItem: () => store.moveCursor(1),
            previousItem: () => store.moveCursor(-1),
            toggleItem: () => store.items[store.cursor] && store.toggle(store.items[store.cursor]),
            search: () => this.rootRef.el.querySelector(".o_ar_search").focus(),
            leave: () => this.leave(),
            help: () => this.dialog.add(KeysDialog, { strokes: this.keys }),
        };
    }

    leave() {
        if (this.rootRef.el.contains(document.activeElement)) {
            document.activeElement.blur();
        } else {
            this.store.chosen = [];
        }
    }

    // --- acting ---

    call() {
        this.dialog.add(OutcomeDialog, {
            customer: this.store.row.name,
            outcomes: this.store.list.outcomes,
            onChoose: (outcome) => this.choose(outcome),
        });
    }

    /** What ends with the call is logged; a promise or a hold asks for its day first. */
    choose(outcome) {
        if (["promise", "hold"].includes(outcome.next_step)) {
            return this.open("ar_open_outcome", [outcome.code]);
        }
        return this.store.logCall(outcome.code);
    }

    async open(method, args) {
        const action = await this.store.ask(method, args);
        if (action) {
            await this.action.doAction(action, { onClose: () => this.store.refresh() });
        }
    }

    note() {
        this.dialog.add(AskDialog, {
            kind: "text",
            title: _t("Note on %s", this.store.row.name),
            label: _t("Note"),
            onConfirm: (text) => this.store.note(text),
        });
    }

    plan() {
        this.dialog.add(AskDialog, {
            kind: "date",
            title: _t("Next action for %s", this.store.row.name),
            label: _t("On"),
            value: this.store.row.next_action || this.store.list.date,
            onConfirm: (date) => this.store.planAction(date),
        });
    }

    openCustomer() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: this.store.partnerId,
            views: [[false, "form"]],
        });
    }

    openInvoice(item) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.move",
            res_id: item.move_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("ar_automation.worklist", WorklistAction);
