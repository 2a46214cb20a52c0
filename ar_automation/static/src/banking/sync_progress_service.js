import { registry } from "@web/core/registry";

/**
 * Shows how far a fetch from a bank is that this user started: one notification per fetch,
 * renewed with each page that was committed, gone when the fetch has ended.
 */
export const syncProgressService = {
    dependencies: ["bus_service", "notification"],
    start(env, { bus_service: bus, notification }) {
        const closers = new Map();
        bus.subscribe("ar_bank_sync_progress", ({ id, title, message }) => {
            closers.get(id)?.();
            closers.delete(id);
            if (message) {
                closers.set(id, notification.add(message, { title, type: "info", sticky: true }));
            }
        });
        bus.start();
    },
};

registry.category("services").add("ar_bank_sync_progress", syncProgressService);
