// @ts-check
// The leads with their scores, and where they stand on the board.

import { call, get } from "./api.js";
import { fill, h, settled } from "./dom.js";
import { named, t, when } from "./texts.js";

const STATUSES = ["new", "contacted", "qualified", "quoted", "won", "lost"];

/**
 * @param {{fail: (error: unknown) => void, clear: () => void, show: (contact: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function leadsView({ fail, clear, show }) {
  /** @type {any[]} */
  let items = [];
  /** @type {string | undefined} */
  let next;
  /** The lead whose reason is being written: nothing is drawn anew under the writer's hands. @type {string | null} */
  let writing = null;

  const status = h(
    "select",
    { "aria-label": t("status"), change: () => refresh() },
    h("option", { value: "" }, t("all")),
    STATUSES.map((name) => h("option", { value: name }, named("lead", name))),
  );
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { class: "plain", type: "button", hidden: true, click: () => load(next) }, t("more"));
  const root = h("section", { class: "leads", "aria-label": t("leads") }, h("div", { class: "filters" }, status), list, empty, more);

  /** @param {string} [after] */
  async function load(after) {
    try {
      const page = await get("/leads", { status: status.value, limit: "50", after });
      items = after === undefined ? page.items : [...items, ...page.items];
      next = page.next ?? undefined;
      draw();
    } catch (error) {
      fail(error);
    }
  }

  const refresh = () => {
    if (writing === null) load();
  };

  function draw() {
    more.hidden = next === undefined;
    empty.textContent = items.length === 0 ? t("no_leads") : "";
    fill(list, items.map(card));
  }

  /** @param {any} lead */
  function card(lead) {
    const choice = h(
      "select",
      { "aria-label": t("status"), change: () => move(lead, choice.value, item) },
      STATUSES.map((name) => h("option", { value: name, selected: name === lead.status }, named("lead", name))),
    );
    const item = h(
      "li",
      { class: "lead" },
      h(
        "div",
        { class: "row-head" },
        h("meter", { min: 0, max: 1, low: 0.4, high: 0.79, optimum: 1, value: lead.score, "aria-label": t("score") }),
        h("b", {}, lead.score.toFixed(2)),
        choice,
      ),
      h("p", { class: "summary" }, lead.summary),
      h(
        "ul",
        { class: "signals", "aria-label": t("signals") },
        lead.signals.map((/** @type {any} */ signal) => h("li", {}, `${signal.name} +${signal.points.toFixed(2)}`)),
      ),
      h(
        "p",
        { class: "note" },
        [lead.assigned_to && `${t("assigned_to")}: ${lead.assigned_to}`, lead.reason, when(lead.updated_at)].filter(Boolean).join(" · "),
        " ",
        h("button", { type: "button", class: "plain", click: () => show(lead.contact_id) }, t("conversations")),
      ),
    );
    return item;
  }

  /** @param {any} lead @param {string} to @param {HTMLElement} item */
  function move(lead, to, item) {
    if (to !== "won" && to !== "lost") {
      save(lead, { status: to });
      return;
    }
    writing = lead.id;
    const reason = h("input", { id: `reason-${lead.id}`, required: true, maxlength: 500 });
    const done = () => {
      writing = null;
      draw();
    };
    item.append(
      h(
        "form",
        {
          class: "reason",
          submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            writing = null;
            save(lead, { status: to, reason: reason.value.trim() });
          },
        },
        h("label", { for: `reason-${lead.id}` }, t("reason")),
        reason,
        h("button", { class: "primary", type: "submit" }, t("save")),
        h("button", { class: "plain", type: "button", click: done }, t("cancel")),
      ),
    );
    reason.focus();
  }

  /** @param {any} lead @param {object} change */
  async function save(lead, change) {
    try {
      clear();
      const changed = await call("PATCH", `/leads/${lead.id}`, change);
      items = items.map((known) => (known.id === lead.id ? changed : known));
    } catch (error) {
      fail(error);
    }
    draw();
  }

  const soon = settled(400, refresh);
  return {
    root,
    refresh,
    hear(event) {
      if (event.kind === "lead_changed" && root.isConnected) soon();
    },
  };
}
