import { describe, expect, test } from "@odoo/hoot";
import { allocate, balance, roundTo } from "@ar_automation/cash_application/workbench/allocation";
import { readStroke } from "@ar_automation/cash_application/workbench/keys";
import { insertLine, removeLine, stepFrom } from "@ar_automation/cash_application/workbench/payment_list";
import { WorkbenchStore } from "@ar_automation/cash_application/workbench/workbench_store";

describe.current.tags("headless");

const item = (id, open, worth = open) => ({ id, open, worth, digits: 2 });
const row = (id, date = "2026-03-01", extra = {}) => ({ id, date, amount: 100, text: `payment ${id}`, ...extra });
const ids = (lines) => lines.map(({ id }) => id);

test("money goes to the items in their order, credit notes first", () => {
    const items = [item(1, 60), item(2, -20), item(3, 70), item(4, 5)];
    const amounts = allocate(100, items, 2);
    expect(amounts).toEqual({ 1: 60, 2: -20, 3: 60 });
    expect(balance(100, items, amounts, 2)).toEqual({ left: 0, open: 15 });
});

test("what the items leave of the payment is left, to the cent", () => {
    const items = [item(1, 0.1), item(2, 0.2)];
    expect(balance(1.01, items, allocate(1.01, items, 2), 2)).toEqual({ left: 0.71, open: 0 });
    expect(balance(100, [], {}, 2)).toEqual({ left: 100, open: 0 });
});

test("an item in another currency is settled at its worth", () => {
    const items = [item(1, 200, 100)];
    expect(allocate(50, items, 2)).toEqual({ 1: 100 });
    expect(balance(50, items, { 1: 100 }, 2)).toEqual({ left: 0, open: 50 });
});

test("money that goes back is spread over credit notes", () => {
    expect(allocate(-30, [item(1, -20), item(2, -20)], 2)).toEqual({ 1: -20, 2: -10 });
});

test("halves are rounded away from zero, and nothing becomes minus zero", () => {
    expect(roundTo(1.005, 2)).toBe(1.01);
    expect(roundTo(-1.005, 2)).toBe(-1.01);
    expect(Object.is(roundTo(-0.001, 2), 0)).toBe(true);
    expect(roundTo(12.5, 0)).toBe(13);
});

test("payments keep their order when they leave and come back", () => {
    const lines = [row(1, "2026-03-01"), row(5, "2026-03-02"), row(3, "2026-03-03")];
    const { lines: rest, nextId } = removeLine(lines, 5);
    expect(ids(rest)).toEqual([1, 3]);
    expect(nextId).toBe(3);
    expect(ids(insertLine(rest, lines[1]))).toEqual([1, 5, 3]);
    expect(removeLine([lines[0]], 1).nextId).toBe(null);
    expect(removeLine(lines, 3).nextId).toBe(5);
    expect(stepFrom(lines, 3, 1)).toBe(3);
    expect(stepFrom(lines, 1, 1)).toBe(5);
    expect(stepFrom([], null, 1)).toBe(null);
});

test("keys belong to a field while somebody types, and a decision is taken once per stroke", () => {
    const stroke = (key, target = document.body, init = {}) => {
        const ev = new KeyboardEvent("keydown", { key, ...init });
        Object.defineProperty(ev, "target", { value: target });
        return readStroke(ev);
    };
    expect(stroke("j")).toBe("next");
    expect(stroke("j", document.body, { repeat: true })).toBe("next");
    expect(stroke("Enter", document.body, { repeat: true })).toBe(null);
    expect(stroke("u", document.createElement("input"))).toBe(null);
    expect(stroke("Escape", document.createElement("input"))).toBe("leave");
    expect(stroke("Enter", document.createElement("button"))).toBe(null);
    expect(stroke("a", document.body, { ctrlKey: true })).toBe(null);
    expect(stroke("é")).toBe(null);
});

