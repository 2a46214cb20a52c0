/**
 * How a payment is spread over the open items that a person chose.
 *
 * An item is worth `worth` in the payment's currency and `open` in its own; the two differ
 * where an invoice is in another currency than the payment.
 */

const round = (value, digits) => Number(Math.round(Number(`${value}e${digits}`)) + `e-${digits}`);

/** Rounds to the digits of a currency; what is half goes away from zero. */
export function roundTo(value, digits) {
    const text = Math.abs(value).toFixed(digits + 4);
    const rounded = round(text, digits);
    return value < 0 ? -rounded || 0 : rounded;
}

/** What a part of an item costs in the payment's currency. */
export function worthOf(item, amount, digits) {
    return item.open ? roundTo((item.worth * amount) / item.open, digits) : 0;
}

/**
 * Gives each chosen item its amount: credit notes in full, then invoices in their order as far
 * as the money goes. Items that get nothing are given nothing.
 *
 * @param {number} paid amount of the payment
 * @param {Object[]} items chosen items, `{ id, open, worth, digits }`
 * @param {number} digits of the payment's currency
 * @returns {Object<number, number>} amounts in the items' own currencies
 */
export function allocate(paid, items, digits) {
    const sign = paid < 0 ? -1 : 1;
    const amounts = {};
    let left = paid;
    for (const item of items.filter((item) => item.worth * sign < 0)) {
        amounts[item.id] = item.open;
        left = roundTo(left - item.worth, digits);
    }
    for (const item of items.filter((item) => item.worth * sign > 0)) {
        if (left * sign <= 0) {
            break;
        }
        const isWhole = left * sign >= item.worth * sign;
        amounts[item.id] = isWhole ? item.open : roundTo((item.open * left) / item.worth, item.digits);
        left = roundTo(left - (isWhole ? item.worth : left), digits);
    }
    return amounts;
}

/**
 * What is left of the payment when the items get these amounts, and what stays open of them.
 *
 * @returns {{ left: number, open: number }} in the payment's currency
 */
export function balance(paid, items, amounts, digits) {
    let left = paid;
    let open = 0;
    for (const item of items) {
        const worth = worthOf(item, amounts[item.id] || 0, digits);
        left = roundTo(left - worth, digits);
        open = roundTo(open + item.worth - worth, digits);
    }
    return { left, open };
}
