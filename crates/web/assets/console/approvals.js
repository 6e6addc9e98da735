// @ts-check
// What goes beyond the assistant's authority: what the buyer wants, what it would cost, and the decision.

import { PAGE, call, get, shownOf } from "./api.js";
import { h, reconcile, settled } from "./dom.js";
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
const price = (price) => (price ? `${price.currency} ${price.amount}/${price.per}` : "–");

/** @param {number | null | undefined} percent */
const percent = (percent) => (percent === null || percent === undefined ? "–" : `${percent}%`);

/** Terms in a few words. @param {any} terms */
function words(terms) {
  const parts = [
    terms.list,
    terms.unit_price && price(terms.unit_price),
    terms.percent_off !== undefined && `−${terms.percent_off}%`,
    terms.deposit_percent !== undefined && `${t("counter_deposit_percent")} ${terms.deposit_percent}%`,
    terms.net_days !== undefined && `${t("counter_net_days")} ${terms.net_days}`,
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
  /** @type {any[]} */
  let items = [];
  /** @type {string | undefined} */
  let next;

  const status = h(
    "select",
    { "aria-label": t("status"), change: () => refresh() },
    STATUSES.map((name) => h("option", { value: name }, named("approval", name))),
    h("option", { value: "" }, t("all")),
  );
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { class: "plain", type: "button", hidden: true, click: () => load(next) }, t("more"));
  const root = h("section", { class: "leads away", "aria-label": t("approvals") }, h("div", { class: "filters" }, status), list, empty, more);

  let asked = 0;

  /** @param {string} [after] */
  async function load(after) {
    asked += 1;
    const turn = asked;
    try {
      const limit = after === undefined ? shownOf(items) : PAGE;
      const page = await get("/approvals", { status: status.value, limit, after });
      if (turn !== asked) return;
      items = after === undefined ? page.items : [...items, ...page.items];
      next = page.next ?? undefined;
      draw();
    } catch (error) {
      fail(error);
    }
  }

  const refresh = () => {
    load();
  };

  function draw() {
    more.hidden = next === undefined;
    empty.textContent = items.length === 0 ? t("no_approvals") : "";
    // A card is made anew only when its approval moves, so that a counter-offer being written stays.
    reconcile(list, items, (approval) => `${approval.id} ${approval.status}`, card);
  }

  /** @param {any} approval */
  function card(approval) {
    const goods = [approval.product, approval.quantity !== null && `× ${approval.quantity}`].filter(Boolean).join(" ");
    const item = h(
      "li",
      { class: "lead" },
      h("div", { class: "row-head" }, h("b", {}, named("parameter", approval.parameter)), goods, named("approval", approval.status)),
      h("p", { class: "summary" }, `${t("wanted")} ${words(approval.asked)}`),
      h("blockquote", {}, approval.words),
      approval.economics && economics(approval.economics),
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

  /** @param {any} earned */
  function economics(earned) {
    const line = (/** @type {string} */ name, /** @type {string} */ value) => h("li", {}, `${name} ${value}`);
    return h(
      "ul",
      { class: "signals", "aria-label": t("margin") },
      line(t("list_price"), price(earned.list_price)),
      line(t("cost"), price(earned.cost)),
      line(t("floor_price"), price(earned.floor_price)),
      line(t("margin"), `${percent(earned.list_margin_percent)} → ${percent(earned.asked_margin_percent)}`),
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
      fields,
      h("button", { type: "button", click: counter }, t("counter")),
    );
  }

  /** @param {any} approval @param {string} verb @param {object} body */
  async function decide(approval, verb, body) {
    try {
      clear();
      const { approval: changed } = await call("POST", `/approvals/${approval.id}/${verb}`, body);
      items = items.map((known) => (known.id === approval.id ? changed : known));
      draw();
    } catch (error) {
      fail(error);
    }
  }

  const soon = settled(400, refresh);
  return {
    root,
    refresh,
    hear(event) {
      if (event.kind === "approval_changed") soon();
    },
  };
}
