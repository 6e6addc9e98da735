// @ts-check
// The leads with their scores, and where they stand on the board.

import { PAGE, call, get, shownOf } from "./api.js";
import { h, reconcile, settled } from "./dom.js";
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

  let asked = 0;

  /** @param {string} [after] */
  async function load(after) {
    asked += 1;
    const turn = asked;
    try {
      const limit = after === undefined ? shownOf(items) : PAGE;
      const page = await get("/leads", { status: status.value, limit, after });
      if (turn !== asked) return;
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
    // A card is made anew only when its lead changes, so that an open choice stays open.
    reconcile(list, items, (lead) => `${lead.id} ${lead.updated_at}`, card);
  }

  /** @param {any} lead */
  function card(lead) {
    const choice = h(
      "select",
      { "aria-label": t("status"), change: () => move(lead, choice, item) },
      STATUSES.map((name) => h("option", { value: name, selected: name === lead.status }, named("lead", name))),
    );
    const item = h(
      "li",
      { class: "lead" },
      h(
        "div",
        { class: "row-head" },
        h("meter", { min: 0, max: 1, low: 0, high: 0.79, optimum: 1, value: lead.score, "aria-label": t("score") }),
        h("b", {}, lead.score.toFixed(2)),
        choice,
      ),
      h("p", { class: "summary" }, lead.summary),
      h(
        "ul",
        { class: "signals", "aria-label": t("signals") },
        lead.signals.map((/** @type {any} */ signal) => h("li", {}, `${named("signal", signal.name)} +${signal.points.toFixed(2)}`)),
      ),
      h(
        "p",
        { class: "note" },
        [
          lead.assigned_to && `${t("assigned_to")} ${lead.assigned_to}`,
          lead.asked.length > 0 && `${t("asked_before")} ${lead.asked.join(", ")}`,
          lead.due_at && `${t("take_up_by")} ${when(lead.due_at)}`,
          lead.reason,
          when(lead.updated_at),
        ]
          .filter(Boolean)
          .join(" · "),
        " ",
        h("button", { type: "button", class: "plain", click: () => show(lead.contact_id) }, t("to_conversation")),
      ),
      lead.proposal &&
        h(
          "p",
          { class: "note" },
          `${t("proposed")} ${named("lead", lead.proposal.status)}: ${lead.proposal.reason} `,
          h(
            "button",
            {
              type: "button",
              class: "plain",
              click: () => save(lead, { status: lead.proposal.status, reason: lead.proposal.reason }),
            },
            t("agree"),
          ),
        ),
    );
    return item;
  }

  /** @param {any} lead @param {HTMLSelectElement} choice @param {HTMLElement} item */
  function move(lead, choice, item) {
    const to = choice.value;
    const back = () => {
      choice.value = lead.status;
    };
    item.querySelector("form")?.remove();
    writing = null;
    if (to === lead.status) return;
    if (to !== "won" && to !== "lost") {
      save(lead, { status: to }, back);
      return;
    }
    writing = lead.id;
    const reason = h("input", { id: `reason-${lead.id}`, required: true, maxlength: 500 });
    const form = h(
      "form",
      {
        class: "reason",
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          save(lead, { status: to, reason: reason.value.trim() });
        },
      },
      h("label", { for: `reason-${lead.id}` }, t("reason")),
      reason,
      h("button", { class: "primary", type: "submit" }, t("save")),
      h(
        "button",
        {
          class: "plain",
          type: "button",
          click: () => {
            writing = null;
            form.remove();
            back();
            choice.focus();
            refresh();
          },
        },
        t("cancel"),
      ),
    );
    item.append(form);
    reason.focus();
  }

  /** @param {any} lead @param {object} change @param {() => void} [undo] */
  async function save(lead, change, undo) {
    try {
      clear();
      const changed = await call("PATCH", `/leads/${lead.id}`, change);
      writing = null;
      items = items.map((known) => (known.id === lead.id ? changed : known));
      draw();
    } catch (error) {
      undo?.();
      fail(error);
    }
  }

  const soon = settled(400, refresh);
  return {
    root,
    refresh,
    hear(event) {
      if (event.kind === "lead_changed") soon();
    },
  };
}
