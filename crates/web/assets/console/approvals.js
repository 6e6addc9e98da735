// @ts-check
// What goes beyond the assistant's authority: what the buyer wants, what it would cost, and the decision.

import { call } from "./api.js";
import { cards } from "./cards.js";
import { h } from "./dom.js";
import { named, t, when } from "./texts.js";

const STATUSES = ["pending", "approved", "countered", "rejected", "expired"];

/** Which fields a counter-offer has, by what was asked for. */
const COUNTERS = /** @type {Record<string, string[]>} */ ({
  discount: ["unit_price"],
  price_list: ["unit_price"],
  payment_terms: ["deposit_percent", "net_days"],
  free_sample: ["count"],
  lead_time: ["days"],
  moq: ["quantity"],
});

/** @param {{amount: string, currency: string, per: string} | null | undefined} price */
function price(price) {
  if (!price) return "–";
  const [whole, fraction] = price.amount.split(".");
  // The digits stay as they were told: a unit price may have six decimals.
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${price.currency} ${fraction === undefined ? grouped : `${grouped}.${fraction}`}/${price.per}`;
}

/** @param {number | null | undefined} percent */
const percent = (percent) => (percent === null || percent === undefined ? "–" : `${Number(percent.toFixed(1))}%`);

/** Terms in a few words. @param {any} terms */
function words(terms) {
  const parts = [
    terms.list,
    terms.unit_price && price(terms.unit_price),
    terms.percent_off !== undefined && `−${terms.percent_off}%`,
    terms.deposit_percent !== undefined && `${t("deposit")} ${terms.deposit_percent}%`,
    terms.net_days !== undefined && `${t("credit")} ${terms.net_days} ${t("days")}`,
    terms.count !== undefined && `× ${terms.count}`,
    terms.days !== undefined && `${terms.days} ${t("days")}`,
    terms.quantity !== undefined && `≥ ${terms.quantity}`,
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * @param {{fail: (error: unknown) => void, clear: () => void, show: (conversation: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function approvalsView({ fail, clear, show }) {
  const list = cards({
    name: "approvals",
    kind: "approval",
    statuses: STATUSES,
    first: "pending",
    event: "approval_changed",
    // Only when an approval moves is its card made anew, so that a counter-offer being written stays.
    key: (approval) => `${approval.id} ${approval.status}`,
    card,
    fail,
  });

  /** @param {any} approval */
  function card(approval) {
    const goods = [approval.product, approval.quantity !== null && `× ${approval.quantity}`].filter(Boolean).join(" ");
    const item = h(
      "li",
      { class: "lead" },
      h("div", { class: "row-head" }, h("b", {}, [named("parameter", approval.parameter), goods].filter(Boolean).join(" · ")), badge(approval)),
      h("p", { class: "summary" }, `${t("wanted")} ${words(approval.asked)}`),
      h("blockquote", {}, approval.words),
      approval.economics && economics(approval),
      approval.history.length > 0 &&
        h(
          "ul",
          { class: "signals", "aria-label": t("history") },
          approval.history.map((/** @type {any} */ made) => h("li", {}, `${named("by", made.by)} ${words(made.terms)}`)),
        ),
      approval.outcome && outcome(approval.outcome),
      approval.status === "pending" && decisions(approval),
      h(
        "p",
        { class: "note" },
        approval.status === "pending" ? `${t("runs_out")} ${when(approval.expires_at)}` : when(approval.created_at),
        " ",
        h("button", { type: "button", class: "plain", click: () => show(approval.conversation_id) }, t("to_conversation")),
      ),
    );
    return item;
  }

  /** @param {any} approval */
  function badge({ status }) {
    const tone = status === "pending" ? "pending" : status === "expired" || status === "rejected" ? "closed" : "";
    return h("span", { class: `badge ${tone}`.trim() }, named("approval", status));
  }

  /** What the shop earns; a price asked for below the floor stands out. @param {any} approval */
  function economics({ economics: earned, asked }) {
    const below = earned.floor_price && asked.unit_price && Number(asked.unit_price.amount) < Number(earned.floor_price.amount);
    const line = (/** @type {string} */ name, /** @type {string} */ value, low = false) => [
      h("dt", {}, name),
      h("dd", { class: low ? "low" : null }, value),
    ];
    const margins = [earned.list_margin_percent, earned.asked_margin_percent];
    return h(
      "dl",
      { class: "figures", "aria-label": t("margin") },
      line(t("list_price"), price(earned.list_price)),
      // A shop that gave no cost or floor has no margin either: nothing is said of them.
      earned.cost && line(t("cost"), price(earned.cost)),
      earned.floor_price && line(t("floor_price"), price(earned.floor_price), below),
      margins.some((margin) => margin !== null && margin !== undefined) &&
        line(t("margin"), margins.map(percent).join(" → "), earned.asked_margin_percent < 0),
    );
  }

  /** @param {any} decided */
  function outcome(decided) {
    const said = [decided.terms && words(decided.terms), decided.note, when(decided.at)].filter(Boolean).join(" · ");
    return h("p", {}, said);
  }

  /** @param {any} approval */
  function decisions(approval) {
    const note = h("input", { maxlength: 500, "aria-label": t("note"), placeholder: t("note") });
    const fields = (COUNTERS[approval.parameter] ?? []).map((name) =>
      h("input", { name, inputmode: "decimal", "aria-label": named("counter", name), placeholder: named("counter", name), size: 10 }),
    );
    const say = () => (note.value.trim() ? { note: note.value.trim() } : {});
    const counter = () => {
      const terms = Object.fromEntries(
        fields
          .filter((field) => field.value.trim())
          // A price stays the text that was typed: it is read exactly.
          .map((field) => [field.name, field.name === "unit_price" ? field.value.trim() : Number(field.value)]),
      );
      decide(approval, "counter", { ...say(), terms });
    };
    return h(
      "form",
      { class: "reason", submit: (/** @type {Event} */ event) => event.preventDefault() },
      note,
      h("button", { class: "primary", type: "button", click: () => decide(approval, "approve", say()) }, t("approve")),
      h("button", { type: "button", click: () => decide(approval, "reject", say()) }, t("reject")),
      h("div", { class: "counter" }, fields, h("button", { type: "button", click: counter }, t("counter"))),
    );
  }

  /** @param {any} approval @param {string} verb @param {object} body */
  async function decide(approval, verb, body) {
    try {
      clear();
      const { approval: changed } = await call("POST", `/approvals/${approval.id}/${verb}`, body);
      list.changed(changed);
    } catch (error) {
      fail(error);
    }
  }

  return list.view;
}