/** A store on a server that answers as told. */
function makeStore(answers) {
    const calls = [];
    const notes = [];
    const proposal = { id: 9, items: [item(1, 100)], reasons: [] };
    const defaults = {
        ar_get_choices: () => ({ can_decide: true }),
        ar_get_lines: () => ({ lines: [row(1), row(2), row(3)], total: 3 }),
        ar_get_line: (id) => ({ line: row(id), proposals: [proposal], items: [item(1, 100)], item_count: 1 }),
        ar_undo: (id) => row(id),
    };
    const orm = {
        call: async (model, method, args) => {
            calls.push(method);
            return { ...defaults, ...answers }[method]?.(...args);
        },
    };
    const notify = (message, type) => notes.push([message, type]);
    return { store: new WorkbenchStore({ orm, notify, companyId: 1 }), calls, notes };
}

test("the next payment comes up before the server has booked", async () => {
    let release;
    const { store } = makeStore({ ar_accept: () => new Promise((resolve) => (release = resolve)) });
    await store.load();
    const booked = store.accept();
    expect(ids(store.lines)).toEqual([2, 3]);
    expect(store.lineId).toBe(2);
    expect(store.undoable).toHaveLength(0);
    await new Promise((resolve) => setTimeout(resolve));
    release();
    await booked;
    expect(store.undoable.map(({ id }) => id)).toEqual([1]);
    await store.undo();
    expect(ids(store.lines)).toEqual([1, 2, 3]);
    expect(store.lineId).toBe(1);
});

test("a payment that the server refuses comes back with the reason", async () => {
    const { store, notes } = makeStore({
        ar_accept: () => {
            throw Object.assign(new Error(), { data: { message: "INV/1 was settled meanwhile." } });
        },
    });
    await store.load();
    await store.accept();
    expect(ids(store.lines)).toEqual([1, 2, 3]);
    expect(store.lineId).toBe(1);
    expect(notes).toEqual([["INV/1 was settled meanwhile.", "danger"]]);
    expect(store.undoable).toHaveLength(0);
    expect(store.pending).toBe(0);
});

test("readers are told and nothing is sent", async () => {
    const { store, calls, notes } = makeStore({ ar_get_choices: () => ({ can_decide: false }) });
    await store.load();
    store.accept();
    expect(calls).not.toInclude("ar_accept");
    expect(notes[0][1]).toBe("warning");
});

test("choosing items shows the difference, and what is chosen is settled", async () => {
    const sent = [];
    const { store } = makeStore({ ar_settle: (...args) => sent.push(args) });
    await store.load();
    store.toggle(item(1, 70));
    expect(store.rest).toEqual({ left: 30, open: 0 });
    store.toggle(item(2, 50));
    expect(store.rest).toEqual({ left: 0, open: 20 });
    await store.accept();
    expect(sent).toEqual([[1, [[1, 70], [2, 30]], "on_account"]]);
});

test("writing off means the rest of the proposal, unless none is chosen", async () => {
    const { store } = makeStore({});
    await store.load();
    store.takeProposal();
    expect(ids(store.chosen)).toEqual([1]);
    store.pick(0);
    store.takeProposal();
    expect(store.chosen).toHaveLength(0);
    expect(store.proposal).toBe(null);
});

test("what is left of money out is above zero as well", async () => {
    const out = { ...row(1), amount: -100 };
    const { store } = makeStore({
        ar_get_lines: () => ({ lines: [out], total: 1 }),
        ar_get_line: () => ({ line: out, proposals: [], items: [item(1, -70)], item_count: 1 }),
    });
    await store.load();
    store.toggle(item(1, -70));
    expect(store.rest).toEqual({ left: 30, open: 0 });
    store.toggle(item(2, -50));
    expect(store.rest).toEqual({ left: 0, open: 20 });
});

test("money in and out have filters of their own", async () => {
    const asked = [];
    const { store } = makeStore({ ar_get_choices: (...args) => asked.push(args) && { can_decide: true } });
    await store.setFilter("journal_id", 3);
    await store.setFilter("reason", "named");
    await store.setFilter("direction", "out");
    expect(store.filters).toEqual({ journal_id: 3, direction: "out" });
    expect(asked.at(-1)).toEqual([1, "out"]);
});
