// @ts-check
// Service, sales and cost in figures, each with its definition and the conversations behind it.

import { PAGE, get } from "./api.js";
import { fill, h } from "./dom.js";
import { named, t, when } from "./texts.js";

const AREAS = ["service", "sales", "cost"];
const SVG = "http://www.w3.org/2000/svg";

/** A number without a tail. @param {number} value */
const short = (value) => String(Math.round(value * 10) / 10);

/** @param {number} ms */
function duration(ms) {
  if (ms < 60_000) return `${short(ms / 1000)} ${t("unit_seconds")}`;
  if (ms < 3_600_000) return `${short(ms / 60_000)} ${t("unit_minutes")}`;
  if (ms < 172_800_000) return `${short(ms / 3_600_000)} ${t("unit_hours")}`;
  return `${short(ms / 86_400_000)} ${t("unit_days")}`;
}

/** @param {number | null} share */
const percent = (share) => (share === null ? "–" : `${short(share * 100)}%`);

/** A difference of shares, with its sign. @param {number} difference */
const points = (difference) => `${difference > 0 ? "+" : difference < 0 ? "−" : ""}${short(Math.abs(difference) * 100)} ${t("unit_points")}`;

/** A value of a metric in words. @param {string} unit @param {number | null} value @param {string} currency */
function worded(unit, value, currency) {
  if (value === null) return "–";
  if (unit === "milliseconds") return duration(value);
  if (unit === "millionths") return `${currency} ${(value / 1e6).toFixed(4)}`;
  return short(value);
}

/** The number that stands for a metric. @param {any} metric @param {any} figures @param {string} currency */
function headline(metric, figures, currency) {
  if (metric.unit === "share") return percent(figures.share);
  if (metric.unit === "milliseconds") return worded(metric.unit, figures.median, currency);
  return worded(metric.unit, figures.mean, currency);
}

/** The same as a plain number, for the bars. @param {any} metric @param {any} figures */
function height(metric, figures) {
  if (metric.unit === "share") return figures.share ?? 0;
  return (metric.unit === "milliseconds" ? figures.median : figures.mean) ?? 0;
}

/** Bars of a series; each says its figure when pointed at. @param {any} metric @param {string} currency */
function bars(metric, currency) {
  const most = Math.max(...metric.series.map((/** @type {any} */ part) => height(metric, part)), metric.unit === "share" ? 1 : 0);
  const svg = document.createElementNS(SVG, "svg");
  const width = Math.max(metric.series.length, 14);
  svg.setAttribute("viewBox", `0 0 ${width * 8} 32`);
  svg.setAttribute("preserveAspectRatio", "xMinYMax meet");
  svg.setAttribute("class", "bars");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", named("metric", metric.name));
  metric.series.forEach((/** @type {any} */ part, /** @type {number} */ index) => {
    const tall = most > 0 ? Math.max(1, (height(metric, part) / most) * 30) : 1;
    const bar = document.createElementNS(SVG, "rect");
    bar.setAttribute("x", String(index * 8));
    bar.setAttribute("y", String(32 - tall));
    bar.setAttribute("width", "6");
    bar.setAttribute("height", String(tall));
    const title = document.createElementNS(SVG, "title");
    title.textContent = `${part.start}: ${headline(metric, part, currency)} (${part.count})`;
    bar.append(title);
    svg.append(bar);
  });
  return svg;
}

/** The word for a label: a reason of hand-over, or an outcome. @param {string} metric @param {string} label */
const outcome = (metric, label) => (metric === "handover" && label !== "none" ? named("reason", label) : named("outcome", label));

