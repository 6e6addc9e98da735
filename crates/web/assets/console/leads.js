// @ts-check
// The leads with their scores, and where they stand on the board.

import { call } from "./api.js";
import { cards } from "./cards.js";
import { h } from "./dom.js";
import { named, t, when } from "./texts.js";

const STATUSES = ["new", "contacted", "qualified", "quoted", "won", "lost"];

/**
 * @param {{fail: (error: unknown) => void, clear: () => void, show: (contact: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function leadsView({ fail, clear, show }) {
  const list = cards({
    name: "leads",
    kind: "lead",
    statuses: STATUSES,
    event: "lead_changed",
    key: (lead) => `${lead.id} ${lead.updated_at}`,
    card,
    fail,
  });

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
      lead.learned && h("p", { class: "note" }, chance(lead.learned)),
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
    list.drop();
    if (to === lead.status) return;
    if (to !== "won" && to !== "lost") {
      save(lead, { status: to }, back);
      return;
    }
    const cancelled = () => {
      back();
      choice.focus();
    };
    const send = (/** @type {string} */ reason) => save(lead, { status: to, reason });
    list.ask({ item: lead, card: item, label: t("reason"), verb: t("save"), send, cancelled });
  }

  /** @param {any} lead @param {object} change @param {() => void} [undo] */
  async function save(lead, change, undo) {
    try {
      clear();
      list.changed(await call("PATCH", `/leads/${lead.id}`, change));
    } catch (error) {
      undo?.();
      fail(error);
    }
  }

  return list.view;
}

/** The chance that outcomes tell, and what raises or lowers it most. @param {any} learned */
function chance(learned) {
  const reasons = learned.reasons
    .slice(0, 3)
    .map((/** @type {any} */ reason) => `${named("signal", reason.name)} ${reason.log_odds > 0 ? "↑" : "↓"}`);
  return [`${t("chance_to_win")} ${Math.round(learned.chance * 100)}%`, ...reasons].join(" · ");
}
