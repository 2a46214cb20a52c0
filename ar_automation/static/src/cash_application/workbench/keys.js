import { _t } from "@web/core/l10n/translation";

/** What each key does; the help shows them in this order. */
export const KEYS = [
    { keys: ["j", "ArrowDown"], name: "next", label: _t("Next payment") },
    { keys: ["k", "ArrowUp"], name: "previous", label: _t("Previous payment") },
    { keys: ["Enter"], name: "accept", label: _t("Accept the proposal, or settle the chosen items") },
    { keys: [..."0123456789"], shown: "1 … 9, 0", name: "pick", label: _t("Choose a proposal; 0 for none of them") },
    { keys: ["n", "ArrowRight"], name: "nextItem", label: _t("Next open item") },
    { keys: ["m", "ArrowLeft"], name: "previousItem", label: _t("Previous open item") },
    { keys: ["x", " "], shown: "x, Space", name: "toggleItem", label: _t("Choose the open item, or not") },
    { keys: ["i"], name: "searchItems", label: _t("Search open items of every customer") },
    { keys: ["s"], name: "split", label: _t("Split: give each chosen item its amount") },
    { keys: ["w"], name: "writeOff", label: _t("Write off the rest; all of it where nothing is chosen") },
    { keys: ["a"], name: "onAccount", label: _t("Put on account of the customer") },
    { keys: ["p"], name: "assignPayer", label: _t("Say who paid") },
    { keys: ["r"], name: "createRule", label: _t("Make a rule of this payment") },
    { keys: ["b"], name: "acceptAlike", label: _t("Accept all proposals of the same kind") },
    { keys: ["u"], name: "undo", label: _t("Undo the last decision") },
    { keys: ["f"], name: "filter", label: _t("Go to the filters") },
    { keys: ["/"], name: "search", label: _t("Search payments") },
    { keys: ["Escape"], shown: "Esc", name: "leave", label: _t("Leave a field; drop what was chosen") },
    { keys: ["?"], name: "help", label: _t("Show these keys") },
];

/** Names of strokes by their key, from a list like KEYS. */
export function nameKeys(strokes) {
    return new Map(strokes.flatMap(({ keys, name }) => keys.map((key) => [key, name])));
}

const NAMES = nameKeys(KEYS);
// Holding these down goes on; a decision is taken once per stroke.
const REPEATED = new Set(["next", "previous", "nextItem", "previousItem"]);

/**
 * What a key stroke asks for.
 *
 * @param {KeyboardEvent} ev
 * @param {Map<string, string>} names of another screen's strokes, see nameKeys
 * @returns {string | null} a name of KEYS, null where the stroke belongs to a field, a button or
 *  the browser
 */
export function readStroke(ev, names = NAMES) {
    if (ev.ctrlKey || ev.metaKey || ev.altKey) {
        return null;
    }
    const name = names.get(ev.key) || null;
    const field = ev.target.closest?.("input, select, textarea, [contenteditable=true]");
    if (field) {
        return name === "leave" ? name : null;
    }
    if (ev.target.closest?.("button, a") && (ev.key === "Enter" || ev.key === " ")) {
        return null;
    }
    return ev.repeat && !REPEATED.has(name) ? null : name;
}
