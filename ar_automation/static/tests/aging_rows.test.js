import { describe, expect, test } from "@odoo/hoot";
import { arrangeRows } from "@ar_automation/reporting/aging/aging_action";

describe.current.tags("headless");

const rows = [
    { partner_name: "Émile 10", total: 5 },
    { partner_name: "Emile 9", total: 5 },
    { partner_name: "Zoo", total: -1 },
];
const names = (choice) => arrangeRows(rows, choice).map((row) => row.partner_name);

test("orders by an amount, equal amounts by name with numbers in their order", () => {
    expect(names({ text: "", sortKey: "total", descending: true })).toEqual(["Emile 9", "Émile 10", "Zoo"]);
    expect(names({ text: "", sortKey: "total", descending: false })).toEqual(["Zoo", "Emile 9", "Émile 10"]);
});

test("finds names without regard to case and accents", () => {
    expect(names({ text: " ÉMILE ", sortKey: "partner_name", descending: false })).toEqual(["Emile 9", "Émile 10"]);
    expect(names({ text: "nobody", sortKey: "total", descending: true })).toEqual([]);
});

test("leaves the rows that it is handed in their order", () => {
    names({ text: "", sortKey: "total", descending: false });
    expect(rows[0].partner_name).toBe("Émile 10");
});
