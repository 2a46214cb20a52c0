import { _t } from "@web/core/l10n/translation";
import { nameKeys } from "../../cash_application/workbench/keys";

/** What each key does on the worklist; the help shows them in this order.
 *  `acts`: only who works the list has it, not who may but look. */
export const WORKLIST_KEYS = [
    { keys: ["j", "ArrowDown"], name: "next", label: _t("Next customer") },
    { keys: ["k", "ArrowUp"], name: "previous", label: _t("Previous customer") },
    { keys: ["c"], name: "call", acts: true, label: _t("Log a call: then the number of its outcome") },
    { keys: ["p"], name: "promise", acts: true, label: _t("Take down a promise") },
    { keys: ["i"], name: "instalments", acts: true, label: _t("Divide the chosen items into instalments; all open ones where none is chosen") },
    { keys: ["e"], name: "mail", acts: true, label: _t("Write an e-mail about the chosen items") },
    { keys: ["h"], name: "hold", acts: true, label: _t("Put the chosen invoices on hold; the customer where none is chosen") },
    { keys: ["d"], name: "dispute", acts: true, label: _t("Note a dispute of the chosen invoices") },
    { keys: ["n"], name: "note", acts: true, label: _t("Write a note") },
    { keys: ["a"], name: "plan", acts: true, label: _t("Plan the next action") },
    { keys: ["ArrowRight"], shown: "→", name: "nextItem", label: _t("Next open item") },
    { keys: ["ArrowLeft"], shown: "←", name: "previousItem", label: _t("Previous open item") },
    { keys: ["x", " "], shown: "x, Space", name: "toggleItem", acts: true, label: _t("Choose the open item, or not") },
    { keys: ["/"], name: "search", label: _t("Search customers") },
    { keys: ["Escape"], shown: "Esc", name: "leave", label: _t("Leave a field; drop what was chosen") },
    { keys: ["?"], name: "help", label: _t("Show these keys") },
];

export const WORKLIST_NAMES = nameKeys(WORKLIST_KEYS);
export const ACTING_NAMES = new Set(WORKLIST_KEYS.filter((stroke) => stroke.acts).map((stroke) => stroke.name));