/** A day some days ago, as the input of a date has it. @param {number} days */
function day(days) {
  const date = new Date(Date.now() - days * 86_400_000);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * @param {{fail: (error: unknown) => void, clear: () => void, show: (conversation: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function insightsView({ fail, clear, show }) {
  let asked = 0;
  let seen = false;

  const from = h("input", { type: "date", "aria-label": t("range"), change: () => load() });
  const to = h("input", { type: "date", "aria-label": t("range"), change: () => load() });
  const range = h(
    "select",
    {
      "aria-label": t("range"),
      change: () => {
        choose();
        load();
      },
    },
    ["7", "30", "90"].map((days) => h("option", { value: days, selected: days === "30" }, named("days", days))),
  );
  const cut = h(
    "select",
    { "aria-label": t("granularity"), change: () => load() },
    ["day", "week"].map((name) => h("option", { value: name }, named("by", name))),
  );
  const inbox = h("select", { "aria-label": t("inbox"), change: () => load() }, h("option", { value: "" }, t("all_inboxes")));
  const note = h("p", { class: "note", role: "status" });
  const areas = h("div", {});
  const root = h(
    "section",
    { class: "leads insights away", "aria-label": t("insights") },
    h("div", { class: "filters" }, range, from, to, cut, inbox, note),
    areas,
  );

  function choose() {
    from.value = day(Number(range.value) - 1);
    to.value = day(0);
  }
  choose();

  const query = () => ({ from: from.value, to: to.value, inbox: inbox.value });

  async function load() {
    asked += 1;
    const turn = asked;
    try {
      clear();
      const [found, inboxes] = await Promise.all([get("/insights", { ...query(), granularity: cut.value }), get("/inboxes")]);
      if (turn !== asked) return;
      seen = true;
      if (inbox.options.length === 1) {
        for (const { name } of inboxes.items) inbox.append(h("option", { value: name }, name));
      }
      note.textContent = `${t("in_range")} ${found.from} – ${found.to} (${found.timezone})`;
      draw(found);
    } catch (error) {
      fail(error);
    }
  }

  /** @param {any} found */
  function draw(found) {
    fill(
      areas,
      AREAS.map((area) =>
        h(
          "section",
          { class: "area" },
          h("h2", {}, named("area", area)),
          h(
            "ul",
            { class: "cards" },
            found.metrics
              .filter((/** @type {any} */ metric) => metric.area === area && (metric.name !== "model_cost" || metric.count > 0))
              .map((/** @type {any} */ metric) => card(metric, found.currency)),
            area === "sales" && uplift(found),
          ),
        ),
      ),
    );
  }

  /** What unasked offers add to orders, beside moments at which the lot held them back. @param {any} found */
  function uplift({ recommendation_uplift: value, recommendation_comparison: { decided, held_out, standard_error } }) {
    /** @param {string} word @param {{moments: number, ordered: number}} side */
    const side = (word, { moments, ordered }) => [
      h("dt", {}, t(word)),
      h("dd", {}, moments === 0 ? "–" : `${percent(ordered / moments)} (${ordered} / ${moments})`),
    ];
    // Twice the standard error: where nothing lies between them, chance alone may have made the difference.
    const error = value === null || standard_error === null ? null : 2 * standard_error;
    return h(
      "li",
      { class: "lead figure", id: "recommendation-uplift" },
      h("h3", {}, t("uplift")),
      h("p", { class: "big" }, value === null ? "–" : points(value)),
      h("p", { class: "note" }, error === null ? t("uplift_unknown") : `± ${short(error * 100)} · ${t(Math.abs(value) > error ? "uplift_sure" : "uplift_unsure")}`),
      h("dl", { class: "figures" }, side("uplift_decided", decided), side("uplift_held_out", held_out)),
      h("p", { class: "about" }, t("about_uplift")),
    );
  }

  /** @param {any} metric @param {string} currency */
  function card(metric, currency) {
    const details = [`${t("cases_count")} ${metric.count}`];
    if (metric.count > 0 && metric.unit === "milliseconds") {
      details.unshift(t("median_is"), `${t("ninetieth_is")} ${worded(metric.unit, metric.ninetieth, currency)}`);
    }
    if (metric.count > 0 && (metric.unit === "number" || metric.unit === "millionths")) {
      details.unshift(t("mean_is"), `${t("total_is")} ${worded(metric.unit, metric.sum, currency)}`);
    }
    const list = h("ol", { class: "cases" });
    /** @param {string | undefined} label */
    const open = (label) => cases(metric, currency, list, label, undefined);
    const labels = Object.entries(metric.labels).map(([label, count]) =>
      h("li", {}, h("button", { type: "button", class: "plain", click: () => open(label) }, `${outcome(metric.name, label)} ${count}`)),
    );
    return h(
      "li",
      { class: "lead figure", id: `metric-${metric.name}` },
      h("h3", {}, named("metric", metric.name)),
      h("p", { class: "big" }, headline(metric, metric, currency)),
      h("p", { class: "note" }, details.join(" · ")),
      metric.series.length > 0 && bars(metric, currency),
      labels.length > 0 && h("ul", { class: "signals" }, labels),
      h("p", { class: "about" }, named("about", metric.name)),
      metric.count > 0 && h("button", { type: "button", class: "plain", click: () => open(undefined) }, t("cases")),
      list,
    );
  }

  /**
   * The conversations behind a figure.
   * @param {any} metric @param {string} currency @param {HTMLElement} list @param {string | undefined} label @param {string | undefined} after
   */
  async function cases(metric, currency, list, label, after) {
    try {
      clear();
      const page = await get("/insights/cases", { ...query(), metric: metric.name, label, after, limit: PAGE });
      if (after === undefined) list.replaceChildren();
      list.querySelector(".more")?.remove();
      for (const one of page.items) {
        const words = [when(one.at), one.label && outcome(metric.name, one.label)];
        if (metric.unit !== "share") words.push(worded(metric.unit, one.value, currency));
        const text = words.filter(Boolean).join(" · ");
        list.append(h("li", {}, h("button", { type: "button", class: "plain", click: () => show(one.conversation_id) }, text)));
      }
      const more = h("li", { class: "more" });
      if (page.next) {
        more.append(h("button", { type: "button", click: () => cases(metric, currency, list, label, page.next) }, t("more")));
      }
      more.append(h("button", { type: "button", class: "plain", click: () => list.replaceChildren() }, t("hide_cases")));
      list.append(more);
    } catch (error) {
      fail(error);
    }
  }

  return {
    root,
    // Counting costs more than a list: it is done when somebody looks, and anew when he asks.
    refresh: () => {
      if (seen && !root.classList.contains("away")) load();
    },
    open: () => {
      if (!seen) load();
    },
    hear: () => {},
  };
}
