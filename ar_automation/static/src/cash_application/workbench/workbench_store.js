import { markRaw } from "@odoo/owl";
import { getCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { KeepLast, Mutex } from "@web/core/utils/concurrency";
import { describeError } from "../../reporting/report_loader";
import { allocate, balance } from "./allocation";
import { insertLine, removeLine, stepFrom } from "./payment_list";

const MODEL = "ar.workbench";
const BULK = 40;
// So many payments a page of the server has.
const PAGE = 80;

/**
 * What the workbench knows and does, apart from how it looks: the payments that wait, the
 * current one with its proposals and open items, what was chosen, and what can be undone.
 *
 * A decision takes its payment off the list at once and the next one comes up, while the server
 * books; if it refuses, the payment comes back with the reason. Decisions reach the server one
 * after the other, in their order.
 */
export class WorkbenchStore {
    /**
     * @param {{ orm: Object, notify: (message: string, type: string) => void, companyId: number,
     *  filters?: Object }} services
     */
    constructor({ orm, notify, companyId, filters = {} }) {
        this.orm = orm;
        this.notify = notify;
        this.companyId = companyId;
        this.filters = filters;
        this.choices = null;
        this.lines = [];
        this.total = 0;
        this.hasMore = true;
        this.lineId = null;
        this.detail = null;
        this.detailError = null;
        this.pickedId = null;
        this.isNone = false;
        this.chosen = [];
        this.amounts = {};
        this.isSplit = false;
        this.itemText = "";
        this.cursor = 0;
        this.undoable = [];
        this.pending = 0;
        this.error = null;
        this.isLoading = false;
        this.mutex = markRaw(new Mutex());
        this.lastPage = markRaw(new KeepLast());
        this.lastDetail = markRaw(new KeepLast());
    }

    // --- what is shown ---

    get line() {
        return this.lines.find((line) => line.id === this.lineId) || null;
    }

    /** The proposal that Enter accepts: what was picked, else the best. */
    get proposal() {
        const proposals = this.isNone ? [] : this.detail?.proposals || [];
        return proposals.find(({ id }) => id === this.pickedId) || proposals[0] || null;
    }

    /** Open items in the order of the screen, those that were chosen first. */
    get items() {
        const found = (this.detail?.items || []).filter((item) => !this.isChosen(item));
        return [...this.chosen, ...found];
    }

    get digits() {
        return getCurrency(this.line?.currency_id)?.digits[1] ?? 2;
    }

    /** What is left of the payment, and what stays open of the chosen items; both above zero
     *  also where the money went out. */
    get rest() {
        const amount = this.line?.amount || 0;
        const { left, open } = balance(amount, this.chosen, this.amounts, this.digits);
        return amount < 0 ? { left: -left || 0, open: -open || 0 } : { left, open };
    }

    isChosen(item) {
        return this.chosen.some(({ id }) => id === item.id);
    }

    // --- loading ---

    /** Loads the first page, and what there is to choose from. */
    async load(lineId = null) {
        this.isLoading = true;
        this.error = null;
        // what is being booked would be counted still
        await this.mutex.getUnlockedDef();
        try {
            const [choices, page] = await this.lastPage.add(
                Promise.all([
                    this.call("ar_get_choices", [this.companyId, this.filters.direction || null]),
                    this.call("ar_get_lines", [this.companyId, this.filters]),
                ])
            );
            Object.assign(this, { choices, lines: page.lines, total: page.total });
            this.hasMore = page.lines.length === PAGE;
            await this.select(lineId || page.lines[0]?.id || null);
        } catch (error) {
            this.error = describeError(error);
        }
        this.isLoading = false;
    }

    /** Loads the page behind the last payment, where there is one. */
    async loadMore() {
        if (!this.hasMore || this.isLoading) {
            return;
        }
        this.isLoading = true;
        const last = this.lines.at(-1);
        const after = last ? [last.date, last.id] : null;
        try {
            const page = await this.lastPage.add(
                this.call("ar_get_lines", [this.companyId, this.filters, after])
            );
            const known = new Set(this.lines.map(({ id }) => id));
            this.lines = [...this.lines, ...page.lines.filter(({ id }) => !known.has(id))];
            this.hasMore = page.lines.length === PAGE;
        } catch (error) {
            this.notify(describeError(error), "danger");
        }
        this.isLoading = false;
        if (!this.lineId && this.lines.length) {
            await this.select(this.lines[0].id);
        }
    }

    setFilter(key, value) {
        // reasons, ages and amounts of money in say nothing of money out
        const { journal_id } = this.filters;
        const kept = key === "direction" ? { journal_id } : this.filters;
        this.filters = { ...kept, [key]: value };
        return this.load();
    }

    /** Makes a payment the current one. */
    select(lineId) {
        this.lineId = lineId;
        this.drop();
        this.detail = null;
        this.itemText = "";
        return this.loadDetail();
    }

    step(by) {
        const id = stepFrom(this.lines, this.lineId, by);
        return id === this.lineId ? undefined : this.select(id);
    }

    /** Loads proposals and open items of the current payment. */
    async loadDetail() {
        this.detailError = null;
        const lineId = this.lineId;
        if (!lineId) {
            return;
        }
        try {
            const detail = await this.lastDetail.add(
                this.call("ar_get_line", [lineId], { text: this.itemText })
            );
            this.detail = markRaw(detail);
            this.cursor = 0;
            if (!this.line) {
                this.lines = insertLine(this.lines, detail.line);
            }
        } catch (error) {
            this.detailError = describeError(error);
        }
    }

    searchItems(text) {
        this.itemText = text;
        return this.loadDetail();
    }

    // --- choosing ---

    /** Chooses a proposal by its number; 0 chooses none of them. */
    pick(number) {
        const pickedId = this.detail?.proposals[number - 1]?.id ?? this.pickedId;
        this.drop();
        Object.assign(this, { pickedId, isNone: number === 0 });
    }

    moveCursor(by) {
        this.cursor = Math.min(Math.max(this.cursor + by, 0), Math.max(this.items.length - 1, 0));
    }

    toggle(item) {
        const at = this.items.findIndex(({ id }) => id === item.id);
        this.chosen = this.isChosen(item)
            ? this.chosen.filter(({ id }) => id !== item.id)
            : [...this.chosen, { ...item, digits: getCurrency(item.currency_id)?.digits[1] ?? 2 }];
        this.amounts = allocate(this.line.amount, this.chosen, this.digits);
        // the cursor stays with its item, or goes on to the next one that is free
        const now = this.items.findIndex(({ id }) => id === item.id);
        this.cursor = this.isChosen(item) ? Math.min(Math.max(at + 1, now + 1), this.items.length - 1) : now;
    }

    setAmount(item, amount) {
        this.amounts = { ...this.amounts, [item.id]: amount };
    }

    /** Chooses the items of the proposal where none were chosen. */
    takeProposal() {
        if (!this.chosen.length) {
            for (const item of this.proposal?.items || []) {
                this.toggle(item);
            }
        }
    }

    /** Starts splitting the payment over the chosen items. */
    split() {
        this.takeProposal();
        this.isSplit = this.chosen.length > 0;
        return this.isSplit;
    }

    /** Forgets what was chosen. */
    drop() {
        Object.assign(this, { pickedId: null, isNone: false, chosen: [], amounts: {} });
        Object.assign(this, { isSplit: false, cursor: 0 });
    }

    // --- deciding ---

    /** Accepts the proposal, or settles what was chosen. */
    accept() {
        if (this.chosen.length) {
            return this.settle("on_account");
        }
        const proposalId = this.detail ? this.proposal?.id : !this.isNone && this.line?.best?.id;
        if (!proposalId) {
            this.notify(_t("There is no proposal. Choose open items, or put the payment on account."), "warning");
            return;
        }
        return this.decide("ar_accept", [proposalId]);
    }

    /**
     * Books what was chosen.
     *
     * @param {"on_account" | "write_off"} rest where the difference goes
     * @param {Object | null} writeOff account_id, tax_ids and analytic_account_id of a write-off
     */
    settle(rest, writeOff = null) {
        const line = this.line;
        const items = this.chosen
            .map((item) => [item.id, rest === "write_off" && !this.isSplit ? item.open : this.amounts[item.id]])
            .filter(([, amount]) => amount);
        return this.decide("ar_settle", [line.id, items, rest], { write_off: writeOff });
    }

    /** Takes the current payment off the list, shows the next, and tells the server. */
    decide(method, args, kwargs = {}) {
        const line = this.line;
        if (!this.choices.can_decide) {
            this.notify(_t("You may look at payments, not decide on them. Ask for the role Supervisor."), "warning");
            return;
        }
        this.leaveOut(line);
        this.pending++;
        return this.mutex.exec(async () => {
            try {
                await this.call(method, args, kwargs);
                this.undoable.push({ id: line.id, text: line.text });
                await this.refreshNeighbour(line);
            } catch (error) {
                await this.bringBack(line);
                this.notify(describeError(error), "danger");
            }
            this.pending--;
        });
    }

    /** Shows anew what the payment that was just booked may have changed for the current one. */
    refreshNeighbour(done) {
        const customer = done.best?.customer || done.partner?.[1];
        const current = this.line?.best?.customer || this.line?.partner?.[1];
        if (customer && customer === current && this.detail && !this.chosen.length) {
            return this.loadDetail();
        }
    }

    leaveOut(line) {
        const { lines, nextId } = removeLine(this.lines, line.id);
        this.lines = lines;
        this.total = Math.max(this.total - 1, 0);
        this.select(nextId);
        if (this.lines.length < 20) {
            this.loadMore();
        }
    }

    bringBack(line) {
        this.lines = insertLine(this.lines, line);
        this.total++;
        return this.select(line.id);
    }

    /** Takes the last decision back. */
    async undo() {
        await this.mutex.getUnlockedDef();
        const last = this.undoable.pop();
        if (!last) {
            this.notify(_t("There is nothing to undo here. Older matches are under Matched payments."), "info");
            return;
        }
        try {
            await this.bringBack(await this.mutex.exec(() => this.call("ar_undo", [last.id])));
            this.notify(_t("Taken back: %s", last.text), "success");
        } catch (error) {
            this.undoable.push(last);
            this.notify(describeError(error), "danger");
        }
    }

    /** Says who paid; matches are looked for again. */
    async assignPayer(partnerId) {
        const line = this.line;
        try {
            const isMatched = await this.mutex.exec(() => this.call("ar_assign_payer", [line.id, partnerId]));
            if (isMatched) {
                this.undoable.push({ id: line.id, text: line.text });
                this.leaveOut(line);
                this.notify(_t("With that customer it is sure: %s is matched.", line.text), "success");
                return;
            }
            const { line: fresh } = await this.call("ar_get_line", [line.id]);
            this.lines = insertLine(this.lines, fresh);
            await this.select(line.id);
        } catch (error) {
            this.notify(describeError(error), "danger");
        }
    }

    /** What would be accepted together with the current payment. */
    getSimilar() {
        return this.call("ar_get_similar", [this.companyId, this.lineId]);
    }

    /** Accepts many proposals, in portions, and says what was left and why. */
    async acceptMany(proposalIds, onProgress) {
        const failed = [];
        let done = 0;
        for (let at = 0; at < proposalIds.length; at += BULK) {
            const answer = await this.mutex.exec(() =>
                this.call("ar_accept_many", [proposalIds.slice(at, at + BULK)])
            );
            this.undoable.push(...answer.done.map((id) => ({ id, text: _t("one of many") })));
            failed.push(...answer.failed);
            done += answer.done.length;
            onProgress(Math.min(at + BULK, proposalIds.length));
        }
        await this.load();
        return { done, failed };
    }

    call(method, args, kwargs = {}) {
        return this.orm.call(MODEL, method, args, kwargs);
    }
}
