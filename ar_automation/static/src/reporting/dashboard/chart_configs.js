import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { formatMonetary } from "@web/views/fields/formatters";

const scheme = cookie.get("color_scheme");
const TEXT = getCustomColor(scheme, "#374151", "#E4E4E4");
const GRID = getCustomColor(scheme, "rgba(0,0,0,.08)", "rgba(255,255,255,.15)");
// from calm to alarming: not due, then ever later
const AGING_COLORS = ["#43C5B1", "#FFD86D", "#F4A261", "#F48935", "#EA6175", "#CE4257"];
const SALES_COLOR = "#A9CFF5";
const DSO_COLOR = "#71639e";

function moneyAxis(currencyId) {
    return {
        beginAtZero: true,
        grid: { color: GRID },
        border: { display: false },
        ticks: {
            color: TEXT,
            maxTicksLimit: 6,
            callback: (value) => formatMonetary(value, { currencyId, humanReadable: true }),
        },
    };
}

const categoryAxis = { grid: { display: false }, ticks: { color: TEXT } };

/** Bars of the aging's buckets. */
export function agingChart(buckets, currencyId) {
    return {
        type: "bar",
        data: {
            labels: buckets.map((bucket) => bucket.label),
            datasets: [
                {
                    data: buckets.map((bucket) => bucket.value),
                    backgroundColor: AGING_COLORS,
                    borderRadius: 3,
                    maxBarThickness: 64,
                },
            ],
        },
        options: {
            plugins: {
                legend: { display: false },
                tooltip: { callbacks: { label: (item) => formatMonetary(item.raw, { currencyId }) } },
            },
            scales: { x: categoryAxis, y: moneyAxis(currencyId) },
        },
    };
}

/** Sales per month as bars, DSO at each month's end as a line. */
export function historyChart(points, currencyId) {
    const daysLabel = (days) => _t("DSO: %s days", formatFloat(days, { digits: [16, 1] }));
    const moneyLabel = (value) => _t("Sales: %s", formatMonetary(value, { currencyId }));
    return {
        type: "bar",
        data: {
            labels: points.map((point) => point.label),
            datasets: [
                {
                    type: "line",
                    label: _t("DSO in days"),
                    data: points.map((point) => point.dso),
                    yAxisID: "days",
                    borderColor: DSO_COLOR,
                    backgroundColor: DSO_COLOR,
                    borderWidth: 2,
                    pointRadius: 3,
                    tension: 0.3,
                },
                {
                    label: _t("Sales"),
                    data: points.map((point) => point.sales),
                    yAxisID: "money",
                    backgroundColor: SALES_COLOR,
                    borderRadius: 3,
                    maxBarThickness: 40,
                },
            ],
        },
        options: {
            interaction: { mode: "index", intersect: false },
            plugins: {
                legend: { position: "bottom", labels: { color: TEXT, boxWidth: 12 } },
                tooltip: {
                    callbacks: {
                        label: (item) =>
                            item.dataset.yAxisID === "days" ? daysLabel(item.raw) : moneyLabel(item.raw),
                    },
                },
            },
            scales: {
                x: categoryAxis,
                money: { ...moneyAxis(currencyId), position: "left" },
                days: {
                    position: "right",
                    beginAtZero: true,
                    grid: { display: false },
                    border: { display: false },
                    ticks: { color: TEXT, maxTicksLimit: 6 },
                },
            },
        },
    };
}
