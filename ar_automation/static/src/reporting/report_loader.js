import { markRaw, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";

/** Says in one sentence why a report could not be loaded. */
export function describeError(error) {
    if (error instanceof ConnectionLostError) {
        return _t("The server cannot be reached. Check your connection.");
    }
    return error.data?.message || error.message || _t("The server could not draw up this report.");
}

/**
 * Loads the data of a report and remembers how it went, so that a failure is shown in
 * place, with a way to try again, and an answer that was overtaken by a later question
 * is dropped.
 *
 * @param {(...args: any[]) => Promise<any>} fetchData
 * @returns {{ data: any, error: string | null, loading: boolean, load: Function }}
 */
export function useReportLoader(fetchData) {
    const keepLast = new KeepLast();
    const state = useState({ data: null, error: null, loading: false, load });

    async function load(...args) {
        state.loading = true;
        state.error = null;
        try {
            // raw: thousands of rows are shown, never changed in place
            state.data = markRaw(await keepLast.add(fetchData(...args)));
        } catch (error) {
            state.error = describeError(error);
        }
        state.loading = false;
    }
    return state;
}
