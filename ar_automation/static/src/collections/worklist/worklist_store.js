import { markRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { describeError } from "../../reporting/report_loader";

const MODEL = "ar.worklist";
export const PAGE = 100;

/** The customers of the day, the one that is worked on, and what is done about it. */
export class WorklistStore {
    /**
     * @param {{ orm: Object, notify: (message: string, type: string) => void, companyId: number,
     *  whose?: string | number }} services
     */
    constructor({ orm, notify, companyId, whose = "mine" }) {
        this.orm = orm;
        this.notify = notify;
        this.companyId = companyId;
        this.whose = whose;
        this.text = "";
        this.limit = PAGE;
        this.list = null;
        this.partnerId = null;
        this.detail = null;
        this.detailError = null;
        this.chosen = [];
        this.cursor = 0;
        this.place = 0;
        this.error = null;
        this.isLoading = false;
        this.lastList = markRaw(new KeepLast());
        this.lastDetail = markRaw(new KeepLast());
    }

    get rows() {
        return this.list?.rows || [];
    }

    get row() {
        return this.rows.find((row) => row.partner_id === this.partnerId) || null;
    }

    get items() {
        return this.detail?.items || [];
    }

    // --- loading ---

    /** Loads the list; the customer on the screen stays, else the first one comes up. */
    async load() {
        this.isLoading = true;
        this.error = null;
        try {
            const list = await this.lastList.add(
                this.call("ar_get_list", [], { whose: this.whose, text: this.text, limit: this.limit })
            );
            this.list = markRaw(list);
        } catch (error) {
            this.error = describeError(error);
        }
        this.isLoading = false;
        if (!this.error && !this.row) {
            await this.select(this.rows[0]?.partner_id ?? null);
        }
    }

    loadMore() {
        this.limit += PAGE;
        return this.load();
    }

    show(whose) {
        Object.assign(this, { whose, limit: PAGE });
        return this.load();
    }

    search(text) {
        Object.assign(this, { text, limit: PAGE });
        return this.load();
    }

    /** Makes a customer the current one. */
    select(partnerId) {
        const place = this.rows.findIndex((row) => row.partner_id === partnerId);
        Object.assign(this, { partnerId, place, detail: null, chosen: [], cursor: 0 });
        return this.loadDetail();
    }

    /** From a customer who sank because of what was done, it goes on where they stood. */
    step(by) {
        const at = this.rows.findIndex((row) => row.partner_id === this.partnerId);
        const from = at === this.place ? at : this.place - (by > 0 ? 1 : 0);
        const to = Math.min(Math.max(from + by, 0), this.rows.length - 1);
        if (this.rows[to] && to !== at) {
            return this.select(this.rows[to].partner_id);
        }
    }

    async loadDetail() {
        this.detailError = null;
        if (!this.partnerId) {
            return;
        }
        try {
            const detail = await this.lastDetail.add(this.call("ar_get_customer", [this.partnerId]));
            this.detail = markRaw(detail);
        } catch (error) {
            this.detailError = describeError(error);
        }
    }

    /** Shows anew what an act may have changed: the list, and the customer in it. */
    async refresh() {
        await Promise.all([this.load(), this.loadDetail()]);
    }

    // --- choosing items ---

    isChosen(item) {
        return this.chosen.includes(item.id);
    }

    toggle(item) {
        this.cursor = this.items.indexOf(item);
        this.chosen = this.isChosen(item)
            ? this.chosen.filter((id) => id !== item.id)
            : [...this.chosen, item.id];
    }

    toggleAll() {
        const all = this.items.filter((item) => item.open > 0).map((item) => item.id);
        this.chosen = this.chosen.length === all.length ? [] : all;
    }

    moveCursor(by) {
        this.cursor = Math.min(Math.max(this.cursor + by, 0), Math.max(this.items.length - 1, 0));
    }

    // --- acting ---

    /** Logs a call and goes on to the next customer. */
    async logCall(outcome) {
        const partnerId = this.partnerId;
        const at = this.rows.findIndex((row) => row.partner_id === partnerId);
        const next = this.rows[at + 1]?.partner_id ?? partnerId;
        const said = await this.act("ar_log_call", [partnerId, outcome, this.chosen]);
        if (said.isDone) {
            this.notify(said.answer, "success");
            await this.load();
            await this.select(this.rows.some((row) => row.partner_id === next) ? next : partnerId);
        }
    }

    async note(text) {
        const { isDone } = await this.act("ar_note", [this.partnerId, text]);
        if (isDone) {
            await this.loadDetail();
        }
        return isDone;
    }

    async planAction(date) {
        const { isDone } = await this.act("ar_plan_action", [this.partnerId, date]);
        if (isDone) {
            await this.refresh();
        }
        return isDone;
    }

    /** The dialog in which something is done about the chosen items; null where it is refused. */
    async ask(method, args = []) {
        const { answer } = await this.act(method, [this.partnerId, ...args, this.chosen]);
        return answer ?? null;
    }

    refuse() {
        this.notify(_t("You may look at the worklist, not work it. Ask for the role Collector."), "warning");
    }

    async act(method, args) {
        if (!this.list?.can_act) {
            this.refuse();
            return { isDone: false };
        }
        try {
            return { isDone: true, answer: await this.call(method, args) };
        } catch (error) {
            this.notify(describeError(error), "danger");
            return { isDone: false };
        }
    }

    call(method, args, kwargs = {}) {
        return this.orm.call(MODEL, method, args, { company_id: this.companyId, ...kwargs });
    }
}
