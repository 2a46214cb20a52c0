/** The payments on the screen: pages from the server, less what was decided since. */

/** Whether a payment stands before another one in the list: older first. */
export function isBefore(a, b) {
    return a.date < b.date || (a.date === b.date && a.id < b.id);
}

/** Puts a payment back where it was; one that is there already is replaced. */
export function insertLine(lines, line) {
    const others = lines.filter((other) => other.id !== line.id);
    const at = others.findIndex((other) => isBefore(line, other));
    others.splice(at < 0 ? others.length : at, 0, line);
    return others;
}

/**
 * Takes a payment out.
 *
 * @returns {{ lines: Object[], nextId: number | null }} what remains, and which payment comes
 *  next: the one behind it, else the last
 */
export function removeLine(lines, id) {
    const at = lines.findIndex((line) => line.id === id);
    const rest = lines.filter((line) => line.id !== id);
    const next = rest[Math.min(Math.max(at, 0), rest.length - 1)];
    return { lines: rest, nextId: next ? next.id : null };
}

/** The payment that many steps away from this one, the first or last at the ends. */
export function stepFrom(lines, id, step) {
    const at = lines.findIndex((line) => line.id === id);
    const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), lines.length - 1);
    return lines[to]?.id ?? null;
}
